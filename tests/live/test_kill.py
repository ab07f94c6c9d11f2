"""``kill -9`` in mid-stream loses no page and gives no page two dispositions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from live.mill import Mill, dispositions, ends_with_copies, killed_in_mid_stream, settings, with_copies

pytestmark = pytest.mark.live
_PAGES, _COPIES = 160, 20


def test_a_worker_killed_in_mid_stream_and_started_again_ends_every_page_exactly_once(
    broker: str, tmp_path: Path
) -> None:
    mill = Mill(settings(broker, tmp_path), tmp_path)
    try:
        asyncio.run(_kill_and_restart(mill))
    finally:
        mill.stop()


async def _kill_and_restart(mill: Mill) -> None:
    before = await killed_in_mid_stream(mill, with_copies(_PAGES, _COPIES))
    await mill.worker().start()
    await mill.outcomes(_PAGES)
    found = dispositions(before + await mill.all_ends())
    assert len(found) == _PAGES
    assert {page: kinds for page, kinds in found.items() if len(kinds) != 1} == {}
    assert sorted(next(iter(kind)) for kind in found.values()) == ends_with_copies(_PAGES, _COPIES)
