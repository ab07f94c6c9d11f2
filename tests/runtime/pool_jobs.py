"""Jobs for the pool's tests; they run in its processes, which import them by name."""

import os
import signal


def prepare(value: str) -> None:
    os.environ["CRAWLMILL_POOL_TEST"] = value


def identify() -> tuple[int, str]:
    return os.getpid(), os.environ["CRAWLMILL_POOL_TEST"]


def double(number: int) -> int:
    return number * 2


def fail() -> None:
    raise ValueError("on purpose")


def hang() -> None:
    while True:
        pass


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def exhaust() -> int:
    return len(bytearray(4_000_000_000))
