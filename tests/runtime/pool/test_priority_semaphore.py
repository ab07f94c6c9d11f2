"""Places go to the most urgent, and none is lost when somebody gives up waiting."""

from __future__ import annotations

import asyncio

from streams.runtime.pool.priority_semaphore import PrioritySemaphore


def test_the_most_urgent_goes_first_and_equals_in_the_order_they_came() -> None:
    async def run() -> list[str]:
        slots, order = PrioritySemaphore(1), list[str]()
        begun = asyncio.Event()

        async def job(name: str, urgency: int) -> None:
            async with slots.place(urgency):
                order.append(name)
                await begun.wait()

        jobs = [job("first", 0), job("later", 0), job("urgent", 1), job("last", 0), job("urgent too", 1)]
        tasks = [asyncio.create_task(work) for work in jobs]
        await asyncio.sleep(0)
        begun.set()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(run()) == ["first", "urgent", "urgent too", "later", "last"]


def test_no_more_hold_a_place_than_there_are() -> None:
    async def run() -> int:
        slots, held, most = PrioritySemaphore(3), 0, 0

        async def job() -> None:
            nonlocal held, most
            async with slots.place():
                held += 1
                most = max(most, held)
                await asyncio.sleep(0)
                held -= 1

        await asyncio.gather(*(job() for _ in range(50)))
        return most

    assert asyncio.run(run()) == 3


def test_a_place_given_to_somebody_who_is_cancelled_goes_to_the_next() -> None:
    async def run() -> bool:
        slots = PrioritySemaphore(1)
        holding = slots.place()
        await holding.__aenter__()
        waiting = asyncio.create_task(slots.place().__aenter__())
        gone = asyncio.create_task(slots.place(1).__aenter__())
        await asyncio.sleep(0)
        await holding.__aexit__(None, None, None)  # the place is given to the urgent one,
        gone.cancel()  # who is cancelled before it could run
        await asyncio.gather(gone, return_exceptions=True)
        await asyncio.wait_for(waiting, 5)
        return gone.cancelled()

    assert asyncio.run(run())


def test_somebody_who_gave_up_waiting_is_passed_over() -> None:
    async def run() -> None:
        slots = PrioritySemaphore(1)
        async with slots.place():
            gone = asyncio.create_task(slots.place(1).__aenter__())
            waiting = asyncio.create_task(slots.place().__aenter__())
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
        await asyncio.wait_for(waiting, 5)

    asyncio.run(run())


def test_a_place_is_wanted_while_somebody_waits_for_it() -> None:
    async def run() -> list[bool]:
        slots = PrioritySemaphore(1)
        seen = [slots.wanted]
        async with slots.place():
            seen.append(slots.wanted)
            waiting = asyncio.create_task(_hold(slots))
            await asyncio.sleep(0)
            seen.append(slots.wanted)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            seen.append(slots.wanted)
        return seen

    assert asyncio.run(run()) == [False, False, True, False]


async def _hold(slots: PrioritySemaphore) -> None:
    async with slots.place():
        pass
