"""Rates measured without a broker: the line through the costs, and what the sample pages become."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from streams import feeding
from streams.errors import BadInput
from streams.planning.load import Rates
from streams.planning.measure import Cleaned, Meter, fit_cost
from streams.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"


def test_the_line_finds_what_a_page_and_a_kilobyte_cost() -> None:
    pages = [Cleaned(size, 4 + 0.1 * size, True) for size in (10.0, 50.0, 170.0, 1_000.0)]
    assert fit_cost(pages) == pytest.approx((4, 0.1))


def test_pages_of_one_size_cost_what_they_cost_at_that_size() -> None:
    pages = [Cleaned(100.0 + wobble, 20.0 - wobble, True) for wobble in (-0.5, 0.0, 0.5)]
    fixed, slope = fit_cost(pages)
    assert fixed >= 0
    assert slope >= 0
    assert fixed + slope * 100 == pytest.approx(20, rel=0.01)


def test_the_sample_pages_give_every_rate_that_needs_no_broker() -> None:
    messages = [item.message for item in feeding.read([SEEDS / "articles.jsonl", SEEDS / "copies.jsonl"])]

    async def measured() -> Rates:
        async with Meter(Settings()) as meter:
            await meter.warm(messages[:2])
            await meter.measure(messages)
            return meter.rates(Rates())

    given, found = Rates(), asyncio.run(measured())
    changed = {name for name in given.__struct_fields__ if getattr(given, name) != getattr(found, name)}
    assert changed >= {
        "enrich_ms_per_word", "word_bytes", "document_overhead", "fingerprint_bytes", "enriched_share", "facts_per_word",
        "entities_bytes_per_word", "quotes_bytes_per_word", "events_bytes_per_word", "copy_bytes", "compressed_raw",
    }  # fmt: skip
    assert found.lookups == 4  # its URL's bucket and three for its text
    assert found.record_ms == given.record_ms


def test_too_few_pages_are_an_error_that_says_how_many_there_were() -> None:
    with pytest.raises(BadInput, match="0 pages, 0 new documents and 0 words of English"):
        Meter(Settings()).rates(Rates())
