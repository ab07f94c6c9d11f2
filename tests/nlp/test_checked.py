"""docs/enrichment-checked.md: what it calls right is what comes out, and its totals are those of its tables."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from streams import feeding, pipeline
from streams.nlp import Models
from streams.records import Candidate, Enriched, Event, Quote, times
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "enrichment-checked.md").read_text("utf-8")
_ARTICLE = re.compile(r"^## `([a-z-]+)`.*$", re.MULTILINE)
_WORDS = 7  # of a quotation, in the tables


def rows(section: str) -> list[list[str]]:
    """The cells of a section's tables, without their headings."""
    table = [line for line in section.splitlines() if line.startswith("| ") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def sections() -> dict[str, str]:
    """The part of the page about each article of ours, by its id."""
    found = list(_ARTICLE.finditer(PAGE))
    ends = [match.start() for match in found[1:]] + [PAGE.find("\n## ", found[-1].end())]
    return {match.group(1): PAGE[match.end() : end] for match, end in zip(found, ends, strict=True)}


def shown_quote(quote: Quote) -> str:
    """A quotation as the tables show it."""
    how = "" if quote.direct else " that"
    words = " ".join(quote.quote.split()[:_WORDS]).rstrip(".,")
    return f"{quote.speaker or 'nobody'}{', ' + quote.cue if quote.cue else ''}{how}: {words}"


def shown_event(event: Event) -> str:
    """An event as the tables show it."""
    verb = f"{'not ' if event.negated else ''}{event.action} ({event.kind})"
    parts = [f"{event.actor or '?'} — {verb} — {event.target or '?'}"]
    if event.place:
        parts.append(f"in {event.place}")
    if event.time:
        parts.append(times.shown(event.time_normalised or event.time, event.time_precision))
    if event.modality != "asserted":
        parts.append(event.modality)
    return "; ".join(parts)


def shown(enriched: Enriched) -> set[tuple[str, str]]:
    """All facts of an article, as the tables show them."""
    return {
        *(("entity", f"{entity.text} ({entity.label})") for entity in enriched.entities),
        *(("quote", shown_quote(quote)) for quote in enriched.quotes),
        *(("event", shown_event(event)) for event in enriched.events),
    }


@pytest.fixture(scope="module")
def articles(models: Models) -> dict[str, Enriched]:
    wanted = sections()
    documents = []
    for item in feeding.read([ROOT / "seeds" / name for name in ("articles.jsonl", "residue.jsonl")]):
        if json.loads(item.message.value or b"{}")["id"] in wanted:
            outcome = pipeline.clean(item.message, Settings())
            assert isinstance(outcome, Candidate)
            documents.append(outcome.document)
    return {enriched.id: enriched for enriched in pipeline.enrich(documents, models)}


@pytest.mark.parametrize("article", sections())
def test_what_the_page_calls_right_comes_out(article: str, articles: dict[str, Enriched]) -> None:
    facts = shown(articles[article])
    for kind, verdict, fact, *_note in rows(sections()[article]):
        if kind in ("entity", "quote", "event") and verdict == "right":
            for one in fact.split(" · "):
                assert (kind, one) in facts, one


def test_the_totals_are_those_of_the_tables() -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows(PAGE):
        if row[0] in ("entity", "quote", "event") and row[1] in ("right", "wrong", "missing"):
            counted[row[0], row[1]] += len(row[2].split(" · "))
    names = {"entities": "entity", "quotations": "quote", "events": "event"}
    totals = {row[0]: row[1:4] for row in rows(PAGE) if row[0] in names}
    assert set(totals) == set(names)
    for name, cells in totals.items():
        assert [int(cell) for cell in cells] == [
            counted[names[name], verdict] for verdict in ("right", "wrong", "missing")
        ], name
