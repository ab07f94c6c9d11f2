"""Places go to the most urgent, and none is lost when somebody gives up waiting."""

from __future__ import annotations

import asyncio

from streams.execution.priority_semaphore import PrioritySemaphore


def test_the_most_urgent_goes_first_and_equals_in_the_order_they_came() -> None:
    async def run() -> list[str]:
        semaphore, order = PrioritySemaphore(1), list[str]()
        begun = asyncio.Event()

        async def job(name: str, urgency: int) -> None:
            async with semaphore.slot(urgency):
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
        semaphore, held, most = PrioritySemaphore(3), 0, 0

        async def job() -> None:
            nonlocal held, most
            async with semaphore.slot():
                held += 1
                most = max(most, held)
                await asyncio.sleep(0)
                held -= 1

        await asyncio.gather(*(job() for _ in range(50)))
        return most

    assert asyncio.run(run()) == 3


def test_a_place_given_to_somebody_who_is_cancelled_goes_to_the_next() -> None:
    async def run() -> bool:
        semaphore = PrioritySemaphore(1)
        holding = semaphore.slot()
        await holding.__aenter__()
        waiting = asyncio.create_task(semaphore.slot().__aenter__())
        gone = asyncio.create_task(semaphore.slot(1).__aenter__())
        await asyncio.sleep(0)
        await holding.__aexit__(None, None, None)  # the place is given to the urgent one,
        gone.cancel()  # who is cancelled before it could run
        await asyncio.gather(gone, return_exceptions=True)
        await asyncio.wait_for(waiting, 5)
        return gone.cancelled()

    assert asyncio.run(run())


def test_somebody_who_gave_up_waiting_is_passed_over() -> None:
    async def run() -> None:
        semaphore = PrioritySemaphore(1)
        async with semaphore.slot():
            gone = asyncio.create_task(semaphore.slot(1).__aenter__())
            waiting = asyncio.create_task(semaphore.slot().__aenter__())
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
        await asyncio.wait_for(waiting, 5)

    asyncio.run(run())


def test_a_place_is_wanted_while_somebody_waits_for_it() -> None:
    async def run() -> list[bool]:
        semaphore = PrioritySemaphore(1)
        seen = [semaphore.has_waiters]
        async with semaphore.slot():
            seen.append(semaphore.has_waiters)
            waiting = asyncio.create_task(_hold(semaphore))
            await asyncio.sleep(0)
            seen.append(semaphore.has_waiters)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            seen.append(semaphore.has_waiters)
        return seen

    assert asyncio.run(run()) == [False, False, True, False]


async def _hold(semaphore: PrioritySemaphore) -> None:
    async with semaphore.slot():
        pass
