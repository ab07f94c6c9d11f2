"""How far the dedup stage and the local step take a candidate, and which partitions' buckets change."""

from __future__ import annotations

import asyncio
from itertools import count

import msgspec
import pytest

from streams import dedup, topics
from streams.errors import ClockError
from streams.execution import jobs
from streams.execution.results import Failed, Processed, TableChange
from streams.records import Candidate, CleanDocument, Document, Fault, Message, Rejection, decode, encode
from streams.runtime.dedup_stage import BucketLookups, DedupStage, LocalDedup
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.observability.metrics import Metrics
from streams.settings import Kafka, Settings

SETTINGS = Settings()
EXACTLY = Settings(kafka=Kafka(processing_guarantee="exactly_once"))
TEXT = " ".join(f"word{number}" for number in range(60))


class Table:
    """Partitions in memory, and the changes that a changelog would be told."""

    def __init__(self, *owned: int) -> None:
        self.owned = owned
        self.values: dict[tuple[int, bytes], bytes] = {}
        self.changes: list[TableChange] = []

    def owns(self, partition: int) -> bool:
        return partition in self.owned

    def read_bucket(self, partition: int, key: bytes) -> bytes:
        return self.values.get((partition, key), b"")

    def write_bucket(self, partition: int, key: bytes, value: bytes) -> None:
        self.values[partition, key] = value
        self.changes.append(TableChange(partition, key, value, 1))

    def drain_changes(self) -> list[TableChange]:
        changes, self.changes = self.changes, []
        return changes


def _bucket(prefix: str, partition: int) -> str:
    return next(
        key for n in count() if partition_of((key := f"{prefix}:{n}").encode(), SETTINGS) == partition
    )


def _candidate(name: str, *partitions: int) -> Candidate:
    """A document whose buckets lie on these partitions."""
    document = Document(
        id=name, url=f"https://{name}.example/", canonical_url=f"https://{name}.example/", text=TEXT
    )
    buckets = (
        _bucket(f"u{name}", partitions[0]),
        *(_bucket(f"c{number}", partition) for number, partition in enumerate(partitions[1:])),
    )
    mark = dedup.fingerprint(TEXT, document.canonical_url)
    return Candidate(document=document, fingerprint=msgspec.structs.replace(mark, bucket_keys=buckets))


def _stage(table: Table, settings: Settings, metrics: Metrics) -> DedupStage:
    return DedupStage(BucketLookups(table, settings, metrics), settings)  # type: ignore[arg-type]


def _local(table: Table, settings: Settings, metrics: Metrics) -> LocalDedup:
    return LocalDedup(BucketLookups(table, settings, metrics), settings, metrics)  # type: ignore[arg-type]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def _visited(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("crawlmill_dedup_lookups_total") or 0.0


def _take(stage: DedupStage, candidate: Candidate) -> Processed:
    key = dedup.bucket_key(candidate).encode()
    message = Message(value=encode(candidate), key=key, partition=partition_of(key, SETTINGS))

    async def run() -> Processed | Failed:
        return await stage(message)

    done = asyncio.run(run())
    assert isinstance(done, Processed)
    return done


def test_buckets_of_the_workers_partitions_are_passed_at_one_go_and_the_next_one_is_sent_to(
    metrics: Metrics,
) -> None:
    stage = _stage(Table(2, 0), SETTINGS, metrics)
    done = _take(stage, _candidate("a", 2, 0, 2, 3))
    (sent,) = done.outputs
    assert sent.topic == topics.CANDIDATES
    further = decode(sent.value, Candidate)
    assert further.bucket_index == 3 and sent.key == dedup.bucket_key(further).encode()
    assert [change.partition for change in done.changes] == [2, 0, 2]
    assert _visited(metrics) == 3


def test_where_the_next_owner_goes_on_the_page_comes_out(metrics: Metrics) -> None:
    first = _take(_stage(Table(2), SETTINGS, metrics), _candidate("a", 2, 2, 3, 3))
    further = decode(first.outputs[0].value, Candidate)
    last = _take(_stage(Table(3), SETTINGS, metrics), further)
    assert [made.topic for made in last.outputs] == [topics.CLEAN]
    assert decode(last.outputs[0].value, CleanDocument).id == "a"
    assert [change.partition for change in last.changes] == [3, 3]


def test_a_transaction_takes_a_page_past_the_buckets_of_its_partition_only(metrics: Metrics) -> None:
    done = _take(_stage(Table(2, 0), EXACTLY, metrics), _candidate("a", 2, 2, 0, 0))
    assert [made.topic for made in done.outputs] == [topics.CANDIDATES]
    assert [change.partition for change in done.changes] == [2, 2]


def test_all_on_one_partition_is_one_message(metrics: Metrics) -> None:
    done = _take(_stage(Table(1), SETTINGS, metrics), _candidate("a", 1, 1, 1, 1))
    assert [made.topic for made in done.outputs] == [topics.CLEAN]
    assert len(done.changes) == len({change.key for change in done.changes}) == 4


def test_buckets_within_reach_hear_of_a_copy_at_once_and_others_are_sent_a_notice(metrics: Metrics) -> None:
    table = Table(0, 1)
    stage = _stage(table, SETTINGS, metrics)
    _take(stage, _candidate("a", 1, 0, 0, 0))
    done = _take(stage, _candidate("b", 1, 0, 0, 0))
    (rejected,) = done.outputs
    assert decode(rejected.value, Rejection).duplicate_of == "a"
    assert done.reason == "duplicate_exact"
    assert [change.partition for change in done.changes] == [1, 0, 1]  # its first bucket is told last
    assert _visited(metrics) == 4 + 3
    table.owned = (0,)
    further = msgspec.structs.replace(_candidate("c", 1, 0, 0, 0), bucket_index=1)
    rejected, notice = _take(stage, further).outputs
    assert decode(rejected.value, Rejection).duplicate_of == "a"
    told = decode(notice.value, Candidate)
    assert (told.bucket_index, told.document.text, notice.topic) == (0, "", topics.CANDIDATES)
    table.owned = (1,)
    heard = _take(stage, told)
    assert heard.outputs == () and [change.partition for change in heard.changes] == [1]


def _cleaned(candidate: Candidate) -> Processed:
    """What the clean stage makes of a page."""
    return Processed((jobs.record(topics.CANDIDATES, dedup.bucket_key(candidate), candidate),))


def test_what_was_cleaned_goes_past_the_buckets_without_a_message_where_the_worker_has_them(
    metrics: Metrics,
) -> None:
    local = _local(Table(2, 0), SETTINGS, metrics)
    done = local(_cleaned(_candidate("a", 2, 0, 2, 0)))
    assert isinstance(done, Processed)
    assert [made.topic for made in done.outputs] == [topics.CLEAN]
    assert [change.partition for change in done.changes] == [2, 0, 2, 0]
    assert metrics.registry.get_sample_value("crawlmill_local_dedup_seconds_count") == 1


def test_what_was_cleaned_is_sent_where_another_worker_has_its_bucket(metrics: Metrics) -> None:
    local = _local(Table(2), SETTINGS, metrics)
    result = _cleaned(_candidate("a", 0, 2, 2, 2))
    assert local(result) is result
    assert _visited(metrics) == 0


def test_what_was_cleaned_is_sent_in_a_transaction(metrics: Metrics) -> None:
    local = _local(Table(2), EXACTLY, metrics)
    result = _cleaned(_candidate("a", 2, 2, 2, 2))
    assert local(result) is result


def test_what_is_no_candidate_is_not_taken_over(metrics: Metrics) -> None:
    local = _local(Table(0, 1, 2, 3), SETTINGS, metrics)
    rejected = Processed((jobs.record(topics.REJECTED, "a", _candidate("a", 1, 1, 1, 1)),), "error_page")
    for result in (rejected, Failed(Fault.ERROR, "Error", "a bug")):
        assert local(result) is result


def test_redelivery_of_a_message_is_answered_as_it_was(metrics: Metrics) -> None:
    stage = _stage(Table(2), SETTINGS, metrics)
    first, again = (_take(stage, _candidate("a", 2, 2, 2, 2)) for _ in range(2))
    one, two = (decode(done.outputs[0].value, CleanDocument) for done in (first, again))
    assert one.lineage == two.lineage
    assert [change[:3] for change in first.changes] == [change[:3] for change in again.changes]


@pytest.mark.parametrize("key", [b"another", None])
def test_a_key_that_is_not_its_bucket_s_is_a_bad_record(metrics: Metrics, key: bytes | None) -> None:
    found = _refused(metrics, _candidate("a", 1, 1, 1, 1), key, 1)
    assert "is not its bucket's" in found.message


def test_a_candidate_on_a_partition_where_its_key_does_not_belong_is_a_bad_record(metrics: Metrics) -> None:
    candidate = _candidate("a", 1, 1, 1, 1)
    found = _refused(metrics, candidate, dedup.bucket_key(candidate).encode(), 0)
    assert "on partition 0" in found.message and "but on 1" in found.message


def _refused(metrics: Metrics, candidate: Candidate, key: bytes | None, partition: int) -> Failed:
    stage = _stage(Table(0, 1), SETTINGS, metrics)

    async def run() -> Processed | Failed:
        return await stage(Message(value=encode(candidate), key=key, partition=partition))

    found = asyncio.run(run())
    assert isinstance(found, Failed) and found.fault == Fault.BAD_RECORD
    assert _visited(metrics) == 0
    return found


def test_a_clock_that_is_wrong_is_not_the_candidates_fault(metrics: Metrics) -> None:
    def now() -> float:
        raise ClockError("1970")

    stage = DedupStage(BucketLookups(Table(2, 0), SETTINGS, metrics, now), SETTINGS)  # type: ignore[arg-type]
    with pytest.raises(ClockError):
        _take(stage, _candidate("a", 2, 0))
