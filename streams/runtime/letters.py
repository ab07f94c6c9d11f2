"""Dead letters: which there are, and putting them back where they came from.

Replaying is idempotent by what it causes: a page that comes twice has one id, so everything downstream is keyed the
same. A letter that was replayed and died again is one more letter that says so; of these only the last is replayed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.errors import TopicMismatch
from streams.records import DeadLetter, Fault, Message
from streams.runtime import security, topics
from streams.runtime.reading import dead_letter, follow
from streams.settings import Settings

REPLAY_HEADER = (
    "crawlmill-replay-of"  # the first place of a message that was put back: topic/partition/offset
)
_CONNECT = "__connect.errors."


class Wanted(msgspec.Struct, frozen=True):
    """Which letters: every condition that is given must hold."""

    reasons: frozenset[Fault] = frozenset()
    stages: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    first: int = 0  # offset on pages.deadletter, of each partition
    last: int | None = None


class Letter(msgspec.Struct, frozen=True):
    """One dead letter: what it says, and the message itself."""

    said: DeadLetter
    message: Message
    origin: str  # where the message first stood: of a replayed one, before its replay


async def letters(settings: Settings, wanted: Wanted) -> AsyncIterator[Letter]:
    """Those on pages.deadletter now. Raises as :func:`streams.runtime.reading.follow` does."""
    async for message in follow(settings, [topics.DEADLETTER], from_start=True, at_end=True):
        said = dead_letter(message)
        if _matches(said, message, wanted):
            before = dict(message.headers).get(REPLAY_HEADER, b"").decode("utf-8", "replace")
            yield Letter(said, message, before or said.id)


def newest(found: Iterable[Letter]) -> list[Letter]:
    """Of letters about the same message, before and after replays, the last that was written."""
    last: dict[str, Letter] = {}
    for letter in sorted(found, key=lambda letter: (letter.message.partition, letter.message.offset)):
        last.pop(letter.origin, None)
        last[letter.origin] = letter
    return list(last.values())


async def replay(settings: Settings, found: Iterable[Letter]) -> int:
    """Send each letter's untouched message back to the partition it came from; how many there were.

    Raises :class:`~streams.errors.BrokerUnavailable`, and :class:`TopicMismatch` for a letter from a topic that is not the mill's.
    """
    sources = {topics.full_name(settings, name) for name in (topics.RAW, topics.CANDIDATES, topics.CLEAN)}
    kafka, count = settings.kafka, 0
    producer = AIOKafkaProducer(
        acks="all",
        max_request_size=kafka.max_message_bytes,
        **security.client_options(settings),
    )
    try:
        await producer.start()
        for letter in found:
            if letter.said.topic not in sources:
                raise TopicMismatch(
                    f"dead letter {letter.said.id}: it came from {letter.said.topic or 'nowhere'}, which is no topic of "
                    "this mill; look at kafka.topic_prefix"
                )
            own = [(name, value) for name, value in letter.message.headers if not name.startswith(_CONNECT)]
            headers = [header for header in own if header[0] != REPLAY_HEADER]
            headers.append((REPLAY_HEADER, letter.origin.encode()))
            await producer.send_and_wait(
                letter.said.topic, letter.message.value, key=letter.message.key,
                partition=letter.said.partition, headers=headers,
            )  # fmt: skip
            count += 1
    except (KafkaError, OSError) as error:
        raise await security.unavailable(settings, error) from error
    finally:
        await producer.stop()
    return count


def _matches(said: DeadLetter, message: Message, wanted: Wanted) -> bool:
    return (
        (not wanted.reasons or said.reason in wanted.reasons)
        and (not wanted.stages or said.stage in wanted.stages)
        and (not wanted.ids or said.id in wanted.ids)
        and wanted.first <= message.offset
        and (wanted.last is None or message.offset <= wanted.last)
    )
