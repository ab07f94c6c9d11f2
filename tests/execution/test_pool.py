"""A job that hangs or crashes costs its process and nothing else."""

import asyncio
import contextlib
import os
import platform
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from execution import pool_jobs

from streams.errors import PageCrash, PageTimeout, PoolBroken
from streams.execution.pool import Pool, Replaced


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(2, pool_jobs.prepare, ("ready",), memory_bytes=500_000_000)
    yield pool
    pool.stop()


def test_jobs_run_in_other_processes_made_ready_by_the_initializer(pool: Pool) -> None:
    pid, value = asyncio.run(pool.run(pool_jobs.identify, timeout=60))
    assert pid != os.getpid()
    assert value == "ready"


def test_what_a_job_raises_is_raised_to_its_caller(pool: Pool) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        asyncio.run(pool.run(pool_jobs.fail, timeout=60))


def test_a_job_that_hangs_is_ended_at_its_limit_and_the_pool_goes_on(pool: Pool) -> None:
    with pytest.raises(PageTimeout, match=r"limit of 0\.5 s"):
        asyncio.run(pool.run(pool_jobs.hang, timeout=0.5))
    assert asyncio.run(pool.run(pool_jobs.double, 21, timeout=60)) == 42


def test_a_job_that_hangs_in_c_code_is_ended_at_its_limit(pool: Pool) -> None:
    with pytest.raises(PageTimeout, match=r"limit of 0\.5 s of CPU time"):
        asyncio.run(pool.run(pool_jobs.hang_in_c, timeout=0.5))


def test_only_cpu_time_counts_so_that_a_job_may_wait_for_a_core(pool: Pool) -> None:
    assert asyncio.run(pool.run(pool_jobs.sleep, 1.0, timeout=0.5)) == "slept"


def test_the_cpu_time_of_one_job_is_not_the_next_one_s(pool: Pool) -> None:
    async def one_after_the_other() -> list[float]:
        return [await pool.run(pool_jobs.burn, 0.3, timeout=0.8) for _ in range(6)]

    assert len(asyncio.run(one_after_the_other())) == 6


def test_busy_neighbours_do_not_take_a_job_s_time() -> None:
    """More jobs at once than there are cores: each takes longer by the clock than its limit, none is ended."""
    crowd = 4 * (os.cpu_count() or 1)
    pool = Pool(crowd, pool_jobs.prepare, ("crowded",), wall_factor=1_000.0)

    async def run() -> list[float]:
        await asyncio.gather(*(pool.run(pool_jobs.double, number, timeout=60) for number in range(crowd)))
        return await asyncio.gather(*(pool.run(pool_jobs.burn, 0.5, timeout=0.9) for _ in range(crowd)))

    try:
        assert max(asyncio.run(run())) > 0.9
    finally:
        pool.stop()


def test_a_job_that_uses_no_cpu_time_is_ended_by_the_clock_and_the_pool_goes_on() -> None:
    pool = Pool(1, pool_jobs.prepare, ("asleep",), wall_factor=2.0)
    try:
        with pytest.raises(PageTimeout, match=r"not done after 0\.6 s by the clock"):
            asyncio.run(pool.run(pool_jobs.sleep, 600.0, timeout=0.3))
        assert asyncio.run(pool.run(pool_jobs.double, 21, timeout=60)) == 42
    finally:
        pool.stop()


def test_every_end_of_a_job_is_progress_and_a_pool_with_nothing_to_do_is_not_busy() -> None:
    pool = Pool(1, pool_jobs.prepare, ("watched",))
    seen = [pool.last_progress]

    async def run() -> None:
        for job in (pool_jobs.fail, pool_jobs.die, pool_jobs.hang):
            working = asyncio.create_task(pool.run(job, timeout=0.2))
            await asyncio.sleep(0)
            assert pool.busy
            await asyncio.gather(working, return_exceptions=True)
            seen.append(pool.last_progress)

    try:
        asyncio.run(run())
    finally:
        pool.stop()
    assert seen == sorted(set(seen))
    assert not pool.busy


def test_what_can_be_parted_is_shared_among_all_until_somebody_waits_for_a_place(pool: Pool) -> None:
    async def run() -> list[int]:
        async with contextlib.AsyncExitStack() as held:
            seen = [pool.sharers()]
            for _ in range(4):  # one in each process, and one waiting
                await held.enter_async_context(pool.slot())
            seen.append(pool.sharers())
            waiting = asyncio.create_task(pool.run(pool_jobs.double, 21, timeout=60))
            await asyncio.sleep(0)
            seen.append(pool.sharers())
        await waiting
        return [*seen, pool.sharers()]

    assert asyncio.run(run()) == [2, 2, 1, 2]


def test_it_tells_whether_a_process_has_nothing_to_do(pool: Pool) -> None:
    async def run() -> list[bool]:
        async with contextlib.AsyncExitStack() as held:
            seen = [pool.has_idle]
            for _ in range(4):  # one in each process, and one waiting
                await held.enter_async_context(pool.slot())
                seen.append(pool.has_idle)
        return [*seen, pool.has_idle]

    assert asyncio.run(run()) == [True, True, False, False, False, True]


def test_a_process_that_was_ended_gets_no_further_job_though_it_may_still_run() -> None:
    pool = Pool(1, pool_jobs.prepare, ("ready",))

    async def one_after_the_other() -> None:
        for number in range(20):
            with pytest.raises(PageTimeout):
                await pool.run(pool_jobs.hang, timeout=0.01)
            assert await pool.run(pool_jobs.double, number, timeout=60) == number * 2

    try:
        asyncio.run(one_after_the_other())
    finally:
        pool.stop()


def test_a_job_that_kills_its_process_is_a_crash_and_its_neighbours_are_not_touched(pool: Pool) -> None:
    async def together() -> list[object]:
        jobs = [pool.run(pool_jobs.double, number, timeout=60) for number in range(20)]
        return await asyncio.gather(pool.run(pool_jobs.die, timeout=60), *jobs, return_exceptions=True)

    crash, *others = asyncio.run(together())
    assert isinstance(crash, PageCrash)
    assert others == [number * 2 for number in range(20)]


def test_a_job_cannot_take_more_memory_than_its_process_may(pool: Pool) -> None:
    with pytest.raises(MemoryError):
        asyncio.run(pool.run(pool_jobs.exhaust, timeout=60))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's allocator is told to")
def test_a_process_keeps_what_it_frees_for_the_next_batch(pool: Pool) -> None:
    faults = asyncio.run(pool.run(pool_jobs.page_faults_of_taking_again_what_was_freed, timeout=60))
    # All of them otherwise. A heap with holes of before has no room for two or three blocks without growing.
    assert faults < 80_000_000 / os.sysconf("SC_PAGE_SIZE") / 3


_HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc"
    or not _HUGE_PAGES.exists()
    or "[madvise]" not in _HUGE_PAGES.read_text(),
    reason="glibc asks for huge pages where the kernel gives them on request",
)
def test_the_heap_of_a_process_may_have_huge_pages(pool: Pool) -> None:
    assert asyncio.run(pool.run(pool_jobs.heap_may_have_huge_pages, timeout=60))


def test_a_segmentation_fault_is_a_crash_that_says_so_and_leaves_no_core_file(pool: Pool) -> None:
    with pytest.raises(PageCrash, match="SIGSEGV"):
        asyncio.run(pool.run(pool_jobs.segfault, timeout=60))
    assert asyncio.run(pool.run(pool_jobs.core_limit, timeout=60)) == (0, 0)


@pytest.mark.parametrize(
    "job", [pool_jobs.fork, pool_jobs.start_a_program, pool_jobs.start_through_a_shell], ids=lambda j: j.__name__
)  # fmt: skip
def test_a_job_starts_no_processes(pool: Pool, job: Callable[[], object]) -> None:
    with pytest.raises(PermissionError, match="starts no other"):
        asyncio.run(pool.run(job, timeout=60))
    assert asyncio.run(pool.run(pool_jobs.double, 21, timeout=60)) == 42


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_what_a_job_started_all_the_same_ends_with_its_process() -> None:
    pool = Pool(1, pool_jobs.prepare, ("alone",))
    try:
        pid, _ = asyncio.run(pool.run(pool_jobs.identify, timeout=60))
        with pytest.raises(PageCrash):
            asyncio.run(pool.run(pool_jobs.fork_behind_python_and_die, timeout=60))
        deadline = time.monotonic() + 30
        while _group(pid) and time.monotonic() < deadline:
            time.sleep(0.01)  # the kernel's affair from here on
        assert _group(pid) == []
    finally:
        pool.stop()


def test_an_answer_that_cannot_be_sent_is_an_error_and_not_a_crash(pool: Pool) -> None:
    with pytest.raises(RuntimeError, match="cannot be sent"):
        asyncio.run(pool.run(pool_jobs.unsendable, timeout=60))


def test_a_message_of_many_megabytes_gets_through(pool: Pool) -> None:
    assert asyncio.run(pool.run(pool_jobs.measure, bytes(30_000_000), timeout=60)) == 30_000_000


def test_replaced_processes_are_reported_with_their_cause_and_pids_by_place() -> None:
    causes: list[Replaced] = []
    pool = Pool(1, pool_jobs.prepare, ("short",), recycle_after=2, on_replaced=causes.append)
    try:
        assert pool.pids() == [None]  # it starts with its first job
        pid, _ = asyncio.run(pool.run(pool_jobs.identify, timeout=60))
        assert pool.pids() == [pid]
        asyncio.run(pool.run(pool_jobs.identify, timeout=60))
        with pytest.raises(PageTimeout):
            asyncio.run(pool.run(pool_jobs.hang, timeout=0.5))
        with pytest.raises(PageCrash):
            asyncio.run(pool.run(pool_jobs.die, timeout=60))
        assert causes == [Replaced.RECYCLED, Replaced.TIMEOUT, Replaced.CRASH]
    finally:
        pool.stop()
    assert pool.pids() == [None]


def test_a_process_is_replaced_after_its_number_of_jobs() -> None:
    pool = Pool(1, pool_jobs.prepare, ("short",), recycle_after=3)
    try:
        pids = [asyncio.run(pool.run(pool_jobs.identify, timeout=60))[0] for _ in range(7)]
    finally:
        pool.stop()
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_pool_that_is_stopped_answers_everyone_who_waits() -> None:
    pool = Pool(1, pool_jobs.prepare, ("stopped",))

    async def run() -> list[object]:
        jobs = [asyncio.create_task(pool.run_now(pool_jobs.hang, timeout=600)) for _ in range(3)]
        await asyncio.to_thread(pool.stop)
        return await asyncio.gather(*jobs, return_exceptions=True)

    assert all(isinstance(answer, PageCrash | PoolBroken) for answer in asyncio.run(run()))


def test_processes_that_cannot_start_are_the_world_s_fault() -> None:
    pool = Pool(1, pool_jobs.refuse, ())
    try:
        with pytest.raises(PoolBroken, match="do not start"):
            asyncio.run(pool.run(pool_jobs.double, 1, timeout=60))
    finally:
        pool.stop()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_processes_killed_from_outside_at_any_moment_cost_their_jobs_and_never_the_pool() -> None:
    """Idle ones, ones about to take a job, working ones and starting ones: two hundred of them."""
    chance = random.Random(7)
    pool = Pool(3, pool_jobs.prepare, ("hunted",))

    async def job(number: int) -> int:
        """As a stage does it, but as often as it takes."""
        while True:
            try:
                return await pool.run(pool_jobs.work_a_little, number, timeout=60)
            except PageCrash:
                continue

    async def hunt() -> int:
        killed = 0
        while killed < 200:
            for pid in _hunted():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
            await asyncio.sleep(chance.uniform(0, 0.06))  # at moments that nobody can foresee
        return killed

    async def run() -> list[int]:
        hunting, answers = asyncio.create_task(hunt()), []
        while not hunting.done():
            answers += await asyncio.gather(*(job(number) for number in range(12)))
            if chance.random() < 0.3:
                await asyncio.sleep(chance.uniform(0, 0.03))  # idle, and killed while idle
        assert await hunting >= 200
        return answers

    try:
        answers = asyncio.run(run())
        assert answers == [*range(12)] * (len(answers) // 12)
        assert asyncio.run(pool.run(pool_jobs.double, 21, timeout=60)) == 42
    finally:
        pool.stop()


def _hunted() -> list[int]:
    """The processes of the pool under test: only they are of a group of their own below our fork server."""
    return [
        pid
        for server in _children(os.getpid())
        for pid in _children(server)
        if b"forkserver" in _command(pid) and _group(pid)
    ]


def _children(pid: int) -> list[int]:
    found = []
    with contextlib.suppress(OSError):  # it ended while we looked
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text("ascii").split()]
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _group(leader: int) -> list[int]:
    """The living processes of a group."""
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == leader and fields[0] != "Z":
                members.append(int(entry.name))
    return members


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_no_process_and_no_folder_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; sys.path.insert(0, sys.argv[1])\n"
        "from execution import pool_jobs; from streams.execution.pool import Pool\n"
        "async def main():\n"
        "    pool = Pool(2, pool_jobs.prepare, ('x',))\n"
        "    pids = {(await pool.run(pool_jobs.identify, timeout=60))[0] for _ in range(8)}\n"
        "    print(*pids, flush=True)\n"
        "    await pool.run(pool_jobs.hang, timeout=600)\n"
        "if __name__ == '__main__': asyncio.run(main())\n"
    )
    path, temporary = tmp_path / "parent.py", tmp_path / "t"
    temporary.mkdir()
    path.write_text(script)
    parent = subprocess.Popen(
        [sys.executable, str(path), str(Path(__file__).parents[1])],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary)},
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert pids
    assert list(temporary.iterdir())  # the fork server's socket is there
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 30
    while (any(_alive(pid) for pid in pids) or list(temporary.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if _alive(pid)]
    assert list(temporary.iterdir()) == []


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
