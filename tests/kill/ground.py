"""Where a kill test takes place: a broker, workers, a disk for their state, and what is done to them."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from live.kafka import ApacheKafka, Cluster

from streams.runtime.broker import free_port
from streams.runtime.local import WorkerProcess
from streams.settings import Settings

_MOST_WORKERS = 2
_DISK = 200_000_000  # bytes for the state of each worker


class Disk:
    """A small disk of its own for a worker's state, so that it can be full; a plain folder where mounting is not allowed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
        self.small = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0

    def fill(self) -> None:
        """Leave no byte free."""
        with suppress(OSError), (self.folder / "ballast").open("wb") as ballast:
            while True:
                ballast.write(bytes(1_000_000))
                ballast.flush()
        with suppress(OSError), (self.folder / "ballast").open("ab") as ballast:
            while True:
                ballast.write(b"0")
                ballast.flush()

    def free(self) -> None:
        """Take the ballast away."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount it. ``umount`` says what is wrong by itself, and the report is worth more than a clean table of mounts."""
        if self.small:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


class Ground:
    """The broker and its workers. ``log`` is called with a line about everything that is done."""

    def __init__(self, broker: ApacheKafka | Cluster, settings: Settings, folder: Path) -> None:
        self.broker = broker
        self.settings = settings
        self.done: list[str] = []
        self.down: ApacheKafka | None = None  # the node of a cluster that is to be started again
        self._folder = folder
        self._disks = [Disk(folder / f"disk-{number}") for number in range(_MOST_WORKERS)]
        self.workers: dict[int, WorkerProcess] = {}

    async def add(self) -> None:
        """One more worker, ready."""
        number = next(n for n in range(_MOST_WORKERS) if n not in self.workers)
        self.workers[number] = self._worker(number)
        await self.workers[number].start()

    def _worker(self, number: int) -> WorkerProcess:
        worker = msgspec.structs.replace(
            self.settings.worker, data_dir=str(self._disks[number].folder / "tables"), web_port=free_port()
        )
        settings = msgspec.structs.replace(self.settings, worker=worker)
        return WorkerProcess(settings, self._folder / f"worker-{number}.log")

    async def tend(self) -> None:
        """Start again what has ended by itself, as a supervisor would, and a node that is down; at least one worker."""
        if self.down is not None:
            await asyncio.to_thread(self.down.start)
            self.down = None
        for number, worker in list(self.workers.items()):
            if not worker.alive:
                self.done.append(f"worker {number} had ended, started again")
                self.workers[number] = self._worker(number)
                await self.workers[number].start()
        if not self.workers:
            await self.add()

    async def stop(self) -> None:
        """Everything down."""
        for worker in self.workers.values():
            await asyncio.to_thread(worker.stop)
        for disk in self._disks:
            disk.remove()

    def disturbances(self) -> dict[str, Callable[[random.Random], Awaitable[None]]]:
        """What may be done, by name."""
        found: dict[str, Callable[[random.Random], Awaitable[None]]] = {
            "kill a worker": self._kill_one,
            "kill all workers": self._kill_all,
            "stop a worker gently": self._stop_one,
            "add or remove a worker": self._add_or_remove,
            "kill pool processes": self._kill_pool,
            "restart the broker": self._restart_broker,
        }
        if self._disks[0].small:
            found["fill the state disk"] = self._fill_disk
        return found

    async def _kill_one(self, chance: random.Random) -> None:
        number = chance.choice(sorted(self.workers))
        self.workers[number].kill()

    async def _kill_all(self, chance: random.Random) -> None:
        for worker in self.workers.values():
            worker.kill()

    async def _stop_one(self, chance: random.Random) -> None:
        number = chance.choice(sorted(self.workers))
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
        gently = chance.random() < 0.5
        if isinstance(self.broker, Cluster):  # two of three go on; it comes back when the round is over
            self.down = chance.choice(self.broker.nodes)
            await asyncio.to_thread(self.down.stop, gently)
            return
        await asyncio.to_thread(self.broker.stop, gently)
        await asyncio.to_thread(self.broker.start)

    async def _fill_disk(self, chance: random.Random) -> None:
        """Until a worker gives up, or has worked with a full disk for a while."""
        number = chance.choice(sorted(self.workers))
        self._disks[number].fill()
        worker = self.workers[number]
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while worker.alive:
                    await asyncio.sleep(0.1)  # another process: there is nothing to wait on
        self._disks[number].free()


def pool_processes(pid: int) -> list[int]:
    """The pool's processes of a worker: the children of its fork server, which is its child."""
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
    """A broker of this kind, started. Raises :class:`live.kafka.NoKafka`."""
    folder = Path(tempfile.mkdtemp(prefix="crawlmill-kafka-"))
    kafka: ApacheKafka | Cluster = Cluster(folder) if kind == "three" else ApacheKafka(folder)
    kafka.start()
    return kafka
