"""Pages made for benchmarks are what they are asked to be."""

from __future__ import annotations

import collections

from benchmarks.harness import pages
from streams import dedup, pipeline
from streams.records import Candidate, Rejection
from streams.settings import Settings


def test_made_pages_have_the_size_and_the_shares_asked_for() -> None:
    made = pages.generate(120, size=20_000, words=200, duplicates=0.3, errors=0.2)
    assert all(abs(len(page.message.value or b"") - 20_000) < 2_500 for page in made)
    settings, ends = Settings(), collections.Counter[str]()
    deduplicator = dedup.Deduplicator(settings.dedup)
    for now, page in enumerate(made):
        outcome = pipeline.clean(page.message, settings)
        walked = deduplicator.check(outcome, now) if isinstance(outcome, Candidate) else outcome
        ends[str(walked.reason) if isinstance(walked, Rejection) else "kept"] += 1
    assert set(ends) == {"kept", "soft_404", "duplicate_exact"}
    assert 0.1 < ends["soft_404"] / 120 < 0.3
    assert 0.2 < ends["duplicate_exact"] / 120 < 0.4


def test_the_same_arguments_make_the_same_pages() -> None:
    assert pages.generate(5, 10_000, seed=7) == pages.generate(5, 10_000, seed=7)
    assert pages.generate(5, 10_000, seed=7) != pages.generate(5, 10_000, seed=8)


def test_the_baseline_gets_every_sample_that_is_a_page() -> None:
    plain = pages.plain(pages.load([]))
    assert len(plain) > 100
    assert all(page["id"] and page["url"] and ("html" in page or "text" in page) for page in plain)
