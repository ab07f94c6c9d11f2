"""Results as CloudEvents in binary mode: the attributes of the specification, and the same ones on redelivery."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from runtime.delivery.facts.test_tombstones import NOON, PAGE, fact, output
from runtime.delivery.transactional_broker import Event

from streams import topics
from streams.execution.results import OutputRecord
from streams.runtime.delivery import cloud_events
from streams.runtime.delivery.facts.tombstones import revise
from streams.runtime.delivery.outputs import MessageOutput
from streams.schemas import generator

# https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes, and those that we add to them
ATTRIBUTES = {"specversion", "id", "source", "type", "time", "subject", "dataschema"}


class Inner:
    """Keeps what it is given to send."""

    def __init__(self) -> None:
        self.sent: list[MessageOutput] = []

    async def send(self, output: MessageOutput) -> None:
        self.sent.append(output)


def _sent(made: MessageOutput, offset: int = 7) -> MessageOutput:
    inner: Any = Inner()
    event: Any = Event(offset)
    outbox: Any = cloud_events.opening(lambda _: inner, "prod.crawlmill")(event)
    asyncio.run(outbox.send(made))
    (sent,) = inner.sent
    assert isinstance(sent, MessageOutput)
    return sent


def _attributes(headers: Any) -> dict[str, str]:
    names = [name for name, _ in headers]
    assert len(names) == len(set(names))
    return {name[3:]: value.decode() for name, value in headers if name.startswith("ce_")}


def test_each_result_has_the_attributes_of_an_event() -> None:
    for made, headers in _sent(output(1, "ab")).records:
        found = _attributes(headers)
        assert set(found) == ATTRIBUTES
        assert (found["specversion"], found["source"]) == ("1.0", "urn:crawlmill:prod.crawlmill")
        assert (
            found["type"] == "crawlmill.Enriched.v1"
        )  # by the header schema, which is the same for all here
        assert found["subject"] == made.key.decode()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["time"])
        assert dict(headers)["content-type"] == b"application/json"
        assert found["dataschema"] == generator.schemas()["Enriched"]["$id"]


def test_ids_are_unique_within_a_message_and_the_same_on_redelivery() -> None:
    def ids(offset: int) -> list[str]:
        return [_attributes(headers)["id"] for _, headers in _sent(output(1, "abc"), offset).records]

    assert len(set(ids(7))) == 4
    assert ids(7) == ids(7) != ids(8)


def test_a_tombstone_is_an_event_of_its_own_type() -> None:
    known = revise(b"", output(1, "ab"), NOON).final or b""
    made, headers = revise(known, _sent(output(2, "b")), NOON).output.records[-1]
    found = _attributes(headers)
    assert made.value is None and set(found) == ATTRIBUTES
    assert found["type"] == "crawlmill.QuoteFact.deleted.v1"
    assert found["id"] == f"QuoteFact:{fact('a').key.decode()}@pages.raw/0/7"
    assert found["dataschema"] == generator.schemas()["QuoteFact"]["$id"]
    assert dict(headers)["schema"] == b"QuoteFact/1"


@pytest.mark.parametrize("topic", [topics.CLEAN, topics.CANDIDATES, topics.DEADLETTER])
def test_records_between_stages_and_dead_letters_are_none(topic: str) -> None:
    made = OutputRecord(topic, b"id", b"{}", "CleanDocument", PAGE)
    sent = _sent(output(1, "")._replace(records=((made, [("schema", b"CleanDocument/1")]),)))
    assert _attributes(sent.records[0][1]) == {}


def test_a_message_without_an_outbox_has_none_here_either() -> None:
    event: Any = Event(0)
    assert cloud_events.opening(lambda _: None, "crawlmill")(event) is None
