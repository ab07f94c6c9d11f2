"""How much data goes through each Kafka topic."""

from __future__ import annotations

import msgspec

from streams.planning.load import Load, Rates, facts_entry
from streams.planning.page_cost import remote_share


class Flow(msgspec.Struct, frozen=True):
    """The mean traffic of one topic, each a second: records, bytes of records, and bytes on the wire (compressed)."""

    records: float
    bytes: float
    wire: float


def flows_of(load: Load, rates: Rates, mean: float, kept: float, workers: int) -> dict[str, Flow]:
    """The traffic of each topic by its name, and of the dedup table's changelog. ``mean`` is pages a second, ``kept`` the share
    of pages that become documents."""
    text = load.words * rates.word_bytes
    document = text + rates.document_overhead
    lookups = kept * rates.lookups + load.duplicates * rates.copy_lookups
    corrections = load.duplicates * (rates.copy_lookups - 1)
    facts = kept * load.words
    sent = remote_share(workers)

    def flow(records: float, size: float, wire: float) -> Flow:
        """``records`` a page and their bytes a page."""
        return Flow(mean * records, mean * size, mean * size * wire)

    one, few, buckets = rates.compressed_records, rates.compressed_facts, rates.compressed_buckets
    spread = rates.entities_bytes_per_word + rates.quotes_bytes_per_word + rates.events_bytes_per_word
    facts_of = {
        "pages.entities": rates.entities_bytes_per_word,
        "pages.quotes": rates.quotes_bytes_per_word,
        "pages.events": rates.events_bytes_per_word,
    }
    return {
        "pages.raw": flow(1, load.page_bytes, rates.compressed_raw),
        "pages.candidates": flow(
            sent * (lookups + corrections),
            sent * (lookups * (document + rates.fingerprint_bytes) + corrections * rates.correction_bytes),
            one,
        ),
        "pages.clean": flow(kept, kept * document, one),
        "pages.enriched": flow(kept, kept * (document + text * rates.enriched_share), one),
        **{
            name: flow(facts * rates.facts_per_word * size / spread if spread else 0.0, facts * size, few)
            for name, size in facts_of.items()
        },
        "pages.rejected": flow(
            load.duplicates + load.errors,
            load.duplicates * rates.copy_bytes + load.errors * rates.rejection_bytes,
            one,
        ),
        "changelog": flow(
            lookups + corrections + kept,
            (lookups + corrections) * rates.bucket_bytes + kept * facts_entry(load.words, rates),
            buckets,
        ),
    }
