"""Conditions on records, and times as people write them."""

from __future__ import annotations

import datetime
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cli.broker.selection import TopicName, condition, require_field, since_ms
from streams.records import Enriched, Tombstone

PAGE = {
    "site": "a.example",
    "language": None,
    "status": 200,
    "paywalled": False,
    "statistics": {"words": 420},
    "entities": [{"text": "Syria", "label": "GPE"}, {"text": "UN", "label": "ORG"}],
    "published_at": "2026-05-01T12:00:00Z",
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("site=a.example", True),
        ("site!=a.example", False),
        ("site~EXAMPLE", True),
        ("language=", True),  # absent
        ("language=null", True),
        ("language!=fr", True),
        ("language~fr", False),
        ("status=200", True),
        ("status>=200.0", True),
        ("status<200", False),
        ("status>x", False),
        ("paywalled=false", True),
        ("statistics.words>400", True),
        ("entities.text=Syria", True),  # one of the list
        ("entities.text~syr", True),
        ("entities.text!=Syria", False),  # none of the list
        ("entities.label=PERSON", False),
        ("published_at>2026-04", True),
        ("published_at<2026-04", False),
        ("absent.field=x", False),
        ("site.deeper=x", False),
    ],
)
def test_a_condition_is_on_a_field_however_deep(text: str, holds: bool) -> None:
    assert condition(text).holds(PAGE) is holds


@pytest.mark.parametrize("text", ["site", "=x", "site = ", "a b=c", "", "1x=2"])
def test_what_is_no_condition_says_what_is_expected(text: str) -> None:
    if text == "site = ":
        assert condition(text).value == ""
        return
    with pytest.raises(click.BadParameter, match="FIELD=VALUE"):
        condition(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    ),
    st.sampled_from(["a=b", "a.b!=1", "a.b.c~x", "a<=3", "a>q"]),
)
def test_any_record_can_be_asked(record: Any, text: str) -> None:
    assert condition(text).holds(record) in (True, False)


NOW = datetime.datetime(2026, 5, 2, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", "2026-05-02T10:00:00+00:00"),
        ("1.5 h", "2026-05-02T10:30:00+00:00"),
        ("30M", "2026-05-02T11:30:00+00:00"),
        ("1w", "2026-04-25T12:00:00+00:00"),
        ("2026-05-01", "2026-05-01T00:00:00+00:00"),
        ("2026-05-01T12:00", "2026-05-01T12:00:00+00:00"),
        ("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00+00:00"),
        ("100000w", "1970-01-01T00:00:00+00:00"),
        (f"{'9' * 400}d", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_is_ago_or_absolute(text: str, expected: str) -> None:
    assert since_ms(text, NOW) == int(datetime.datetime.fromisoformat(expected).timestamp() * 1_000)


@pytest.mark.parametrize("text", ["", "yesterday", "2 moons", "2026-13-01", "-2h"])
def test_what_is_no_time_says_what_is_expected(text: str) -> None:
    with pytest.raises(click.BadParameter, match="2h"):
        since_ms(text, NOW)


def test_an_unknown_topic_is_named_with_the_nearest_one_and_all_that_there_are() -> None:
    kind = TopicName(("pages.enriched", "pages.quotes"))
    assert kind.convert("pages.quotes", None, None) == "pages.quotes"
    with pytest.raises(click.BadParameter) as refused:
        kind.convert("pages.enrichd", None, None)
    assert refused.value.message == (
        "no topic 'pages.enrichd'; did you mean pages.enriched? There are: pages.enriched, pages.quotes"
    )
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("typed", ["quotes", "Pages.Quotes", "crawl1.pages.quotes", "pages_quotes"])
def test_a_topic_s_name_without_its_first_part_in_capitals_or_with_the_prefix_is_recognised(
    typed: str,
) -> None:
    with pytest.raises(click.BadParameter, match=r"did you mean pages\.quotes\?"):
        TopicName(("pages.enriched", "pages.quotes")).convert(typed, None, None)


def test_a_topic_that_a_command_does_not_read_is_not_called_unknown() -> None:
    kind = TopicName(("pages.quotes",), "only results are exported")
    with pytest.raises(click.BadParameter) as refused:
        kind.convert("pages.raw", None, None)
    assert refused.value.message == (
        "pages.raw cannot be chosen here: only results are exported. There are: pages.quotes"
    )


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("langage=fr", "language"), ("entities.txt~x", "entities.text"), ("title.x=1", None),
        ("quotes.speeker=x", "quotes.speaker"), ("zzzz=1", None),
    ],
)  # fmt: skip
def test_a_field_that_no_record_of_the_topic_has_is_named_with_the_nearest_one(
    text: str, near: str | None
) -> None:
    with pytest.raises(click.BadParameter) as refused:
        require_field(condition(text), "pages.enriched", (Enriched, Tombstone))
    meant = f" did you mean {near}?" if near else ""
    field = ".".join(condition(text).path)
    assert refused.value.message == (
        f"records of pages.enriched have no field {field};{meant} docs/records.md lists all"
    )


@pytest.mark.parametrize(
    "text",
    [
        "language=fr",
        "entities.text~Syria",
        "quotes.speaker=x",
        "deleted=true",
        "attrs.anything.below=1",
        "statistics.words>3",
    ],
)
def test_every_field_of_a_record_can_be_asked_for(text: str) -> None:
    require_field(condition(text), "pages.enriched", (Enriched, Tombstone))


def test_messages_that_may_be_anything_have_any_field() -> None:
    require_field(condition("whatever=1"), "pages.raw", ())
