"""Jobs for the pool's tests; they run in its processes, which import them by name."""

import ctypes
import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path


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


def hang_in_c() -> None:
    """Never comes back to the interpreter, which no thread and no handler of Python's can enter meanwhile."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def burn(seconds: float) -> float:
    """Use that much CPU time; seconds that it took by the clock."""
    started, until = time.monotonic(), time.process_time() + seconds
    while time.process_time() < until:
        pass
    return time.monotonic() - started


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def exhaust() -> int:
    return len(bytearray(4_000_000_000))


def refuse() -> None:
    """An initializer that cannot make its process ready."""
    raise OSError("no such model")


def measure(value: bytes) -> int:
    return len(value)


def work_a_little(number: int) -> int:
    time.sleep(0.005)  # long enough to be killed in
    return number


def segfault() -> None:
    ctypes.string_at(0)


def fork() -> None:
    os.fork()


def start_a_program() -> None:
    subprocess.run(["true"], check=True)


def start_through_a_shell() -> int:
    return os.system("true")  # a refusal is what is tested


def core_limit() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_CORE)


def unsendable() -> object:
    return lambda: None


def fork_behind_python_and_die() -> None:
    """A child that Python knows nothing of, made as native code would make it; then a crash."""
    if ctypes.CDLL(None).fork() == 0:
        while True:
            time.sleep(60)
    os.kill(os.getpid(), signal.SIGKILL)


def heap_may_have_huge_pages() -> bool:
    """Whether the kernel may back a part of the heap with huge pages (``hg`` in proc_pid_smaps(5))."""
    in_heap = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if line.startswith("VmFlags:"):
            if in_heap and "hg" in line.split():
                return True
        elif "-" in line.partition(" ")[0]:  # the addresses that begin the entry of a mapping
            in_heap = line.endswith("[heap]")
    return False


def page_faults_of_taking_again_what_was_freed() -> int:
    """How often the kernel had to give a page when ten blocks of 8 MB were taken the second time."""
    before = 0
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        blocks = [bytearray(8_000_000) for _ in range(10)]
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
