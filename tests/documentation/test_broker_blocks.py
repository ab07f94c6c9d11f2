"""The blocks that need a broker, run against one embedded broker and one worker, with the sample pages in it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from documentation import blocks, workplace
from documentation.blocks import Block
from live.brokers import own

from streams import feeding
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS, ended_page
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Kafka, Settings, Worker

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]
ROOT = blocks.ROOT
_PAGES = ("articles.jsonl", "errors.jsonl", "hostile.jsonl")
_ADDRESSES = re.compile(
    r"127\.0\.0\.1:9092|localhost:29092|kafka1:9092,kafka2:9092|kafka:9092|127\.0\.0\.1:PORT"
)


class Place(NamedTuple):
    """The reader's folder, the settings of the mill, and what a test puts in the place of what the documentation writes."""

    folder: Path
    settings: Settings
    instead: dict[str, str]

    def run(self, block: Block) -> str:
        """Run a block with the broker of the test."""
        kafka = self.settings.kafka
        variables = {
            "CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "CRAWLMILL_KAFKA_PARTITIONS": str(kafka.partitions),
            "CRAWLMILL_KAFKA_SESSION_TIMEOUT_SECONDS": str(kafka.session_timeout_seconds),
            "CRAWLMILL_WORKER_DATA_DIR": str(self.folder / "tables-of-commands"),
            "CRAWLMILL_WORKER_WEB_PORT": str(free_port()),
        }
        for program in workplace.programs_of(block):
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed")
        text = _ADDRESSES.sub(kafka.bootstrap_servers, block.text)
        return workplace.run(block._replace(text=text), self.folder, variables, self.instead)


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A broker of this module's own, for the documentation's topics have no prefix, with topics and without workers."""
    folder = tmp_path_factory.mktemp("reader")
    workplace.prepare(folder)
    with own("embedded", folder) as broker:
        kafka = Kafka(bootstrap_servers=broker.address, partitions=4, session_timeout_seconds=8.0)
        worker = Worker(processes=1, data_dir=str(folder / "tables"), web_port=free_port())
        chosen = Settings(kafka=kafka, worker=worker)
        asyncio.run(topic_admin.create(chosen))
        yield Place(folder, chosen, {"127.0.0.1:6066": f"127.0.0.1:{worker.web_port}"})


@pytest.fixture(scope="module")
def mill(idle: Place) -> Iterator[Place]:
    """The same with a worker, which has processed sample pages."""
    pages = list(feeding.read(ROOT / "seeds" / name for name in _PAGES))
    worker = WorkerProcess(idle.settings, idle.folder / "worker.log")

    async def start() -> str:
        await feed(idle.settings, pages)
        await worker.start()
        ended, letter = set[str](), ""
        async with asyncio.timeout(240):
            async for message in follow(idle.settings, ENDS, from_start=True):
                if end := ended_page(idle.settings, message):
                    ended.add(end.page)
                    letter = end.page if end.disposition == "deadletter" else letter
                if len(ended) == len(pages):
                    break
        return letter

    try:
        letter = asyncio.run(start())
        out = Block("", 0, "sh", "", "crawlmill process pages.jsonl -o out.jsonl\n")
        workplace.run(out, idle.folder)
        positions = dict.fromkeys(("pages.raw/0/17", "pages.raw/3/1742"), letter)
        yield idle._replace(instead={**idle.instead, **positions})
    finally:
        worker.stop()


def _named(language: str, needs: str) -> list[object]:
    found = [block for block in blocks.blocks(language) if block.needs == needs]
    assert found
    return [pytest.param(block, id=block.name) for block in found]


@pytest.mark.parametrize("block", _named("sh", "broker without workers"))
def test_commands_that_need_workers_to_be_stopped_succeed(block: Block, idle: Place) -> None:
    idle.run(block)


@pytest.mark.parametrize("block", _named("sh", "broker"))
def test_commands_that_need_a_broker_succeed(block: Block, mill: Place) -> None:
    mill.run(block)


@pytest.mark.parametrize("block", _named("sh", "kafka"))
def test_commands_that_need_apache_kafka_succeed(block: Block, apache: str, tmp_path: Path) -> None:
    workplace.prepare(tmp_path)
    chosen = Settings(kafka=Kafka(bootstrap_servers=apache, partitions=4))
    asyncio.run(topic_admin.create(chosen))
    Place(tmp_path, chosen, {}).run(block)


@pytest.mark.parametrize("block", _named("sh", "broker without end"))
def test_commands_that_run_until_they_are_stopped_do_so(block: Block, mill: Place) -> None:
    mill.run(block)


@pytest.mark.parametrize("block", _named("python", "broker"))
def test_an_example_that_needs_a_broker_runs(block: Block, mill: Place) -> None:
    text = _ADDRESSES.sub(mill.settings.kafka.bootstrap_servers, block.text)
    script = f"""
import ast, asyncio, inspect
code = compile({text!r}, {block.name!r}, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
answer = eval(code, {{}})
if inspect.iscoroutine(answer):
    asyncio.run(answer)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=mill.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS": mill.settings.kafka.bootstrap_servers},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("block", _named("sql", "broker"))
def test_a_statement_finds_rows_in_what_was_exported(block: Block, mill: Place) -> None:
    file = mill.folder / "statement.duckdb"
    for topic in ("pages.enriched", "pages.quotes"):
        mill.run(Block("", 0, "sh", "", f"crawlmill export {topic} -o {file}\n"))
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.sql(block.text).fetchall()
