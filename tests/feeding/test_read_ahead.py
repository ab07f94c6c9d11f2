"""Reading in a thread: order, errors, bounds, and nobody who waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from streams.feeding.read_ahead import read_ahead


async def _all(items: Iterator[int], size: int = 1) -> list[int]:
    return [item async for item in read_ahead(items, lambda _: size)]


@pytest.mark.parametrize("size", [0, 1, 70_000_000])
def test_items_come_in_order_however_large_they_are(size: int) -> None:
    assert asyncio.run(_all(iter(range(300)), size)) == list(range(300))


def test_an_error_is_raised_behind_what_was_read() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    async def run() -> list[int]:
        found = []
        with pytest.raises(OSError, match="gone"):
            async for item in read_ahead(broken(), lambda _: 1):
                found.append(item)
        return found

    assert asyncio.run(run()) == [1]


def test_no_more_is_read_than_may_be_held_and_the_thread_ends_with_its_reader() -> None:
    read: list[int] = []
    ended = threading.Event()

    def items() -> Iterator[int]:
        try:
            for number in range(1_000):
                read.append(number)
                yield number
        finally:
            ended.set()

    async def run() -> None:
        ahead = read_ahead(items(), lambda _: 20_000_000)
        assert await anext(ahead) == 0
        await ahead.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())
    assert ended.wait(30)
    assert len(read) <= 6  # of 20 MB each


def test_the_loop_goes_on_while_reading_waits() -> None:
    go = threading.Event()

    def items() -> Iterator[int]:
        assert go.wait(30)
        yield 1

    async def run() -> list[int]:
        reading = asyncio.create_task(_all(items()))
        await asyncio.sleep(0)
        go.set()  # by the loop itself: would it wait for the item, nobody did this
        return await reading

    assert asyncio.run(run()) == [1]
