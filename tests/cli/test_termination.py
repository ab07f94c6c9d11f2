from __future__ import annotations

import asyncio
import os
import signal

import pytest

from streams.cli.termination import end_at_sigterm


def test_a_task_that_drops_a_cancellation_is_cancelled_again() -> None:
    dropped = []

    async def deaf() -> None:
        end_at_sigterm()
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as first:
            dropped.append(first)
        await asyncio.Event().wait()

    async def play() -> None:
        async with asyncio.timeout(60):
            await asyncio.ensure_future(deaf())

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(play())
    assert len(dropped) == 1


def test_a_task_that_has_ended_is_left_alone() -> None:
    async def short() -> str:
        end_at_sigterm()
        return "result"

    async def play() -> str:
        task = asyncio.ensure_future(short())
        await task
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
        return task.result()

    assert asyncio.run(play()) == "result"
