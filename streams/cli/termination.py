"""SIGTERM ends a command as Ctrl-C does."""

from __future__ import annotations

import asyncio
import signal

_AGAIN_SECONDS = 1.0


def end_at_sigterm() -> None:
    """Cancel the task that calls this when SIGTERM arrives, and again each second until it has ended.

    Raises ``RuntimeError`` outside of a task.

    Once is not enough: up to Python 3.11 ``asyncio.wait_for``, which aiokafka waits with, drops a cancellation that arrives together
    with its result (CPython issue 86296), and the command would go on as if nobody had asked.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None:
        raise RuntimeError("no task that could be cancelled")

    def cancel() -> None:
        if not task.done():
            task.cancel()
            loop.call_later(_AGAIN_SECONDS, cancel)

    loop.add_signal_handler(signal.SIGTERM, cancel)
