import asyncio
import subprocess
import sys
import threading

import pytest

from streams.errors import BrokerUnavailable
from streams.runtime.delivery.timeouts import Deadline, acknowledged_within


def test_a_broker_that_does_not_acknowledge_is_named_with_the_setting() -> None:
    async def wait() -> None:
        async with acknowledged_within(0.01):
            await asyncio.Event().wait()

    with pytest.raises(BrokerUnavailable, match=r"kafka\.delivery_seconds = 0\.01"):
        asyncio.run(wait())


def test_a_process_that_hangs_in_stopping_ends_with_1_and_says_so() -> None:
    code = (
        "import threading, logging; logging.basicConfig()\n"
        "from streams.runtime.delivery.timeouts import Deadline\n"
        "deadline = Deadline(0.1); deadline.start(); deadline.start()\n"
        "threading.Event().wait()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count("not stopped within worker.stop_seconds = 0.1") == 1


def test_a_process_that_hangs_in_stopping_for_a_reason_ends_with_the_reason() -> None:
    code = (
        "import threading, logging; logging.basicConfig()\n"
        "from streams.runtime.delivery.timeouts import Deadline\n"
        "deadline = Deadline(0.1); deadline.reason = 'crawlmill: why'; deadline.start()\n"
        "threading.Event().wait()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "crawlmill: why"


def test_nothing_ends_before_stopping_has_begun() -> None:
    ended = threading.Event()
    deadline = Deadline(0.0, end=lambda code: ended.set())
    assert not ended.wait(0.2)
    deadline.start()
    assert ended.wait(30)
