"""What a version of a page sends, given the facts that the page has on the topics."""

from __future__ import annotations

from collections.abc import Iterable

import xxhash

from streams import topics
from streams.execution.results import OutputRecord, PageVersion
from streams.records import Disposition
from streams.runtime.delivery.facts.tombstones import revise
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.state.fact_keys import FactKey, decode_facts

PAGE = b"0123456789abcdef"
NOON = 1_750_000_000_000
HEADERS = [("crawlmill-arrived", b"5"), ("content-type", b"application/json"), ("schema", b"Enriched/1")]


def fact(name: str) -> FactKey:
    """The key of a quotation with these words."""
    return FactKey(topics.QUOTES, PAGE + b":" + xxhash.xxh3_128_hexdigest(name.encode()).encode())


def output(version: int, names: Iterable[str]) -> MessageOutput:
    """What the enrich stage makes of a version with these quotations."""
    document = OutputRecord(topics.ENRICHED, b"id", b"{}", "Enriched")
    facts = [
        OutputRecord(topics.QUOTES, fact(name).key, f"{version} {name}".encode(), "QuoteFact", PAGE)
        for name in sorted(names)
    ]
    records = tuple((made, HEADERS) for made in (document, *facts))
    return MessageOutput(records, (), Disposition.ENRICHED, "none", page=PageVersion(PAGE, version))


def _sent(revised: MessageOutput) -> dict[bytes, bytes | None]:
    return {made.key: made.value for made, _ in revised.records if made.topic == topics.QUOTES}


def _named(value: bytes | None) -> set[FactKey]:
    found = decode_facts(value or b"")
    return set() if found is None else set(found.keys(PAGE))


def test_the_first_version_is_sent_as_it_is_after_its_facts_are_noted() -> None:
    made = output(1, ["a", "b"])
    revision = revise(b"", made, NOON)
    assert revision.output == made and revision.after is None
    assert _named(revision.before) == {fact("a"), fact("b")}


def test_a_fact_that_is_gone_gets_a_tombstone_and_is_noted_until_that_is_sent() -> None:
    known = revise(b"", output(1, ["a", "b"]), NOON).final or b""
    revision = revise(known, output(2, ["b", "c"]), NOON)
    assert _sent(revision.output) == {fact("a").key: None, fact("b").key: b"2 b", fact("c").key: b"2 c"}
    assert _named(revision.before) == {fact("a"), fact("b"), fact("c")}
    assert _named(revision.after) == {fact("b"), fact("c")}
    assert revision.final == revision.after


def test_a_tombstone_lies_with_the_facts_and_has_the_headers_of_one() -> None:
    known = revise(b"", output(1, ["a"]), NOON).final or b""
    made, headers = revise(known, output(2, []), NOON).output.records[-1]
    assert (made.value, made.partition_key, made.topic) == (None, PAGE, topics.QUOTES)
    assert dict(headers) == {
        "crawlmill-arrived": b"5",
        "content-type": b"application/json",
        "schema": b"QuoteFact/1",
    }


def test_an_older_version_than_the_one_on_the_topics_sends_its_document_alone() -> None:
    known = revise(b"", output(2, ["b"]), NOON).final or b""
    revision = revise(known, output(1, ["a", "b"]), NOON)
    assert [made.topic for made, _ in revision.output.records] == [topics.ENRICHED]
    assert revision.final is None


def test_a_version_without_facts_is_noted_so_that_an_older_one_does_not_come_after_it() -> None:
    known = revise(b"", output(2, []), NOON).final or b""
    assert revise(known, output(1, ["a"]), NOON).output.records[1:] == ()


def test_a_redelivered_version_writes_nothing_and_one_that_is_replayed_later_renews_its_entry() -> None:
    known = revise(b"", output(1, ["a"]), NOON).final or b""
    assert revise(known, output(1, ["a"]), NOON + 60_000).final is None
    assert _named(revise(known, output(1, ["a"]), NOON + 86_400_000).final) == {fact("a")}


def test_what_has_no_page_is_sent_as_it_is() -> None:
    made = output(1, ["a"])._replace(page=None)
    assert revise(b"", made, NOON) == (made, None, None)
