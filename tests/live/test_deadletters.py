"""Dead letters are listed, shown as they came, and put back; putting them back twice changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from live.mill import Fed, Mill, article, page, settings

from streams.errors import TopicMismatch
from streams.records import Enriched, Fault, Message, decode
from streams.runtime import topics
from streams.runtime.letters import Letter, Wanted, letters, newest, replay
from streams.runtime.reading import follow
from streams.settings import Settings

pytestmark = pytest.mark.live


async def _letters(chosen: Settings, wanted: Wanted | None = None) -> list[Letter]:
    return [letter async for letter in letters(chosen, wanted or Wanted())]


async def _enriched(chosen: Settings) -> list[str]:
    messages = follow(chosen, [topics.ENRICHED], from_start=True, at_end=True)
    return [decode(message.value or b"", Enriched).id async for message in messages]


def _heavy(number: int) -> Fed:
    """An article whose page takes far longer to clean than a tenth of a second."""
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
        found = {letter.said.reason: letter for letter in await _letters(chosen)}
        assert set(found) == {Fault.TIMEOUT, Fault.BAD_RECORD}
        bad = found[Fault.BAD_RECORD]
        assert (bad.message.value, bad.message.key, bad.said.stage) == (
            b'{"url": 7, "html": "x"}',
            b"k",
            "clean",
        )
        assert dict(bad.message.headers)["h"] == b"v"
        assert dict(bad.message.headers)["__connect.errors.topic"].decode() == bad.said.topic
        assert await _letters(chosen, Wanted(reasons=frozenset([Fault.CRASH]))) == []

        await mill.worker(patient).start()
        due = len(await _letters(chosen))
        for _ in range(2):
            assert await replay(chosen, newest(await _letters(chosen))) == due
        await mill.outcomes(3 + 2 * due)
        assert set(await _enriched(chosen)) >= {"heavy-2"}
        copies = follow(chosen, [topics.REJECTED], from_start=True, at_end=True)
        assert [message async for message in copies] == [], "a page replayed was taken for its own copy"

        again = await _letters(chosen)
        assert len(again) == due + 2  # the bad record died three times; what timed out is a letter still
        assert len(newest(again)) == due

    try:
        asyncio.run(run())
    finally:
        mill.stop()


def test_a_letter_of_another_mill_is_not_sent_anywhere(broker: str, tmp_path: Path) -> None:
    chosen = settings(broker, tmp_path)
    other = settings(broker, tmp_path)

    async def run() -> None:
        await topics.create(chosen)
        stray = Message(value=b"x", topic=topics.full_name(other, topics.RAW), partition=0, offset=3)
        from streams.runtime.reading import dead_letter

        headers = (
            ("__connect.errors.topic", stray.topic.encode()),
            ("__connect.errors.partition", b"0"),
            ("__connect.errors.offset", b"3"),
            ("__connect.errors.reason", b"bad_record"),
        )
        message = msgspec.structs.replace(stray, headers=headers)
        with pytest.raises(TopicMismatch, match="no topic of this mill"):
            await replay(chosen, [Letter(dead_letter(message), message, "o")])

    asyncio.run(run())
