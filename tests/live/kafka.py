"""Runs Apache Kafka on this machine for tests: KRaft nodes, started from Kafka's Maven artifacts."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.runtime.local.embedded_broker import free_port

_POM = Path(__file__).with_name("kafka-pom.xml")
_BUILD = Path(__file__).parents[2] / "build"
_CLASSPATH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"
_START_SECONDS = 240  # of patience, with a machine on which much else runs
_CLUSTER = "Y3Jhd2xtaWxsLXRlc3RzLTE"  # any 16 bytes in URL-safe base64
_HEAP = ("-Xmx512m", "-Xms128m")
# What a Java program that lives for seconds or minutes spends most of its CPU time on is compiling itself for years of work, and a
# collector with threads of its own: starting a node takes 5.3 instead of 8.2 CPU seconds with these, one of its tools 1.4 instead of 2.6.
# Not for a broker that is measured.
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")


class NoKafka(Exception):
    """Apache Kafka cannot be started on this machine; the message says why."""


class ApacheKafka:
    """A node that is broker and controller; ``address`` is host:port. Its data is kept over restarts.

    ``voters`` are the addresses of all controllers of a cluster, its own at ``node - 1``; none for a single node. ``options`` are
    further ones of its Java: :data:`BRIEF`.
    """

    def __init__(
        self, folder: Path, node: int = 1, voters: tuple[str, ...] = (), options: tuple[str, ...] = ()
    ) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._folder = folder
        self._node = node
        self._voters = voters
        self._options = options
        self._command: list[str] = []
        self._classpath = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; the first time, fetch its artifacts. Raises :class:`NoKafka`."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start without waiting. Raises :class:`NoKafka`."""
        if not self._command:
            self._command = self._prepared()
        with (self._folder / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=self._folder, env=_environment()
            )

    @property
    def pid(self) -> int | None:
        """The broker's process, while it runs."""
        return self._process.pid if self._process else None

    def wait(self) -> None:
        """Wait until it answers. Raises :class:`NoKafka`."""
        try:
            asyncio.run(asyncio.wait_for(self._answers(), _START_SECONDS))
        except TimeoutError as error:
            self.stop()
            raise NoKafka(f"it did not answer within {_START_SECONDS} s: {self._tail()}") from error

    def _prepared(self) -> list[str]:
        """Fetch the artifacts and format the storage; returns the command that starts the node."""
        for tool in ("java", "mvn"):
            if shutil.which(tool) is None:
                raise NoKafka(f"{tool} is not installed")
        classpath = self._classpath = _classpath()
        properties = self._properties()
        self._run(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            _CLUSTER,
            "-c",
            str(properties),
            *([] if self._voters else ["--standalone"]),
            *self._format_options(),
        )
        return ["java", *_HEAP, *self._options, "-cp", classpath, "kafka.Kafka", str(properties)]

    def stop(self, gently: bool = False) -> None:
        """Kill it, or ask it to stop and wait; harmless when it is stopped already."""
        process, self._process = self._process, None
        if process is not None:
            if gently:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):  # a single node may wait minutes for itself
                    process.wait(20)
            process.kill()
            process.wait()

    def _properties(self) -> Path:
        path = self._folder / "server.properties"
        controller = self._voters[self._node - 1] if self._voters else f"127.0.0.1:{free_port()}"
        quorum = f"controller.quorum.bootstrap.servers={controller}"
        if self._voters:
            voters = ",".join(f"{node}@{address}" for node, address in enumerate(self._voters, 1))
            quorum = f"controller.quorum.voters={voters}"
        nodes = len(self._voters) or 1
        path.write_text(f"""
process.roles=broker,controller
node.id={self._node}
{quorum}
{self._listeners(controller)}
controller.listener.names=CONTROLLER
log.dirs={self._folder / "logs"}
auto.create.topics.enable=false
offsets.topic.replication.factor={nodes}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={nodes}
transaction.state.log.min.isr={min(2, nodes)}
min.insync.replicas={min(2, nodes)}
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
message.max.bytes=12000000
""")
        return path

    def _listeners(self, controller: str) -> str:
        """Return the listener properties; ``controller`` is the address of the controller listener."""
        return f"""
listeners=PLAINTEXT://{self.address},CONTROLLER://{controller}
advertised.listeners=PLAINTEXT://{self.address},CONTROLLER://{controller}
"""

    def _format_options(self) -> list[str]:
        """Return further options for formatting the storage."""
        return []

    def _client_options(self) -> dict[str, Any]:
        """Return the connection options of a client."""
        return {"bootstrap_servers": self.address}

    def _run(self, *arguments: str) -> None:
        """Run one of Kafka's tools."""
        done = subprocess.run(
            ["java", *_HEAP, *BRIEF, "-cp", self._classpath, *arguments],
            capture_output=True, timeout=_START_SECONDS, env=_environment(),
        )  # fmt: skip
        if done.returncode:
            raise NoKafka(f"{arguments[0]} failed: {(done.stdout + done.stderr).decode()[-600:]}")

    async def _answers(self) -> None:
        host, port = self.address.split(":")
        while True:
            if self._process is None or self._process.poll() is not None:
                raise NoKafka(f"it ended at once: {self._tail()}")
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except ConnectionRefusedError:
                await asyncio.sleep(0.1)  # a foreign process: nothing to wait on but its answer
                continue
            writer.close()
            admin = AIOKafkaAdminClient(**self._client_options())
            try:
                await admin.start()
                await admin.list_topics()
                return
            except KafkaError:
                await asyncio.sleep(0.1)
            finally:
                await admin.close()

    def _tail(self) -> str:
        return (self._folder / "kafka.log").read_text("utf-8", "replace")[-800:]


class Cluster:
    """Three nodes, each broker and controller; ``address`` names all of them."""

    def __init__(self, folder: Path) -> None:
        voters = tuple(f"127.0.0.1:{free_port()}" for _ in range(3))
        self.nodes: list[ApacheKafka] = []
        for number in range(1, 4):
            place = folder / f"node-{number}"
            place.mkdir()
            self.nodes.append(ApacheKafka(place, number, voters))
        self.address = ",".join(node.address for node in self.nodes)

    def start(self) -> None:
        """Start all nodes and wait until each answers. Raises :class:`NoKafka`."""
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait()

    def stop(self) -> None:
        """Kill all nodes."""
        for node in self.nodes:
            node.stop()


def _classpath() -> str:
    """The class path of Kafka's artifacts, which Maven fetches when they are not here. Raises :class:`NoKafka`.

    Kept in ``build/``, by what they are, as long as each file is there: Maven takes 8 CPU seconds to say it again.
    """
    _BUILD.mkdir(exist_ok=True)
    kept = _BUILD / f"kafka-{hashlib.sha256(_POM.read_bytes()).hexdigest()[:16]}.classpath"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several processes that start a node at once, one asks
        with suppress(FileNotFoundError):
            said = kept.read_text()
            if all(Path(path).is_file() for path in said.split(os.pathsep)):
                return said
        said = _of_maven()
        kept.write_text(said)
    return said


def _of_maven() -> str:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "classpath"
        command = ["mvn", "-q", "-B", "-f", str(_POM), _CLASSPATH, f"-Dmdep.outputFile={output}"]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=400)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            told = (error.stdout or b"").decode("utf-8", "replace")[-600:]
            raise NoKafka(f"mvn cannot fetch its artifacts: {told}") from error
        return output.read_text()


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def main() -> None:
    """Run Apache Kafka until Ctrl-C or SIGTERM, at 127.0.0.1:9092 where that port is free: what ``make kafka`` does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="crawlmill-kafka-") as folder:
        kafka = ApacheKafka(Path(folder))
        kafka.address = f"127.0.0.1:{free_port(9092)}"
        try:
            kafka.start()
            print(f"Apache Kafka at {kafka.address}, without its data once it ends. In another terminal:")
            print(f"  export CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS={kafka.address}")
            print("running until Ctrl-C", flush=True)
            signal.pause()
        except NoKafka as error:
            raise SystemExit(f"Apache Kafka cannot be started: {error}") from error
        except KeyboardInterrupt:
            print("stopped")
        finally:
            kafka.stop()


if __name__ == "__main__":
    main()
