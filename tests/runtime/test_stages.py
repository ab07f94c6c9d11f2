"""The dedup stage: how far one message takes a candidate, and what the doors' partitions are told."""

from __future__ import annotations

import asyncio
from itertools import count

import msgspec
import pytest

from streams import dedup
from streams.errors import ClockError
from streams.records import Candidate, CleanDocument, Document, Fault, Message, Rejection, decode, encode
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.results import Failed, Processed, TableChange
from streams.runtime.kafka import topics
from streams.runtime.observability.metrics import Metrics
from streams.runtime.pool import jobs
from streams.runtime.stages import DedupStage
from streams.settings import Kafka, Settings

SETTINGS = Settings()
EXACTLY = Settings(kafka=Kafka(processing_guarantee="exactly_once"))
TEXT = " ".join(f"word{number}" for number in range(60))


class Table:
    """Partitions in memory, and the changes that a changelog would be told."""

    def __init__(self, *owned: int) -> None:
        self.owned = owned
        self.memory: dict[tuple[int, bytes], bytes] = {}
        self.changes: list[TableChange] = []

    def owns(self, partition: int) -> bool:
        return partition in self.owned

    def known(self, partition: int, key: bytes) -> bytes:
        return self.memory.get((partition, key), b"")

    def remember(self, partition: int, key: bytes, value: bytes) -> None:
        self.memory[partition, key] = value
        self.changes.append(TableChange(partition, key, value, 1))

    def take(self) -> list[TableChange]:
        changes, self.changes = self.changes, []
        return changes


def _door(prefix: str, partition: int) -> str:
    return next(
        key for n in count() if partition_of((key := f"{prefix}:{n}").encode(), SETTINGS) == partition
    )


def _candidate(name: str, *partitions: int) -> Candidate:
    """A document whose doors lie on these partitions."""
    document = Document(
        id=name, url=f"https://{name}.example/", canonical_url=f"https://{name}.example/", text=TEXT
    )
    doors = (
        _door(f"u{name}", partitions[0]),
        *(_door(f"c{number}", partition) for number, partition in enumerate(partitions[1:])),
    )
    mark = dedup.fingerprint(TEXT, document.canonical_url)
    return Candidate(document=document, fingerprint=msgspec.structs.replace(mark, doors=doors))


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def _visited(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("crawlmill_dedup_visits_total") or 0.0


def _take(stage: DedupStage, candidate: Candidate) -> Processed:
    key = dedup.door_key(candidate).encode()
    message = Message(value=encode(candidate), key=key, partition=partition_of(key, SETTINGS))

    async def run() -> Processed | Failed:
        return await stage(message)

    done = asyncio.run(run())
    assert isinstance(done, Processed)
    return done


def test_doors_of_the_workers_partitions_are_passed_at_one_go_and_the_next_one_is_sent_to(
    metrics: Metrics,
) -> None:
    stage = DedupStage(Table(2, 0), SETTINGS, metrics)  # type: ignore[arg-type]
    done = _take(stage, _candidate("a", 2, 0, 2, 3))
    (sent,) = done.outputs
    assert sent.topic == topics.CANDIDATES
    further = decode(sent.value, Candidate)
    assert further.door == 3 and sent.key == dedup.door_key(further).encode()
    assert [change.partition for change in done.changes] == [2, 0, 2]
    assert _visited(metrics) == 3


def test_where_the_next_owner_goes_on_the_page_comes_out(metrics: Metrics) -> None:
    first = _take(DedupStage(Table(2), SETTINGS, metrics), _candidate("a", 2, 2, 3, 3))  # type: ignore[arg-type]
    further = decode(first.outputs[0].value, Candidate)
    last = _take(DedupStage(Table(3), SETTINGS, metrics), further)  # type: ignore[arg-type]
    assert [made.topic for made in last.outputs] == [topics.CLEAN]
    assert decode(last.outputs[0].value, CleanDocument).id == "a"
    assert [change.partition for change in last.changes] == [3, 3]


def test_a_transaction_takes_a_page_past_the_doors_of_its_partition_only(metrics: Metrics) -> None:
    done = _take(DedupStage(Table(2, 0), EXACTLY, metrics), _candidate("a", 2, 2, 0, 0))  # type: ignore[arg-type]
    assert [made.topic for made in done.outputs] == [topics.CANDIDATES]
    assert [change.partition for change in done.changes] == [2, 2]


def test_all_on_one_partition_is_one_message(metrics: Metrics) -> None:
    done = _take(DedupStage(Table(1), SETTINGS, metrics), _candidate("a", 1, 1, 1, 1))  # type: ignore[arg-type]
    assert [made.topic for made in done.outputs] == [topics.CLEAN]
    assert len(done.changes) == len({change.key for change in done.changes}) == 4


def test_doors_within_reach_hear_of_a_copy_at_once_and_others_are_sent_a_notice(metrics: Metrics) -> None:
    table = Table(0, 1)
    stage = DedupStage(table, SETTINGS, metrics)  # type: ignore[arg-type]
    _take(stage, _candidate("a", 1, 0, 0, 0))
    done = _take(stage, _candidate("b", 1, 0, 0, 0))
    (rejected,) = done.outputs
    assert decode(rejected.value, Rejection).duplicate_of == "a"
    assert done.reason == "duplicate_exact"
    assert [change.partition for change in done.changes] == [1, 0, 1]  # its first door is told last
    assert _visited(metrics) == 4 + 3
    table.owned = (0,)
    further = msgspec.structs.replace(_candidate("c", 1, 0, 0, 0), door=1)
    rejected, notice = _take(stage, further).outputs
    assert decode(rejected.value, Rejection).duplicate_of == "a"
    told = decode(notice.value, Candidate)
    assert (told.door, told.document.text, notice.topic) == (0, "", topics.CANDIDATES)
    table.owned = (1,)
    heard = _take(stage, told)
    assert heard.outputs == () and [change.partition for change in heard.changes] == [1]


def _cleaned(candidate: Candidate) -> Processed:
    """What the clean stage makes of a page."""
    return Processed((jobs.record(topics.CANDIDATES, dedup.door_key(candidate), candidate),))


def test_what_was_cleaned_goes_past_the_doors_without_a_message_where_the_worker_has_them(
    metrics: Metrics,
) -> None:
    stage = DedupStage(Table(2, 0), SETTINGS, metrics)  # type: ignore[arg-type]
    done = stage.take_over(_cleaned(_candidate("a", 2, 0, 2, 0)))
    assert isinstance(done, Processed)
    assert [made.topic for made in done.outputs] == [topics.CLEAN]
    assert [change.partition for change in done.changes] == [2, 0, 2, 0]


def test_what_was_cleaned_is_sent_where_another_worker_has_its_door(metrics: Metrics) -> None:
    stage = DedupStage(Table(2), SETTINGS, metrics)  # type: ignore[arg-type]
    result = _cleaned(_candidate("a", 0, 2, 2, 2))
    assert stage.take_over(result) is result
    assert _visited(metrics) == 0


def test_what_was_cleaned_is_sent_in_a_transaction(metrics: Metrics) -> None:
    stage = DedupStage(Table(2), EXACTLY, metrics)  # type: ignore[arg-type]
    result = _cleaned(_candidate("a", 2, 2, 2, 2))
    assert stage.take_over(result) is result


def test_what_is_no_candidate_is_not_taken_over(metrics: Metrics) -> None:
    stage = DedupStage(Table(0, 1, 2, 3), SETTINGS, metrics)  # type: ignore[arg-type]
    rejected = Processed((jobs.record(topics.REJECTED, "a", _candidate("a", 1, 1, 1, 1)),), "error_page")
    for result in (rejected, Failed(Fault.ERROR, "Error", "a bug")):
        assert stage.take_over(result) is result


def test_redelivery_of_a_message_is_answered_as_it_was(metrics: Metrics) -> None:
    stage = DedupStage(Table(2), SETTINGS, metrics)  # type: ignore[arg-type]
    first, again = (_take(stage, _candidate("a", 2, 2, 2, 2)) for _ in range(2))
    one, two = (decode(done.outputs[0].value, CleanDocument) for done in (first, again))
    assert one.lineage == two.lineage
    assert [change[:3] for change in first.changes] == [change[:3] for change in again.changes]


@pytest.mark.parametrize("key", [b"another", None])
def test_a_key_that_is_not_its_door_s_is_a_bad_record(metrics: Metrics, key: bytes | None) -> None:
    found = _refused(metrics, _candidate("a", 1, 1, 1, 1), key, 1)
    assert "is not its door's" in found.message


def test_a_candidate_on_a_partition_where_its_key_does_not_belong_is_a_bad_record(metrics: Metrics) -> None:
    candidate = _candidate("a", 1, 1, 1, 1)
    found = _refused(metrics, candidate, dedup.door_key(candidate).encode(), 0)
    assert "on partition 0" in found.message and "but on 1" in found.message


def _refused(metrics: Metrics, candidate: Candidate, key: bytes | None, partition: int) -> Failed:
    stage = DedupStage(Table(0, 1), SETTINGS, metrics)  # type: ignore[arg-type]

    async def run() -> Processed | Failed:
        return await stage(Message(value=encode(candidate), key=key, partition=partition))

    found = asyncio.run(run())
    assert isinstance(found, Failed) and found.fault == Fault.BAD_RECORD
    assert _visited(metrics) == 0
    return found


def test_a_clock_that_is_wrong_is_not_the_candidates_fault(metrics: Metrics) -> None:
    def now() -> float:
        raise ClockError("1970")

    stage = DedupStage(Table(2, 0), SETTINGS, metrics, now)  # type: ignore[arg-type]
    with pytest.raises(ClockError):
        _take(stage, _candidate("a", 2, 0))
