"""The memory of a worker is one sum, and the documentation has its terms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.execution.memory import (
    BUFFERS,
    FORK_SERVER_BYTES,
    OWN_BYTES,
    PROCESS_BYTES,
    store_share,
    worker_memory,
)
from streams.planning.load import Rates
from streams.runtime.state.table import store_options
from streams.settings import Worker
from streams.topics import CONSUMED

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"


def test_the_sum_can_be_done_by_hand() -> None:
    worker = Worker(buffer_bytes=10_000_000, store_bytes=60_000_000, inspector_bytes=5_000_000)
    found = worker_memory(worker, 2, 10, idle_bytes=100e6, process_bytes=50e6)
    assert found == (100e6, 35e6, 100e6, 60e6)
    assert found.total == 295e6
    assert worker_memory(worker, 2, 10, opened=5, index_bytes=7).store == 30e6 + 7


def test_an_inspector_that_is_off_remembers_nothing() -> None:
    on, off = (worker_memory(Worker(inspector=how), 1, 1) for how in ("on", "off"))
    assert on.total - off.total == Worker().inspector_bytes


@pytest.mark.parametrize("partitions", [1, 16, 2_000])
def test_a_database_takes_the_share_that_is_counted(partitions: int) -> None:
    options, share = store_options(192_000_000, partitions), store_share(192_000_000, partitions)
    assert options["block_cache_size"] == share.cache
    assert options["write_buffer_size"] * options["max_write_buffer_number"] == share.total - share.cache
    assert share.total * partitions == pytest.approx(max(192e6, 3e6 * partitions), rel=0.01)


def test_every_stage_has_a_buffer() -> None:
    assert len(CONSUMED) == BUFFERS


def test_the_page_on_operations_has_these_figures() -> None:
    (row,) = re.findall(r"^\| memory \| (.*) \|$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    for figure in (OWN_BYTES, FORK_SERVER_BYTES, PROCESS_BYTES):
        assert f"{figure / 1e6:.0f} MB" in row
    assert f"{Rates().value_memory_bytes:g} bytes a value" in row
