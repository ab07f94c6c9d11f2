"""From a message to its candidate: what is inherited is checked, and what a page claims about itself is bounded."""

from __future__ import annotations

import datetime
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import pipeline
from streams.errors import BadRecord
from streams.records import (
    Candidate,
    Enriched,
    Entity,
    EntityFact,
    Event,
    Mention,
    Message,
    Quote,
    encode,
)
from streams.settings import Settings

_TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_TEXT = "The harbour of the old town opened on Monday after years of work, and people came to see it. " * 5


def _message(headers: tuple[tuple[str, bytes], ...] = (), **fields: Any) -> Message:
    record = {"url": "https://a.example/x", "content_type": "text/html", "html": f"<p>{_TEXT}</p>", **fields}
    return Message(value=msgspec.json.encode(record), headers=headers)


def test_half_an_emoji_in_a_page_costs_a_character_and_not_the_page() -> None:
    ld = '{"@type": "NewsArticle", "headline": "Harbour \\ud83d opens", "image": "https://a.example/\\ud83d.jpg"}'
    html = f'<html><head><script type="application/ld+json">{ld}</script></head><body><p>{_TEXT}</p></body></html>'
    outcome = pipeline.clean(_message(html=html), Settings())
    assert isinstance(outcome, Candidate)
    assert outcome.document.image == "https://a.example/\ufffd.jpg"
    encode(outcome)


@pytest.mark.parametrize("depth", [150, 930, 960, 999, 60_000])
def test_fields_nested_a_thousand_deep_do_not_cost_the_page(depth: int) -> None:
    record = msgspec.json.encode({"url": "https://a.example/", "content_type": "text/plain", "text": _TEXT})
    attrs = b'{"a":' * depth + b"1" + b"}" * depth
    outcome = pipeline.clean(Message(value=record[:-1] + b', "attrs": ' + attrs + b"}"), Settings())
    assert isinstance(outcome, Candidate)
    encode(outcome)


def test_an_address_that_hundreds_of_facts_would_repeat_is_a_bad_record() -> None:
    with pytest.raises(BadRecord, match="characters"):
        pipeline.clean(_message(url="https://a.example/" + "x" * 10_000), Settings())


def test_an_id_that_hundreds_of_facts_would_repeat_is_shortened() -> None:
    outcome = pipeline.clean(_message(id="x" * 1_000_000), Settings())
    assert isinstance(outcome, Candidate)
    assert len(outcome.document.id) <= 200


def test_an_address_that_a_page_claims_is_no_longer_than_one_of_a_crawler() -> None:
    link = f'<link rel="canonical" href="https://a.example/{"x" * 100_000}">'
    outcome = pipeline.clean(_message(html=f"<head>{link}</head><p>{_TEXT}</p>"), Settings())
    assert isinstance(outcome, Candidate)
    assert outcome.document.canonical_url == "https://a.example/x"


def _fact_page(**fields: Any) -> Enriched:
    text = 'It rained in Porto. "The harbour opens," said Ana Sousa. Trams came.'
    start, quoted = text.index("Porto"), text.index("The harbour")
    given: dict[str, Any] = {
        "id": "a",
        "url": "https://a.example/x",
        "text": text,
        "title": "Harbour opens",
        "page_type": "article",
        "fetched_at": "2026-05-01T08:00:00Z",
        "entities": (
            Entity(text="Porto", label="GPE", mentions=(Mention(start=start, end=start + 5),)),
            Entity(text="Nowhere", label="GPE", mentions=()),
        ),
        "quotes": (Quote(quote="The harbour opens", start=quoted, end=quoted + 17),),
        "events": (
            Event(action="come", kind="motion", start=63, end=67, sentence_start=57, sentence_end=68),
            Event(
                source="title",
                action="open",
                kind="start",
                start=8,
                end=13,
                sentence_start=0,
                sentence_end=13,
            ),
        ),
    }
    return Enriched(**{**given, **fields})


def test_a_fact_says_its_key_its_page_and_its_sentence() -> None:
    page = _fact_page()
    facts = list(pipeline.facts(page))
    assert [fact.sentence for _, fact in facts] == [
        "It rained in Porto.",
        None,
        '"The harbour opens," said Ana Sousa.',
        "Trams came.",
        "Harbour opens",
    ]
    for key, fact in facts:
        assert fact.key == key
        assert (fact.title, fact.page_type, fact.fetched_at) == (page.title, "article", page.fetched_at)


def test_the_place_of_a_fact_in_its_sentence_is_told_by_the_offsets() -> None:
    (_, fact) = next(iter(pipeline.facts(_fact_page())))
    assert isinstance(fact, EntityFact) and fact.sentence is not None and fact.sentence_start is not None
    mention = fact.entity.mentions[0]
    assert fact.sentence[mention.start - fact.sentence_start : mention.end - fact.sentence_start] == "Porto"


def test_a_title_and_a_sentence_that_hundreds_of_facts_would_repeat_are_bounded() -> None:
    text = "word " * 2_000 + "Porto " + "word " * 2_000
    mention = Mention(start=10_000, end=10_005)
    page = _fact_page(
        text=text,
        title="x" * 10_000,
        quotes=(),
        events=(),
        entities=(Entity(text="Porto", label="GPE", mentions=(mention,)),),
    )
    ((_, fact),) = pipeline.facts(page)
    assert fact.title == "x" * 300
    assert fact.sentence is not None and "Porto" in fact.sentence and len(fact.sentence) <= 500


_ONE_SHAPE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_moments = st.datetimes(
    min_value=datetime.datetime(1995, 1, 1),
    max_value=datetime.datetime(2090, 1, 1),
    timezones=st.sampled_from(
        [datetime.timezone(datetime.timedelta(minutes=minutes)) for minutes in (-570, -300, 0, 60, 330, 840)]
    ),
)
_spelled = st.one_of(
    _moments.map(lambda moment: moment.isoformat()),
    _moments.map(lambda moment: moment.date().isoformat()),
    _moments.map(lambda moment: moment.timestamp()),
    _moments.map(lambda moment: int(moment.timestamp() * 1_000)),
    _moments.map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S %z")),
    _moments.map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M")),
)


@given(fetched=_spelled, published=_spelled, modified=_spelled)
def test_every_time_of_a_record_has_one_shape_whatever_the_crawler_and_the_page_wrote(
    fetched: Any, published: Any, modified: Any
) -> None:
    """RFC 3339 in UTC to the second: pandas infers the format of a column from its first value."""
    ld = {
        "@type": "NewsArticle",
        "headline": "Harbour opens",
        "datePublished": published,
        "dateModified": modified,
    }
    head = f'<script type="application/ld+json">{msgspec.json.encode(ld).decode()}</script>'
    html = f"<html><head>{head}</head><body><article><h1>Harbour opens</h1><p>{_TEXT}</p></article></body></html>"
    outcome = pipeline.clean(_message(html=html, fetched_at=fetched), Settings())
    assert isinstance(outcome, Candidate)
    document = outcome.document
    assert document.fetched_at is not None
    for name in ("fetched", "published", "modified"):
        at, precision = getattr(document, f"{name}_at"), getattr(document, f"{name}_precision")
        assert (at is None) == (precision is None)
    for at in (document.fetched_at, document.published_at, document.modified_at):
        assert at is None or _ONE_SHAPE.fullmatch(at)
