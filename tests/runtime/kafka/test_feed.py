"""Pages are produced to pages.raw, and only acknowledged ones are counted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from live.mill import Fed, page, settings

from streams import topics
from streams.errors import BadInput, BrokerUnavailable
from streams.feeding.tally import Tally
from streams.records import Message
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.follow import follow
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytestmark = pytest.mark.live
_LARGE = Fed(
    Message(value=random.Random(1).randbytes(50_000), key=b"large"), "file:2"
)  # cannot be compressed


def _small(address: str, folder: Path) -> Settings:
    return settings(address, folder, max_message_bytes=20_000)


async def _raw(chosen: Settings) -> list[Message]:
    return [message async for message in follow(chosen, [topics.RAW], from_start=True, at_end=True)]


def test_every_page_is_on_the_topic_when_feed_returns(embedded: str, tmp_path: Path) -> None:
    pages = [page(number) for number in range(600)]  # more than may be unacknowledged at once

    async def run() -> tuple[int, list[Message]]:
        chosen = settings(embedded, tmp_path)
        await topic_admin.create(chosen)
        return await feed(chosen, pages), await _raw(chosen)

    count, found = asyncio.run(run())
    assert count == 600
    assert {(message.key, message.value) for message in found} == {
        (fed.message.key, fed.message.value) for fed in pages
    }


def test_headers_and_keys_are_kept(embedded: str, tmp_path: Path) -> None:
    message = Message(value=b"{}", key=b"k", headers=(("a", b"1"), ("a", b"2")))

    async def run() -> list[Message]:
        chosen = settings(embedded, tmp_path)
        await topic_admin.create(chosen)
        await feed(chosen, [Fed(message, "file:1")])
        return await _raw(chosen)

    (found,) = asyncio.run(run())
    assert (found.key, found.value, found.headers) == (message.key, message.value, message.headers)


def test_a_page_that_is_too_large_is_skipped_and_counted(embedded: str, tmp_path: Path) -> None:
    tally = Tally()

    async def run() -> int:
        chosen = _small(embedded, tmp_path)
        await topic_admin.create(chosen)
        await feed(chosen, [page(1), _LARGE, page(2)], tally=tally)
        return len(await _raw(chosen))

    assert asyncio.run(run()) == tally.fed == 2
    assert any("file:2" in line for line in tally.messages())


def test_without_a_tally_a_page_that_is_too_large_raises_after_the_others_were_fed(
    embedded: str, tmp_path: Path
) -> None:
    async def run() -> int:
        chosen = _small(embedded, tmp_path)
        await topic_admin.create(chosen)
        with pytest.raises(BadInput, match="file:2"):
            await feed(chosen, [_LARGE, page(1)])
        return len(await _raw(chosen))

    assert asyncio.run(run()) == 1


def test_no_broker_is_an_error_that_names_its_address(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    tally = Tally()
    with pytest.raises(BrokerUnavailable, match=address):
        asyncio.run(feed(settings(address, tmp_path), [page(1)], tally=tally))
    assert tally.fed == 0


def test_values_of_any_bytes_arrive_unchanged(embedded: str, tmp_path: Path) -> None:
    values = [b"\0\xff", b"x", msgspec.json.encode({"url": "https://a.example/"})]

    async def run() -> set[bytes | None]:
        chosen = settings(embedded, tmp_path)
        await topic_admin.create(chosen)
        await feed(chosen, [Fed(Message(value=value), "file:1") for value in values])
        return {message.value for message in await _raw(chosen)}

    assert asyncio.run(run()) == set(values)


def test_pages_that_are_too_large_are_not_kept_in_memory_until_the_end(embedded: str, tmp_path: Path) -> None:
    tally, reported, kept = Tally(), 0, 0

    def items() -> Iterator[Fed]:
        nonlocal kept
        for read in range(3_000):
            kept = max(kept, read - reported)
            yield _LARGE

    def acknowledged(settled: Sequence[Fed]) -> None:
        nonlocal reported
        reported += len(settled)

    async def run() -> int:
        chosen = _small(embedded, tmp_path)
        await topic_admin.create(chosen)
        return await feed(chosen, items(), tally=tally, acknowledged=acknowledged)

    assert asyncio.run(run()) == 0
    assert reported == 3_000
    assert kept < 1_500  # 1,000 may be read ahead
