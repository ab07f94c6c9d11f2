"""Every message has an output that can be sent: its records with headers, or a dead letter."""

from __future__ import annotations

from typing import Any

import pytest

from streams import topics
from streams.execution.results import Failed, OutputRecord, PageVersion, Processed, TableChange
from streams.records import Disposition, Fault, Message, Stage
from streams.runtime.delivery.dead_letter_record import record_bytes
from streams.runtime.delivery.outputs import (
    ARRIVED_HEADER,
    REPLAYED_HEADER,
    message_output,
    said_arrival,
    smaller,
)

MESSAGE = Message(value=b"x" * 5_000, key=b"k", topic=topics.RAW, partition=1, offset=7)
CHANGE = TableChange(0, b"bucket", b"entries", 1)
LIMIT = 1_000_000


def _processed(
    value: bytes = b"{}", reason: str | None = None, topic: str = topics.CLEAN, **more: Any
) -> Processed:
    return Processed((OutputRecord(topic, b"id", value, "CleanDocument"),), reason, (CHANGE,), **more)


@pytest.mark.parametrize(
    ("stage", "reason", "disposition"),
    [
        (Stage.CLEAN, None, None),
        (Stage.CLEAN, "http_error", Disposition.REJECTED),
        (Stage.DEDUP, None, None),
        (Stage.DEDUP, "duplicate_exact", Disposition.REJECTED),
        (Stage.ENRICH, None, Disposition.ENRICHED),
    ],
)
def test_only_a_rejection_or_the_last_stage_is_a_disposition(
    stage: Stage, reason: str | None, disposition: Disposition | None
) -> None:
    topic = topics.ENRICHED if stage is Stage.ENRICH else topics.CLEAN
    output = message_output(stage, MESSAGE, _processed(reason=reason, topic=topic), 0, LIMIT)
    assert output.disposition == disposition
    assert output.fault is None
    assert output.changes == (CHANGE,)


def test_a_document_that_is_put_on_another_partition_has_no_disposition_yet() -> None:
    assert message_output(Stage.ENRICH, MESSAGE, _processed(), 0, LIMIT).disposition is None


def test_a_replayed_document_that_is_put_on_another_partition_stays_one_and_its_records_are_none() -> None:
    replayed = Message(value=b"x", headers=((REPLAYED_HEADER, b"17"),))

    def has(topic: str) -> bool:
        ((_, headers),) = message_output(Stage.ENRICH, replayed, _processed(topic=topic), 0, LIMIT).records
        return (REPLAYED_HEADER, b"17") in headers

    assert has(topics.CLEAN) and not has(topics.ENRICHED)


@pytest.mark.parametrize(("version", "known"), [(7, 7), (0, 5)])
def test_a_document_from_before_there_were_versions_has_the_time_of_its_arrival_as_one(
    version: int, known: int
) -> None:
    made = _processed(topic=topics.ENRICHED, page=PageVersion(b"page", version))
    assert message_output(Stage.ENRICH, MESSAGE, made, 5, LIMIT).page == PageVersion(b"page", known)


def test_each_record_has_its_schema_and_the_arrival_of_its_page() -> None:
    ((_, headers),) = message_output(Stage.DEDUP, MESSAGE, _processed(), 1_750_000_000_000, LIMIT).records
    found = dict(headers)
    assert found["schema"].startswith(b"CleanDocument/")
    assert found["content-type"] == b"application/json"
    assert found[ARRIVED_HEADER] == b"1750000000000"


def test_a_record_over_the_limit_is_replaced_by_a_dead_letter_and_table_changes_are_kept() -> None:
    output = message_output(Stage.DEDUP, MESSAGE, _processed(b"x" * LIMIT), 0, LIMIT)
    ((made, _),) = output.records
    assert (made.topic, made.value) == (topics.DEADLETTER, MESSAGE.value)
    assert (output.disposition, output.fault, output.changes) == (
        Disposition.DEADLETTER,
        Fault.ERROR,
        (CHANGE,),
    )


def test_a_record_that_cannot_be_measured_is_replaced_by_a_dead_letter() -> None:
    made = OutputRecord(topics.CLEAN, b"id", None, "CleanDocument")  # type: ignore[arg-type]
    broken = Processed((made._replace(key="not bytes"),))  # type: ignore[arg-type]
    output = message_output(Stage.DEDUP, MESSAGE, broken, 0, LIMIT)
    assert output.disposition == Disposition.DEADLETTER


@pytest.mark.parametrize("refused", [_processed(), Failed(Fault.BAD_RECORD, "BadRecord", "no page")])
def test_what_replaces_a_refused_output_becomes_smaller_until_it_has_no_value(
    refused: Processed | Failed,
) -> None:
    output = message_output(Stage.CLEAN, MESSAGE, refused, 0, LIMIT)
    sizes = [
        record_bytes(made.key, made.value, headers)
        for each in smaller(Stage.CLEAN, MESSAGE, output, refused, ValueError("too large"), LIMIT)
        for made, headers in each.records
    ]
    assert len(sizes) == (1 if isinstance(refused, Failed) else 2)
    assert sizes == sorted(sizes, reverse=True)
    *_, last = smaller(Stage.CLEAN, MESSAGE, output, refused, ValueError("too large"), LIMIT)
    assert last.records[0][0].value is None


@pytest.mark.parametrize(
    ("value", "arrival"), [(b"12", 12), (b"9" * 16, None), (b"-1", None), (b"1e3", None), (b"", None)]
)
def test_an_arrival_is_a_number_of_at_most_15_digits(value: bytes, arrival: int | None) -> None:
    assert said_arrival(Message(value=b"", headers=((ARRIVED_HEADER, value),))) == arrival
