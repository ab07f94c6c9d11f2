"""Chaos-test cluster: a broker, workers, state disks and network proxies, with fault injection."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from live.kafka import ApacheKafka, Cluster
from live.proxy import GROUP, Proxy

from streams.runtime.local.embedded_broker import free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Settings

_MOST_WORKERS = 2
_CLOCK = Path(__file__).with_name("clock")
_DISK = 200_000_000  # bytes for the state of each worker


class Disk:
    """A small tmpfs for one worker's state, which can be filled up; a plain folder where mounting is not permitted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
        self.small = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0

    def fill(self) -> None:
        """Fill the disk to the last byte."""
        with suppress(OSError), (self.folder / "ballast").open("wb") as ballast:
            while True:
                ballast.write(bytes(1_000_000))
                ballast.flush()
        with suppress(OSError), (self.folder / "ballast").open("ab") as ballast:
            while True:
                ballast.write(b"0")
                ballast.flush()

    def free(self) -> None:
        """Delete the file that fills the disk."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount the disk. A failing ``umount`` prints its own error and must not suppress the test's report."""
        if self.small:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


class ChaosCluster:
    """The broker, its workers and the faults injected into them. ``done`` lists what was done in the current round."""

    def __init__(self, broker: ApacheKafka | Cluster, settings: Settings, folder: Path) -> None:
        self.broker = broker
        self.settings = settings
        self.done: list[str] = []
        self.down: ApacheKafka | None = None  # the node of a cluster that is to be started again
        self._folder = folder
        self._disks = [Disk(folder / f"disk-{number}") for number in range(_MOST_WORKERS)]
        self.workers: dict[int, WorkerProcess] = {}
        self.findings: list[str] = []  # workers that exited although no injected fault explains it
        self._may_still_end: set[int] = set()  # the same for the previous round
        self._networks: dict[int, Proxy] = {}
        self._clocks: dict[int, float] = {}  # seconds by which the clocks of workers are wrong
        self._may_end: set[int] = (
            set()
        )  # workers that were killed or stopped, or whose disk or broker was taken away

    async def add(self) -> None:
        """Start one more worker and wait until it is ready."""
        number = next(n for n in range(_MOST_WORKERS) if n not in self.workers)
        await self._start(number)

    async def _start(self, number: int) -> None:
        if number not in self._networks:
            self._networks[number] = Proxy(self.broker.address)
            await self._networks[number].start()
        self.workers[number] = self._worker(number)
        with _wrong_clock(self._clocks.get(number, 0.0)):
            await self.workers[number].start()
        self._may_end.discard(number)

    def _worker(self, number: int) -> WorkerProcess:
        worker = msgspec.structs.replace(
            self.settings.worker, data_dir=str(self._disks[number].folder / "tables"), web_port=free_port()
        )
        kafka = msgspec.structs.replace(self.settings.kafka, bootstrap_servers=self._networks[number].address)
        settings = msgspec.structs.replace(self.settings, worker=worker, kafka=kafka)
        return WorkerProcess(settings, self._folder / f"worker-{number}.log")

    async def tend(self) -> None:
        """Restart exited workers and a stopped broker node, as a supervisor would; keep at least one worker running."""
        if self.down is not None:
            await asyncio.to_thread(self.down.start)
            self.down = None
        for number, worker in list(self.workers.items()):
            if not worker.alive:
                told = f"worker {number} had ended, started again"
                if number not in self._may_end | self._may_still_end:
                    last = [line for line in worker.log_tail().splitlines() if '"level":"error"' in line]
                    told = f"worker {number} ended by itself: {last[-1][:400] if last else '(no error in its log)'}"
                    self.findings.append(told)
                self.done.append(told)
                await self._start(number)
        if not self.workers:
            await self.add()

    def calm(self) -> None:
        """End faults that last for a round. A worker affected by one may still exit in the next round."""
        for network in self._networks.values():
            network.bytes_per_second = 0.0
        self._may_end, self._may_still_end = set(), self._may_end

    async def stop(self) -> None:
        """Stop all workers and proxies, and unmount the disks."""
        await self.stand_still()
        for network in self._networks.values():
            await network.stop()
        for disk in self._disks:
            disk.remove()

    async def stand_still(self) -> list[Path]:
        """Stop all workers; return the folders that hold their tables."""
        for worker in self.workers.values():
            await asyncio.to_thread(worker.stop)
        self.workers = {}
        return [disk.folder for disk in self._disks]

    def disturbances(self) -> dict[str, Callable[[random.Random], Awaitable[None]]]:
        """Return the available faults by name."""
        found: dict[str, Callable[[random.Random], Awaitable[None]]] = {
            "kill a worker": self._kill_one,
            "kill all workers": self._kill_all,
            "stop a worker gently": self._stop_one,
            "add or remove a worker": self._add_or_remove,
            "kill pool processes": self._kill_pool,
            "restart the broker": self._restart_broker,
            "stop a worker's process and let it go on": self._pause,
            "cut a worker off from its group": self._cut_from_group,
            "cut a worker off": self._cut,
            "slow a worker's network down": self._slow,
            "lose a worker's state": self._lose_state,
            "set a worker's clock wrong": self._set_clock,
        }
        if self._disks[0].small:
            found["fill the state disk"] = self._fill_disk
        return found

    async def _kill_one(self, chance: random.Random) -> None:
        number = chance.choice(sorted(self.workers))
        self._may_end.add(number)
        self.workers[number].kill()

    async def _kill_all(self, chance: random.Random) -> None:
        for number, worker in self.workers.items():
            self._may_end.add(number)
            worker.kill()

    async def _stop_one(self, chance: random.Random) -> None:
        number = chance.choice(sorted(self.workers))
        self._may_end.add(number)
        code = await asyncio.to_thread(self.workers[number].stop)
        self.done.append(f"worker {number} stopped with {code}")

    async def _add_or_remove(self, chance: random.Random) -> None:
        if len(self.workers) < _MOST_WORKERS:
            await self.add()
        else:
            await asyncio.to_thread(self.workers.pop(chance.choice(sorted(self.workers))).stop)

    async def _kill_pool(self, chance: random.Random) -> None:
        for worker in self.workers.values():
            for child in pool_processes(worker.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    async def _restart_broker(self, chance: random.Random) -> None:
        # By design: over kafka.delivery_seconds a worker stops, and one that starts needs a broker.
        self._may_end.update(self.workers)
        gently = chance.random() < 0.5
        if isinstance(self.broker, Cluster):  # two of three go on; it comes back when the round is over
            self.down = chance.choice(self.broker.nodes)
            await asyncio.to_thread(self.down.stop, gently)
            return
        await asyncio.to_thread(self.broker.stop, gently)
        await asyncio.to_thread(self.broker.start)

    async def _pause(self, chance: random.Random) -> None:
        """Stop a worker's process for half, once or twice the session timeout, while others go on processing."""
        number = chance.choice(sorted(self.workers))
        worker = self.workers[number]
        seconds = self.settings.kafka.session_timeout_seconds * chance.choice([0.5, 1.0, 2.0])
        self.done.append(f"worker {number} stopped for {seconds:g} s")
        assert worker.alive
        os.kill(worker.pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)  # the duration is the injected fault itself
        os.kill(worker.pid, signal.SIGCONT)

    async def _cut_from_group(self, chance: random.Random) -> None:
        await self._cut_off(chance, GROUP)

    async def _cut(self, chance: random.Random) -> None:
        await self._cut_off(chance, None)

    async def _cut_off(self, chance: random.Random, keys: frozenset[int] | None) -> None:
        number = chance.choice(sorted(self.workers))
        seconds = self.settings.kafka.session_timeout_seconds * chance.choice([0.5, 1.5, 2.5])
        self.done.append(f"worker {number} cut off for {seconds:g} s")
        self._networks[number].cut(keys)
        await asyncio.sleep(seconds)  # the duration of the fault
        self._networks[number].heal()

    async def _slow(self, chance: random.Random) -> None:
        """Limit a worker's bandwidth until the round is over."""
        number = chance.choice(sorted(self.workers))
        self._networks[number].bytes_per_second = chance.choice([100_000.0, 300_000.0])

    async def _lose_state(self, chance: random.Random) -> None:
        """Kill a worker, and remove its tables."""
        number = chance.choice(sorted(self.workers))
        self._may_end.add(number)
        self.workers[number].kill()
        shutil.rmtree(self._disks[number].folder / "tables", ignore_errors=True)

    async def _set_clock(self, chance: random.Random) -> None:
        """Kill a worker; its next start is with a shifted clock, or a correct one.

        Apache Kafka refuses timestamps more than an hour ahead of its own clock.
        """
        number = chance.choice(sorted(self.workers))
        self._clocks[number] = chance.choice([-172_800.0, -3_600.0, 2_400.0, 0.0])
        self.done.append(f"worker {number} has a clock that is wrong by {self._clocks[number]:g} s")
        self._may_end.add(number)
        self.workers[number].kill()

    async def _fill_disk(self, chance: random.Random) -> None:
        """Fill a worker's disk until the worker exits, or for 5 s."""
        number = chance.choice(sorted(self.workers))
        self._may_end.add(number)
        self._disks[number].fill()
        worker = self.workers[number]
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while worker.alive:
                    await asyncio.sleep(0.1)  # another process: there is nothing to wait on
        self._disks[number].free()


@contextmanager
def _wrong_clock(seconds: float) -> Iterator[None]:
    """Shift the wall clock that Python code sees, by ``seconds``, in processes started within the context."""
    if not seconds:
        yield
        return
    path = os.environ.get("PYTHONPATH", "")
    os.environ |= {"CRAWL_CLOCK_SHIFT": str(seconds), "PYTHONPATH": f"{_CLOCK}{os.pathsep}{path}"}
    try:
        yield
    finally:
        del os.environ["CRAWL_CLOCK_SHIFT"]
        os.environ["PYTHONPATH"] = path


def pool_processes(pid: int) -> list[int]:
    """Return the pool processes of a worker: the children of its fork server, which is its child."""
    return [grandchild for child in _children(pid) for grandchild in _children(child) if _is_pool(grandchild)]


def _children(pid: int) -> list[int]:
    found = []
    with suppress(OSError):  # it ended while we looked
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text("ascii").split()]
    return found


def _is_pool(pid: int) -> bool:
    try:
        return b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def broker(kind: str) -> ApacheKafka | Cluster:
    """Start and return a broker: one node, or a cluster of three. Raises :class:`live.kafka.NoKafka`."""
    folder = Path(tempfile.mkdtemp(prefix="crawlmill-kafka-"))
    kafka: ApacheKafka | Cluster = Cluster(folder) if kind == "three" else ApacheKafka(folder)
    kafka.start()
    return kafka
