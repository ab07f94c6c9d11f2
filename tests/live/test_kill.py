"""kill -9 in mid-stream loses nothing and gives no page two ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from live.mill import Mill, article, dispositions, page, settings

pytestmark = pytest.mark.live
_PAGES = 160


def test_a_worker_killed_in_mid_stream_and_started_again_ends_every_page_exactly_once(
    broker: str, tmp_path: Path
) -> None:
    mill = Mill(settings(broker, tmp_path), tmp_path)
    try:
        asyncio.run(_kill_and_restart(mill))
    finally:
        mill.stop()


async def _kill_and_restart(mill: Mill) -> None:
    originals = [page(number) for number in range(_PAGES - 20)]
    copies = [
        page(number, url=f"https://copies.example/{number}/again", text=article(number))
        for number in range(20)
    ]
    await mill.create()
    await mill.feed(originals + copies)
    worker = mill.worker()
    await worker.start()
    before = await mill.outcomes(20)
    worker.kill()
    ended_before = {end.page for end in before + await mill.all_ends()}
    assert len(ended_before) < _PAGES, "the worker was done before it was killed: nothing was tested"

    await mill.worker().start()
    ends = await mill.outcomes(_PAGES)
    found = dispositions(ends + await mill.all_ends())
    assert len(found) == _PAGES
    assert {page: kinds for page, kinds in found.items() if len(kinds) != 1} == {}
    kinds = sorted(next(iter(kind)) for kind in found.values())
    assert kinds == [("enriched", "none")] * (_PAGES - 20) + [("rejected", "duplicate_exact")] * 20
