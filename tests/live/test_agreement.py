"""A worker whose settings differ from those of its consumer group does not start; the other workers continue."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from live.mill import Mill, page, settings, without_models

from streams.errors import CrawlmillError
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytestmark = pytest.mark.live


def test_a_worker_with_another_threshold_is_not_let_in(embedded: str, tmp_path: Path) -> None:
    told = _refused(embedded, tmp_path, "dedup", similarity=0.5)
    assert "have other settings" in told
    assert "dedup.similarity" in told  # which of them differ the embedded broker does not tell


@pytest.mark.again
@pytest.mark.parametrize(
    ("section", "changed", "words"),
    [
        ("dedup", {"similarity": 0.5}, "dedup.similarity is 0.7 there and 0.5 here"),
        (
            "kafka",
            {"processing_guarantee": "exactly_once"},
            'is \\"at_least_once\\" there and \\"exactly_once\\" here',
        ),
    ],
)
def test_it_says_what_differs(
    apache: str, tmp_path: Path, section: str, changed: dict[str, Any], words: str
) -> None:
    told = _refused(apache, tmp_path, section, **changed)
    assert words.replace("\\", "") in told.replace("\\", "")


def _refused(address: str, folder: Path, section: str, **changed: Any) -> str:
    """Return the log of a second worker that is refused, and require that the first one continues."""
    mill = Mill(without_models(settings(address, folder)), folder)
    try:
        asyncio.run(_try(mill, _otherwise(mill.settings, section, changed)))
        return (folder / "worker-1.log").read_text("utf-8")
    finally:
        mill.stop()


def _otherwise(given: Settings, section: str, changed: dict[str, Any]) -> Settings:
    worker = msgspec.structs.replace(
        given.worker, web_port=free_port(), data_dir=given.worker.data_dir + "-2"
    )
    other = msgspec.structs.replace(given, worker=worker)
    return msgspec.structs.replace(
        other, **{section: msgspec.structs.replace(getattr(other, section), **changed)}
    )


async def _try(mill: Mill, otherwise: Settings) -> None:
    await mill.create()
    first, second = mill.worker(), mill.worker(otherwise)
    await first.start()
    with pytest.raises(CrawlmillError, match="the worker ended with exit code"):
        await second.start()
    await mill.feed([page(1)])
    await mill.outcomes(1)
    assert first.alive
