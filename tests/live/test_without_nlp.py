"""Workers that clean pages and find duplicates and enrich nothing; and those that take up later what they left."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from live.mill import Mill, settings, with_copies, without_models

from streams import topics
from streams.records import CleanDocument, decode
from streams.runtime.kafka.follow import follow
from streams.settings import Nlp, Settings

pytestmark = pytest.mark.live
_PAGES, _COPIES = 30, 10
_SECONDS = 120.0


def _without_nlp(found: Settings) -> Settings:
    return msgspec.structs.replace(found, nlp=Nlp(enabled=False, models={"en": "no_such_model"}))


async def _kept(found: Settings, count: int) -> set[str]:
    """The URLs of so many documents on pages.clean."""
    urls: set[str] = set()
    async with asyncio.timeout(_SECONDS):
        async for message in follow(found, [topics.CLEAN], from_start=True):
            urls.add(decode(message.value or b"", CleanDocument).url)
            if len(urls) == count:
                return urls
    raise AssertionError("it ended")


@pytest.mark.parametrize("kind", ["embedded", "apache"])
def test_documents_stay_on_pages_clean_until_a_worker_with_nlp_takes_them(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    whole = without_models(settings(request.getfixturevalue(kind), tmp_path))
    mill = Mill(_without_nlp(whole), tmp_path)

    async def run() -> None:
        await mill.create()
        first = mill.worker()
        await first.start()
        await mill.feed(with_copies(_PAGES, _COPIES))
        kept = await _kept(whole, _PAGES - _COPIES)
        copies = await mill.outcomes(_COPIES, _SECONDS)
        assert {(end.disposition, end.reason) for end in copies} == {("rejected", "duplicate_exact")}
        first.stop()
        if kind == "embedded":
            return  # it counts members that have left, whose settings are others
        await mill.worker(whole).start()
        ends = {end.page: str(end.disposition) for end in await mill.outcomes(_PAGES, _SECONDS)}
        assert kept == await _kept(whole, len(kept))
        assert sorted(ends.values()) == ["enriched"] * (_PAGES - _COPIES) + ["rejected"] * _COPIES

    try:
        asyncio.run(run())
    finally:
        mill.stop()
