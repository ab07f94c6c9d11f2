"""Dead letters are listed, shown unchanged and replayed; replaying them twice changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from live.commands import CRAWLMILL, ROOT, crawlmill, environment
from live.mill import Fed, Mill, article, page, settings

from streams import topics
from streams.records import Enriched, Fault, Message, decode
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.dead_letter_record import CUT
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.dead_letters import StoredDeadLetter, find, read
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.replay import replay
from streams.settings import Settings

pytestmark = pytest.mark.live


async def _replay_all(chosen: Settings) -> tuple[int, tuple[str, ...]]:
    found = await find(chosen)
    return await replay(chosen, found.due(found.letters))


async def _enriched(chosen: Settings) -> list[str]:
    messages = follow(chosen, [topics.ENRICHED], from_start=True, at_end=True)
    return [decode(message.value or b"", Enriched).id async for message in messages]


def _heavy(number: int) -> Fed:
    """Return an article whose page takes far longer than 0.1 s to clean."""
    paragraphs = "".join(f"<p>{part}</p>" for part in article(number).split("\n\n"))
    html = f"<html><body><article>{paragraphs}</article>{'<div><p><a>x</a></p></div>' * 60_000}</body></html>"
    record = {"id": f"heavy-{number}", "url": f"https://heavy.example/{number}", "status": 200, "html": html}
    return Fed(Message(value=msgspec.json.encode(record)), f"heavy:{number}")


def test_pages_that_timed_out_are_replayed_once_there_is_time_and_twice_is_as_good(
    broker: str, tmp_path: Path
) -> None:
    chosen = settings(broker, tmp_path)
    hurried = msgspec.structs.replace(
        chosen, worker=msgspec.structs.replace(chosen.worker, clean_timeout_seconds=0.1)
    )
    patient = msgspec.structs.replace(
        chosen, worker=msgspec.structs.replace(chosen.worker, clean_timeout_seconds=200.0)
    )
    mill = Mill(chosen, tmp_path)

    async def run() -> None:
        await mill.create()
        first = mill.worker(hurried)
        await first.start()
        await mill.feed([page(1)])
        await mill.outcomes(1)  # enriched, or too late as well where the machine is slow
        broken = Fed(Message(value=b'{"url": 7, "html": "x"}', key=b"k", headers=(("h", b"v"),)), "broken:1")
        await mill.feed([_heavy(2), broken])
        await mill.outcomes(3)
        first.stop()
        found = {
            record.details.reason: record
            async for record in read(chosen)
            if isinstance(record, StoredDeadLetter)
        }
        assert set(found) == {Fault.TIMEOUT, Fault.BAD_RECORD}
        bad = found[Fault.BAD_RECORD]
        assert (bad.message.value, bad.message.key, bad.details.stage) == (
            b'{"url": 7, "html": "x"}',
            b"k",
            "clean",
        )
        assert dict(bad.message.headers)["h"] == b"v"
        assert dict(bad.message.headers)["__connect.errors.topic"].decode() == bad.details.topic

        await mill.worker(patient).start()
        due = len((await find(chosen)).letters)
        assert await _replay_all(chosen) == (due, ())
        await mill.outcomes(3 + due)
        assert set(await _enriched(chosen)) >= {"heavy-2"}
        copies = follow(chosen, [topics.REJECTED], from_start=True, at_end=True)
        assert [message async for message in copies] == [], "a page replayed was taken for its own copy"

        again = await find(chosen)
        assert len(again.letters) == due + 1, "the bad record died again; what timed out is a letter still"
        assert len(again.replayed) == due
        (left,) = again.due(again.letters)
        assert (
            left[0].details.id
            == next(mark for mark in again.replayed.values() if mark.id == bad.details.id).to
        )
        assert len(again.due(again.letters, again=True)) == due + 1

    try:
        asyncio.run(run())
    finally:
        mill.stop()


def _dead(topic: str, partition: int, offset: int, **message: Any) -> dict[str, Any]:
    """Return the arguments for sending a dead letter about a message of a topic (full name)."""
    said = {
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "stage": "clean",
        "reason": "bad_record",
    }
    headers = [(f"__connect.errors.{name}", str(value).encode()) for name, value in said.items()]
    return {"value": b"x", **message, "headers": [*message.get("headers", ()), *headers]}


async def _write(chosen: Settings, topic: str, messages: list[dict[str, Any]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=chosen.kafka.bootstrap_servers, acks="all")
    await producer.start()
    try:
        for message in messages:
            await producer.send_and_wait(topics.full_name(chosen, topic), **message)
    finally:
        await producer.stop()


async def _on(chosen: Settings, topic: str) -> list[Message]:
    return [message async for message in follow(chosen, [topic], from_start=True, at_end=True)]


@pytest.mark.parametrize("kind", ["embedded", pytest.param("apache", marks=pytest.mark.again)])
def test_a_message_goes_back_where_it_belongs_once_and_foreign_records_stand_in_no_ones_way(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    broker = request.getfixturevalue(kind)
    chosen, other = settings(broker, tmp_path), settings(broker, tmp_path)
    raw, candidates = (topics.full_name(chosen, name) for name in (topics.RAW, topics.CANDIDATES))
    key = b"u:some-bucket"
    wrong = (partition_of(key, chosen) + 1) % 4

    async def run() -> None:
        await topic_admin.create(chosen)
        await _write(chosen, topics.RAW, [{"value": b"the page", "key": b"p", "partition": 2, "headers": [("a", b"b")]}])  # fmt: skip
        letters = [
            _dead(raw, 2, 5, headers=[("h", b"\xff"), ("crawlmill-replay-of", b"pages.raw/2/0")], key=b"k"),
            _dead(candidates, wrong, 0, key=key),
            _dead(topics.full_name(other, topics.RAW), 0, 3),
            _dead(raw, 2, 0, value=None, key=b"p", headers=[(CUT + "value-bytes", b"8")]),
            _dead(raw, 2, 77, value=None, key=b"p", headers=[(CUT + "value-bytes", b"8")]),
            _dead(raw, 9, 1, value=b"from a partition that is gone", key=b"g"),
        ]
        nasty: list[dict[str, Any]] = [
            {"value": b"no headers"},
            {"value": None, "key": b"k"},
            {**_dead(raw, 0, 1), "headers": [("__connect.errors.partition", b"9" * 5_000)]},
            {**_dead(raw, 0, 1), "headers": [("schema", b"Replayed/1")]},
        ]
        await _write(chosen, topics.DEADLETTER, [*nasty, *letters, *nasty])
        found = await find(chosen)
        assert (len(found.letters), len(found.foreign)) == (6, 8)

        sent, refused = await _replay_all(chosen)
        assert sent == 4
        assert len(refused) == 2
        assert any("which no stage consumes" in why for why in refused)
        assert any("no longer holds the message" in why for why in refused)
        (candidate,) = await _on(chosen, topics.CANDIDATES)
        assert candidate.partition == partition_of(key, chosen)
        pages = await _on(chosen, topics.RAW)
        assert [m.headers for m in pages if m.value == b"x"] == [(("h", b"\xff"), ("crawlmill-replay-of", b"pages.raw/2/0"))]  # fmt: skip
        assert [(m.partition, m.headers) for m in pages if m.value == b"the page"] == [
            (2, (("a", b"b"),))
        ] * 2
        assert len([m for m in pages if m.value == b"from a partition that is gone"]) == 1

        assert (await _replay_all(chosen))[0] == 0
        assert len(await _on(chosen, topics.RAW)) == 4

    asyncio.run(run())
    _commands_get_through(chosen)


def _commands_get_through(chosen: Settings) -> None:
    """Run the commands that read pages.deadletter, on the topic as the test above leaves it: six letters, eight foreign records."""
    listed = crawlmill(chosen, "deadletters", "list")
    assert listed.returncode == 0, listed.stderr.decode()
    lines = [json.loads(line) for line in listed.stdout.splitlines()]
    assert len([line for line in lines if "foreign" in line]) == 8
    assert len([line for line in lines if line.get("replayed_to")]) == 4
    tailed = crawlmill(chosen, "tail", "pages.deadletter", "--from-start", "--exit")
    assert tailed.returncode == 0, tailed.stderr.decode()
    assert len([json.loads(line) for line in tailed.stdout.splitlines()]) == 6 + 8

    asked = crawlmill(chosen, "deadletters", "replay")
    assert asked.returncode == 2
    assert b"--yes" in asked.stderr
    said = _answered_on_a_terminal(chosen, b"n\n")
    assert (said.returncode, b"Replay all dead letters, 2 of them?" in said.stderr) == (1, True)
    again = crawlmill(chosen, "deadletters", "replay", "--yes")
    assert again.returncode == 1, "two cannot be replayed"
    for told in (
        b"4 were replayed before",
        b"8 records are no dead letters",
        b"not replayed: ",
        b"0 dead letters replayed",
    ):
        assert told in again.stderr
    dry = crawlmill(chosen, "deadletters", "replay", "--dry-run", "--again")
    assert (dry.returncode, b"6 dead letters would be replayed" in dry.stderr) == (0, True)


def _answered_on_a_terminal(chosen: Settings, answer: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run ``deadletters replay`` with a terminal as its input, on which the answer was typed."""
    ours, its = os.openpty()
    try:
        os.write(ours, answer)
        return subprocess.run(
            [*CRAWLMILL, "deadletters", "replay"],
            stdin=its, capture_output=True, timeout=240, cwd=ROOT, env=environment(chosen),
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(its)
