"""Rates with round numbers, for which a plan can be computed by hand."""

from __future__ import annotations

from streams.planning.load import Rates

RATES = Rates(
    clean_ms=10, clean_ms_per_kb=0.1, reject_share=0.5, enrich_ms_per_word=0.1, page_ms=5, record_ms=0, lookups=4,
    copy_lookups=2, bucket_bytes=250, copy_state_bytes=500, word_bytes=5, document_overhead=1_000, fingerprint_bytes=500,
    correction_bytes=1_200, enriched_share=1, facts_per_word=0.05, facts_entry_bytes=50, fact_bytes=1, compressed_records=0.5, recovered_per_second=1_000,
)  # fmt: skip
