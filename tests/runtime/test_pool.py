"""A job that hangs or crashes costs its process and nothing else."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from runtime import pool_jobs

from streams.errors import PageCrash, PageTimeout
from streams.runtime.pool import Pool


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


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_no_process_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; sys.path.insert(0, sys.argv[1])\n"
        "from runtime import pool_jobs; from streams.runtime.pool import Pool\n"
        "async def main():\n"
        "    pool = Pool(2, pool_jobs.prepare, ('x',))\n"
        "    pids = {(await pool.run(pool_jobs.identify, timeout=60))[0] for _ in range(8)}\n"
        "    print(*pids, flush=True)\n"
        "    await pool.run(pool_jobs.hang, timeout=600)\n"
        "if __name__ == '__main__': asyncio.run(main())\n"
    )
    path = tmp_path / "parent.py"
    path.write_text(script)
    parent = subprocess.Popen(
        [sys.executable, str(path), str(Path(__file__).parents[1])], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert pids
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 30
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if _alive(pid)]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
