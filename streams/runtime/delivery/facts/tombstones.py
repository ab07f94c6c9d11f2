"""Takes back facts that a page no longer has: a tombstone for the key of each, so that the compacted topics are true.

A version of a page replaces all facts of the versions before it. Which those are stands in the dedup table
(:mod:`streams.runtime.state.fact_keys`). A version that is older than the one in the table, because it was overtaken by that or is
replayed, produces its document and no facts. docs/architecture.md says why it is done like this.
"""

from __future__ import annotations

from typing import NamedTuple

from streams import topics
from streams.execution.results import OutputRecord
from streams.records import SCHEMA_VERSION, EntityFact, EventFact, QuoteFact
from streams.runtime.delivery import cloud_events
from streams.runtime.delivery.dead_letter_record import Headers
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.state.fact_keys import FactKey, decode_facts, encode_facts, page_facts

# How old an entry may be that is not written again with the same facts: less than any retention. Redelivery and
# documents that are sent twice by a replay write nothing then.
_FRESH_MS = 3_600_000
_SCHEMAS = {
    topics.QUOTES: QuoteFact.__name__,
    topics.EVENTS: EventFact.__name__,
    topics.ENTITIES: EntityFact.__name__,
}


class Revision(NamedTuple):
    """What a version of a page sends, and its entry of the table before and after that; None where it stays as it is.

    ``before`` has the earlier facts and the new ones, ``after`` the new ones. In a transaction one of them is written: the last
    that is not None.
    """

    output: MessageOutput
    before: bytes | None = None
    after: bytes | None = None

    @property
    def final(self) -> bytes | None:
        """The entry when all is sent."""
        return self.after if self.after is not None else self.before


def revise(known: bytes, output: MessageOutput, now: int) -> Revision:
    """What the output of a version becomes, given the page's entry ``known`` and the time in milliseconds since the epoch.

    Raises :class:`~streams.errors.StoreFailed` for an entry of another release.
    """
    page, earlier = output.page, decode_facts(known)
    if page is None:
        return Revision(output)
    if earlier is not None and earlier.page_version > page.version:
        kept = tuple(pair for pair in output.records if pair[0].topic not in topics.FACTS)
        return Revision(output._replace(records=kept))
    made = frozenset(
        FactKey(record.topic, record.key) for record, _ in output.records if record.topic in topics.FACTS
    )
    there = frozenset() if earlier is None else earlier.keys(page.key)
    gone = sorted(there - made)
    after = encode_facts(page_facts(page.version, now, made))
    if (
        earlier is not None
        and made == there
        and _is_fresh(earlier.page_version, earlier.written, page.version, now)
    ):
        return Revision(output)
    if not gone:
        return Revision(output, after)
    records = output.records + tuple(_tombstone(key, page.key, output) for key in gone)
    before = encode_facts(page_facts(page.version, now, made | there))
    return Revision(output._replace(records=records), before, after)


def _is_fresh(known_version: int, written: int, version: int, now: int) -> bool:
    return known_version == version and 0 <= now - written < _FRESH_MS


def _tombstone(fact: FactKey, page: bytes, output: MessageOutput) -> tuple[OutputRecord, Headers]:
    """The record that takes a fact back: its key, no value, and the headers of its page's records."""
    name = _SCHEMAS[fact.topic]
    schema, record = f"{name}/{SCHEMA_VERSION}", output.records[0][1]
    headers = [header for header in cloud_events.without(record) if header[0] != "schema"]
    headers += [("schema", schema.encode()), *cloud_events.of_tombstone(record, schema, fact.key)]
    return OutputRecord(fact.topic, fact.key, None, name, page), headers  # type: ignore[arg-type]  # as a dead letter may
