"""The AsyncAPI document describes the topics as they are declared and the messages as they are sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from streams import topics
from streams.execution.results import Failed
from streams.records import Fault, Message, Replayed
from streams.runtime.delivery import outputs
from streams.runtime.delivery.dead_letter_record import dead_letter
from streams.runtime.delivery.outputs import REPLAYED_HEADER
from streams.runtime.kafka.topic_records import REPLAYED_SCHEMA
from streams.schemas import asyncapi, files
from streams.settings import Settings

DOCUMENT = asyncapi.document()
MESSAGES = DOCUMENT["components"]["messages"]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _resolved(reference: str) -> Any:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_every_topic_is_a_channel_with_its_declaration() -> None:
    declared = {topic.name: topic for topic in topics.declared(Settings()) if topic.name in topics.NAMES}
    assert set(DOCUMENT["channels"]) == set(declared) == set(topics.NAMES)
    for name, channel in DOCUMENT["channels"].items():
        kafka, topic = channel["bindings"]["kafka"], declared[name]
        assert (channel["address"], kafka["topic"]) == (name, name)
        assert (kafka["partitions"], kafka["replicas"]) == (topic.partitions, topic.replication)
        policy = kafka["topicConfiguration"]["cleanup.policy"]
        assert ("compact" in policy) == topic.compacted
        assert kafka["topicConfiguration"]["retention.ms"] == topic.retention_ms


def test_every_reference_leads_to_what_exists() -> None:
    found = set(_references(DOCUMENT))
    for reference in found:
        if reference.startswith("#/"):
            assert isinstance(_resolved(reference), dict), reference
        else:
            assert (files.CHECKOUT / reference).is_file(), reference
    payloads = {f"./schemas/{name}.json" for name in MESSAGES if name != "DeadLetter"}
    assert {reference for reference in found if not reference.startswith("#/")} == payloads


def test_every_message_is_on_a_channel_and_has_the_schema_of_its_name() -> None:
    carried = [name for channel in DOCUMENT["channels"].values() for name in channel["messages"]]
    assert sorted(carried) == sorted(MESSAGES)
    for name, message in MESSAGES.items():
        assert message["name"] == name and message["summary"]
        if name != "DeadLetter":  # the message itself, whatever it was
            assert message["payload"]["schema"] == {"$ref": f"./schemas/{name}.json"}
            assert "2020-12" in message["payload"]["schemaFormat"]


@pytest.mark.parametrize("name", topics.NAMES)
def test_the_operations_are_what_the_stages_read_and_write(name: str) -> None:
    operations = DOCUMENT["operations"]
    assert (f"receive {name}" in operations) == (name in topics.STAGES)
    assert (f"send {name}" in operations) == (name != topics.RAW)
    for operation in operations.values():
        channel = _resolved(operation["channel"]["$ref"])
        assert [_resolved(message["$ref"]) for message in operation["messages"]] == list(
            channel["messages"].values()
        )


def test_the_headers_of_a_record_are_those_it_is_sent_with() -> None:
    for name, message in MESSAGES.items():
        if name in ("RawPage", "DeadLetter"):
            continue
        sent = outputs._schema(name) if name != Replayed.__name__ else [("schema", REPLAYED_SCHEMA)]
        headers = {"content-type": "application/json", **{key: value.decode() for key, value in sent}}
        jsonschema.validate(headers, message["headers"])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**headers, "schema": f"{name}/0"}, message["headers"])


def test_the_headers_of_a_dead_letter_are_those_it_is_sent_with() -> None:
    letter = dead_letter(
        "clean", Message(value=b"x", topic="pages.raw"), Failed(Fault.ERROR, "E", "m"), 1_000_000
    )
    described = MESSAGES["DeadLetter"]["headers"]
    assert [name for name, _ in letter.headers] == described["required"] == list(described["properties"])


def test_the_header_of_documents_that_were_replayed_is_described_for_them_alone() -> None:
    described = [
        name
        for name, message in MESSAGES.items()
        if REPLAYED_HEADER in message.get("headers", {}).get("properties", {})
    ]
    assert described == ["CleanDocument"]


def test_the_document_is_shipped_beside_its_schemas() -> None:
    assert files.asyncapi() == json.loads(json.dumps(DOCUMENT))
