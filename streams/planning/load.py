"""Inputs of capacity planning: the load, and the measured rates of what a page costs and becomes.

Units: seconds, bytes, kB = 1,000 bytes; a day has 86,400 seconds.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from streams.errors import SettingsError
from streams.execution.memory import FORK_SERVER_BYTES, OWN_BYTES, PROCESS_BYTES

Kind = Literal["enriched", "duplicate", "error"]  # what becomes of a page

DAY = 86_400.0  # seconds


class Rates(msgspec.Struct, frozen=True):
    """What one page costs and becomes. Where no other command is named, ``crawlmill plan --measure --pages FILE`` with
    262 real article pages of 265 kB gave the defaults (the mean of two runs), on the machine named in docs/performance.md."""

    # The CPU of cleaning and enriching: of every fifth of these pages, while other work had most of the machine.
    clean_ms: float = 5.2  # CPU of cleaning a page, whatever its size
    clean_ms_per_kb: float = 0.085  # and for each kB of its body
    reject_share: float = 0.5  # of that, for a page that is rejected: it is not extracted in full
    enrich_ms_per_word: float = 0.067  # CPU of enriching
    page_ms: float = 1.3  # of the worker's own process, for a page (python -m benchmarks.stream.shell)
    record_ms: float = 0.12  # and for each record it takes up or sends (likewise)
    word_bytes: float = 6.9
    document_overhead: float = 1_170.0  # bytes of a document besides its text
    fingerprint_bytes: float = 570.0  # that a candidate adds
    lookups: float = 4.0  # of a document in its buckets
    copy_lookups: float = 2.0  # until a copy is found out; the buckets that it passed are corrected
    correction_bytes: float = 1_460.0
    enriched_share: float = 1.49  # bytes that enrichment adds, by bytes of text
    facts_per_word: float = 0.048  # records of the three topics below
    # Before facts had their sentence and title: 11.1, 5.6, 5.5. Times the growth of a fact of each kind on seeds/: 1.67, 1.57, 1.42.
    entities_bytes_per_word: float = 18.5
    quotes_bytes_per_word: float = 8.8
    events_bytes_per_word: float = 7.8
    rejection_bytes: float = 1_040.0  # of an error page's (--measure with the samples)
    copy_bytes: float = 1_420.0  # of a duplicate's
    # On the wire, each in a batch of its own: many partitions and an even stream leave hardly two to a batch.
    compressed_raw: float = 0.17
    compressed_records: float = 0.46
    compressed_facts: float = 1.0  # a batch's header costs what compression saves
    compressed_buckets: float = 1.35  # signatures do not compress
    bucket_bytes: float = 302.0  # of a value in the dedup table and its key (make bench-dedup, no copies)
    copy_state_bytes: float = 780.0  # what a copy leaves at the buckets (make bench-dedup)
    # Of a document's entry about its facts (runtime/state/fact_keys.py): its key and what is in it of any number of facts.
    facts_entry_bytes: float = 46.0
    fact_bytes: float = 16.0  # and for each fact
    state_on_disk: float = 0.76  # RocksDB's files over what is in them (make bench-dedup)
    recovered_per_second: float = 7_600.0  # values a worker reads from the changelog (docs/dedup.md)
    worker_bytes: float = (
        OWN_BYTES + FORK_SERVER_BYTES
    )  # memory of an idle worker's own process and its fork server
    process_bytes: float = PROCESS_BYTES  # and of each pool process, models included
    value_memory_bytes: float = 3.2  # filters and indexes of a value (make bench-growth FIGURES=memory)


def facts_entry(words: float, rates: Rates) -> float:
    """Bytes that a document of so many words has in the dedup table for its facts."""
    return rates.facts_entry_bytes + rates.fact_bytes * words * rates.facts_per_word


class Load(msgspec.Struct, frozen=True):
    """The load to plan for; each field is an option of ``crawlmill plan``."""

    pages_per_day: float
    page_bytes: float = 170_000.0
    duplicates: float = 0.4  # share of all pages
    errors: float = 0.1
    words: float = 600.0  # of a document
    window_days: float = 30.0  # of the dedup table
    peak: float = 2.0  # highest hour over the mean
    utilisation: float = 0.7  # of the cores, at the peak
    cores_per_worker: int = 8
    replication: int = 3
    raw_days: float = 3.0
    output_days: float = 30.0
    readers: float = 1.0  # of everything that comes out
    broker_network: float = 1.25e9  # bytes a second of a broker, each way: 10 Gbit/s
    broker_disk: float = 8e12

    @property
    def table_days(self) -> float:
        """How long the dedup table keeps entries: those of facts as long as the facts (:func:`streams.topics.table_hours`)."""
        return max(self.window_days, self.output_days)


def check(load: Load) -> None:
    """Raise :class:`SettingsError` for shares over 1 and for amounts that are not positive."""
    shares = (("--duplicates", load.duplicates), ("--errors", load.errors))
    for name, share in shares:
        if not 0 <= share <= 1:
            raise SettingsError(f"{name} {share:g}: a share of all pages, from 0 to 1")
    if load.duplicates + load.errors > 1:
        raise SettingsError(
            f"--duplicates {load.duplicates:g} and --errors {load.errors:g} are more than all pages"
        )
    wanted = (
        ("--pages-per-day", load.pages_per_day),
        ("--page-size", load.page_bytes),
        ("--window", load.window_days),
        ("--peak", load.peak),
        ("--utilisation", load.utilisation),
        ("--cores-per-worker", load.cores_per_worker),
        ("--replication", load.replication),
        ("--broker-network", load.broker_network),
        ("--broker-disk", load.broker_disk),
    )
    for name, value in wanted:
        if value <= 0:
            raise SettingsError(f"{name} {value:g}: more than 0 is expected")
