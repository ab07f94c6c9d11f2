"""Batches are what waits when there is room: full under load, at once without."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

import pytest

from streams.execution.batcher import PAUSE_SECONDS, Batcher
from streams.execution.priority_semaphore import PrioritySemaphore


class Recorder:
    """Doubles numbers, and remembers the batches they came in."""

    def __init__(self, poison: int | None = None) -> None:
        self.batches: list[list[int]] = []
        self._poison = poison

    async def run(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        await asyncio.sleep(0)
        if self._poison in items:
            raise ValueError("poison")
        return [2 * item for item in items]

    async def rescue(self, items: Sequence[int], error: Exception) -> Sequence[int]:
        if len(items) == 1:
            raise error
        return [-item for item in items]


def _batcher(recorder: Recorder, size: int, slots: int, sharers: int = 1) -> Batcher[int, int]:
    slot = partial(PrioritySemaphore(slots).slot, 0)
    return Batcher(size, slot, recorder.run, recorder.rescue, sharers=lambda: sharers)


def test_items_that_wait_for_a_place_share_a_batch_and_answers_match() -> None:
    recorder = Recorder()

    async def run() -> list[int]:
        batcher = _batcher(recorder, size=4, slots=1)
        return await asyncio.gather(*(batcher.submit(number) for number in range(10)))

    assert asyncio.run(run()) == [2 * number for number in range(10)]
    assert recorder.batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_single_item_does_not_wait_for_others() -> None:
    recorder = Recorder()

    async def run() -> int:
        return await _batcher(recorder, size=4, slots=1).submit(7)

    assert asyncio.run(run()) == 14
    assert recorder.batches == [[7]]


def test_a_batch_that_fails_is_rescued_and_the_others_are_not_touched() -> None:
    recorder = Recorder(poison=1)

    async def run() -> list[int]:
        batcher = _batcher(recorder, size=2, slots=1)
        return await asyncio.gather(*(batcher.submit(number) for number in range(4)))

    assert asyncio.run(run()) == [0, -1, 4, 6]


def test_what_no_rescue_answers_is_raised_to_whoever_waits() -> None:
    async def run() -> int:
        return await _batcher(Recorder(poison=5), size=2, slots=1).submit(5)

    with pytest.raises(ValueError, match="poison"):
        asyncio.run(run())


def test_what_waits_is_shared_while_nobody_else_wants_a_place() -> None:
    recorder = Recorder()

    async def run() -> list[int]:
        batcher = _batcher(recorder, size=8, slots=4, sharers=2)
        return await asyncio.gather(*(batcher.submit(number) for number in range(8)))

    assert asyncio.run(run()) == [2 * number for number in range(8)]
    assert recorder.batches == [[0, 1, 2, 3], [4, 5], [6], [7]]


def test_no_batch_is_larger_than_its_size_however_few_share() -> None:
    recorder = Recorder()

    async def run() -> list[int]:
        batcher = _batcher(recorder, size=4, slots=1, sharers=2)
        return await asyncio.gather(*(batcher.submit(number) for number in range(20)))

    assert asyncio.run(run()) == [2 * number for number in range(20)]
    assert max(len(batch) for batch in recorder.batches) == 4
    assert [number for batch in recorder.batches for number in batch] == list(range(20))


def test_after_a_pause_batches_are_due_at_one_item_then_at_twice_as_many_up_to_a_full_one() -> None:
    async def due_at(batcher: Batcher[int, int], slots: PrioritySemaphore) -> int:
        """How many items it takes until a batch is due; they are run then."""
        async with slots.slot():
            results = [batcher.submit(0)]
            while not batcher.is_due():
                results.append(batcher.submit(0))
        await asyncio.gather(*results)
        return len(results)

    async def run() -> None:
        slots, recorder = PrioritySemaphore(1), Recorder()
        batcher: Batcher[int, int] = Batcher(8, slots.slot, recorder.run, recorder.rescue, patience=60.0)
        assert [await due_at(batcher, slots) for _ in range(6)] == [1, 2, 4, 8, 8, 8]
        await asyncio.sleep(PAUSE_SECONDS + 0.05)
        assert [await due_at(batcher, slots) for _ in range(3)] == [1, 2, 4]

    asyncio.run(run())
