"""Apache Kafka itself, from its Maven artifacts, as one KRaft node on this machine: for tests that need the real one."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.runtime.broker import free_port

_POM = Path(__file__).with_name("kafka-pom.xml")
_CLASSPATH = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"
_CLUSTER = "Y3Jhd2xtaWxsLXRlc3RzLTE"  # any 16 bytes in URL-safe base64


class NoKafka(Exception):
    """Why Apache Kafka cannot be had on this machine."""


class ApacheKafka:
    """One broker and controller; ``address`` is host:port."""

    def __init__(self, folder: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Fetch what is missing, format, start, wait until it answers. Raises :class:`NoKafka`."""
        for tool in ("java", "mvn"):
            if shutil.which(tool) is None:
                raise NoKafka(f"{tool} is not installed")
        classpath = self._classpath()
        properties = self._properties()
        self._run(
            classpath,
            "kafka.tools.StorageTool",
            "format",
            "-t",
            _CLUSTER,
            "-c",
            str(properties),
            "--standalone",
            *self._format_options(),
        )
        with (self._folder / "kafka.log").open("wb") as log:
            command = self._java(classpath, "kafka.Kafka", str(properties))
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._folder, env=_environment()
            )
        try:
            asyncio.run(asyncio.wait_for(self._answers(), 90))
        except TimeoutError as error:
            self.stop()
            raise NoKafka(f"it did not answer within 90 s: {self._tail()}") from error

    def stop(self) -> None:
        """Stop it; harmless when it is stopped already."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _classpath(self) -> str:
        output = self._folder / "classpath"
        command = ["mvn", "-q", "-B", "-f", str(_POM), _CLASSPATH, f"-Dmdep.outputFile={output}"]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=400)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            said = (error.stdout or b"").decode("utf-8", "replace")[-600:]
            raise NoKafka(f"mvn cannot fetch its artifacts: {said}") from error
        return output.read_text()

    def _properties(self) -> Path:
        path = self._folder / "server.properties"
        controller = f"127.0.0.1:{free_port()}"
        path.write_text(f"""
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={controller}
{self._listeners(controller)}
controller.listener.names=CONTROLLER
log.dirs={self._folder / "logs"}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
message.max.bytes=12000000
""")
        return path

    def _listeners(self, controller: str) -> str:
        """The lines about listeners; ``controller`` is the address of the controller's."""
        return f"""
listeners=PLAINTEXT://{self.address},CONTROLLER://{controller}
advertised.listeners=PLAINTEXT://{self.address},CONTROLLER://{controller}
"""

    def _format_options(self) -> list[str]:
        """Further options for formatting the storage."""
        return []

    def _client_options(self) -> dict[str, Any]:
        """How a client is let in."""
        return {"bootstrap_servers": self.address}

    def _java(self, classpath: str, *arguments: str) -> list[str]:
        return ["java", "-Xmx512m", "-Xms128m", "-cp", classpath, *arguments]

    def _run(self, classpath: str, *arguments: str) -> None:
        done = subprocess.run(
            self._java(classpath, *arguments), capture_output=True, timeout=60, env=_environment()
        )
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


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}
