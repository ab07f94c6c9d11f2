"""How records leave at least once: where they lie, and that nothing counts before the broker has it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from streams import topics
from streams.execution.results import OutputRecord, Processed, TableChange
from streams.records import Message
from streams.runtime.delivery.at_least_once import AtLeastOnce, Outbox, partition_of
from streams.runtime.delivery.outputs import MessageOutput, message_output
from streams.settings import Kafka, Settings

SETTINGS = Settings(kafka=Kafka(partitions=6, topic_prefix="t."))


class Producer:
    """Stands where aiokafka's is: notes what it is given, and answers when it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, int | None]] = []
        self.answers: list[asyncio.Future[None]] = []

    async def send(self, topic: str, value: bytes, key: bytes, partition: int | None, headers: Any) -> Any:
        self.sent.append((topic, key, partition))
        self.answers.append(asyncio.get_running_loop().create_future())
        return self.answers[-1]


def _output() -> MessageOutput:
    made = (
        OutputRecord(topics.ENRICHED, b"id-1", b"{}", "Enriched"),
        OutputRecord(topics.ENTITIES, b"page:a", b"{}", "EntityFact", b"page"),
        OutputRecord(topics.QUOTES, b"page:b", b"{}", "QuoteFact", b"page"),
    )
    return message_output("enrich", Message(value=b""), Processed(made), 0, 1_000_000)


def _outbox(producer: Producer, publish: Any = None) -> Outbox:
    place = AtLeastOnce(SETTINGS, lambda: producer, publish, lambda _: True).outbox(None)
    assert place is not None
    return place


@given(st.binary(min_size=1, max_size=60), st.integers(1, 64))
def test_a_key_lies_where_kafkas_own_clients_put_it(key: bytes, partitions: int) -> None:
    wanted = DefaultPartitioner()(key, list(range(partitions)), list(range(partitions)))
    assert partition_of(key, Settings(kafka=Kafka(partitions=partitions))) == wanted


def test_facts_of_a_page_lie_together_and_other_records_where_their_keys_say() -> None:
    async def run() -> None:
        producer = Producer()
        sending = asyncio.create_task(_outbox(producer).send(_output()))
        while len(producer.sent) < 3:
            await asyncio.sleep(0)
        place = partition_of(b"page", SETTINGS)
        assert producer.sent == [
            ("t.pages.enriched", b"id-1", None),
            ("t.pages.entities", b"page:a", place),
            ("t.pages.quotes", b"page:b", place),
        ]
        for answer in producer.answers:
            assert not sending.done()
            answer.set_result(None)
            await asyncio.sleep(0)
        await sending

    asyncio.run(run())


def test_a_candidate_lies_where_the_declared_partitions_put_its_key() -> None:
    async def run() -> None:
        producer = Producer()
        made = OutputRecord(topics.CANDIDATES, b"u:bucket", b"{}", "Candidate")
        sending = asyncio.create_task(
            _outbox(producer).send(
                message_output("clean", Message(value=b""), Processed((made,)), 0, 1_000_000)
            )
        )
        while not producer.sent:
            await asyncio.sleep(0)
        assert producer.sent == [("t.pages.candidates", b"u:bucket", partition_of(b"u:bucket", SETTINGS))]
        producer.answers[0].set_result(None)
        await sending

    asyncio.run(run())


def test_a_message_whose_partition_was_revoked_meanwhile_has_no_outbox() -> None:
    current, old = object(), object()
    sender = AtLeastOnce(SETTINGS, Producer, lambda _: asyncio.sleep(0), lambda event: event is current)
    assert sender.outbox(current) is not None
    assert sender.outbox(old) is None


def test_one_record_that_the_broker_did_not_take_is_raised_after_all_have_been_answered() -> None:
    async def run() -> None:
        producer = Producer()
        sending = asyncio.create_task(_outbox(producer).send(_output()))
        while len(producer.sent) < 3:
            await asyncio.sleep(0)
        producer.answers[1].set_exception(KafkaTimeoutError())
        producer.answers[0].set_result(None)
        await asyncio.sleep(0)
        assert not sending.done()
        producer.answers[2].set_result(None)
        with pytest.raises(KafkaTimeoutError):
            await sending

    asyncio.run(run())


def test_nothing_is_sent_before_the_changelog_has_what_the_buckets_learnt() -> None:
    async def run() -> None:
        producer, known = Producer(), asyncio.Event()
        published: list[tuple[TableChange, ...]] = []

        async def publish(changes: tuple[TableChange, ...]) -> None:
            published.append(changes)
            await known.wait()

        output = _output()._replace(changes=(TableChange(0, b"bucket", b"memory", 1),))
        sending = asyncio.create_task(_outbox(producer, publish).send(output))
        while not published:
            await asyncio.sleep(0)
        assert published == [output.changes]
        assert producer.sent == []
        known.set()
        while len(producer.sent) < 3:
            await asyncio.sleep(0)
        for answer in producer.answers:
            answer.set_result(None)
        await sending

    asyncio.run(run())


def test_a_second_output_from_an_outbox_does_not_write_the_table_changes_again() -> None:
    """By then a later message may have changed the same bucket, and the changelog would end with the older value."""

    async def run() -> None:
        producer = Producer()
        published: list[tuple[TableChange, ...]] = []

        async def publish(changes: tuple[TableChange, ...]) -> None:
            published.append(changes)

        place = _outbox(producer, publish)
        for error in (MessageSizeTooLargeError(), None):
            output = _output()._replace(changes=(TableChange(0, b"bucket", b"memory", 1),))
            sending = asyncio.create_task(place.send(output))
            while len(producer.answers) < 3:
                await asyncio.sleep(0)
            for answer in producer.answers:
                answer.set_result(None) if error is None else answer.set_exception(error)
            producer.answers = []
            if error is None:
                await sending
            else:
                with pytest.raises(MessageSizeTooLargeError):
                    await sending
        assert len(published) == 1

    asyncio.run(run())
