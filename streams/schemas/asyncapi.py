"""Generates the AsyncAPI 3 document of the topics: a channel for each topic, a message for each record on it.

https://www.asyncapi.com/docs/reference/specification/v3.0.0 and its bindings for Kafka, version 0.5.0.
"""

from __future__ import annotations

from typing import Any

from streams import __version__, topics
from streams.schemas import generator
from streams.settings import Settings

Node = dict[str, Any]

_BINDING = "0.5.0"
_ABOUT = (
    "The topics of crawlmill with the settings' defaults; `kafka.topic_prefix` is put before every name. Sending and receiving are the "
    "mill's: what it receives on pages.raw is for crawlers to send, what it sends on the other topics for anybody to read."
)
_ARRIVED = "When the page came to pages.raw, milliseconds since the epoch, in decimal digits."
_ORIGINAL = "The value of the message that could not be processed, unchanged, whatever it is; none where it is too large for its topic."
_FAULT_HEADERS = {
    "topic": "Topic at which the message was read.",
    "partition": "Its partition, in decimal digits.",
    "offset": "Its offset, in decimal digits.",
    "stage": "Stage that failed: clean, dedup or enrich.",
    "reason": "The fault, as `reason` of the schema DeadLetter.",
    "exception.class.name": "Class of the exception.",
    "exception.message": "Message of the exception, up to 2,000 characters.",
}

_CLOUD_EVENTS = ("Enriched", "EntityFact", "QuoteFact", "EventFact", "Rejection")
_ATTRIBUTES = {
    "specversion": "Version of CloudEvents: 1.0.",
    "id": "Schema and key of the record, and the message that caused it: unique within `ce_source`, and the same on redelivery.",
    "source": "urn:crawlmill: and the consumer group with its prefix.",
    "type": "crawlmill., the schema and its version, such as crawlmill.Enriched.v1; crawlmill.QuoteFact.deleted.v1 of a tombstone.",
    "time": "When the record was made, RFC 3339.",
    "subject": "Key of the record; absent where that is empty.",
    "dataschema": "`$id` of the record's JSON Schema.",
}

# The records of each topic, by the name of their schema.
MESSAGES: dict[str, tuple[str, ...]] = {
    topics.RAW: ("RawPage",),
    topics.CANDIDATES: ("Candidate",),
    topics.CLEAN: ("CleanDocument",),
    topics.ENRICHED: ("Enriched",),
    topics.QUOTES: ("QuoteFact",),
    topics.EVENTS: ("EventFact",),
    topics.ENTITIES: ("EntityFact",),
    topics.REJECTED: ("Rejection",),
    topics.DEADLETTER: ("DeadLetter", "Replayed"),
}
_KEYS = {
    "RawPage": "Any key, or none; `crawlmill feed` writes the host, or the URL with `--key url`.",
    "Candidate": "The key of the next LSH bucket.",
    "DeadLetter": "The key of the message that could not be processed.",
    "CleanDocument": "The id of the page.",
    "Enriched": "The id of the page.",
    "Rejection": "The id of the page.",
    **dict.fromkeys(
        ("EntityFact", "QuoteFact", "EventFact"),
        "The field `key`: hash of the page, colon, hash of the fact.",
    ),
}
_TITLES = {
    topics.RAW: "Pages as crawlers write them",
    topics.CANDIDATES: "Documents between lookups in the dedup table; no interface to build on",
    topics.CLEAN: "Documents that are no duplicates",
    topics.ENRICHED: "Documents with entities, quotations and events",
    topics.QUOTES: "One quotation each",
    topics.EVENTS: "One event each",
    topics.ENTITIES: "One entity each",
    topics.REJECTED: "Pages that are not passed on, and why",
    topics.DEADLETTER: "Messages that could not be processed, unchanged, with the fault in their headers",
}


def document() -> Node:
    """The AsyncAPI document of all topics but the changelog of the dedup table, which is private to the mill."""
    settings = Settings()
    declared = [topic for topic in topics.declared(settings) if topic.name in topics.NAMES]
    names = [name for topic in declared for name in MESSAGES[topic.name]]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:crawlmill",
        "info": {
            "title": "crawlmill",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in declared},
        "operations": _operations(settings),
        "components": {"messages": {name: _message(name) for name in names}},
    }


def _channel(topic: topics.Topic) -> Node:
    return {
        "address": topic.name,
        "title": _TITLES[topic.name],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in MESSAGES[topic.name]},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": topic.replication,
                "topicConfiguration": {
                    "cleanup.policy": topic.config["cleanup.policy"].split(","),
                    "retention.ms": int(topic.config["retention.ms"]),
                    "max.message.bytes": int(topic.config["max.message.bytes"]),
                },
                "bindingVersion": _BINDING,
            }
        },
    }


def _operations(settings: Settings) -> Node:
    """One operation for each topic that a stage consumes, and one for each that the mill writes: all but pages.raw."""
    found: Node = {}
    group = {"kafka": {"groupId": _constant(topics.app_id(settings)), "bindingVersion": _BINDING}}
    for name in topics.CONSUMED:
        found[f"receive {name}"] = {**_operation("receive", name), "bindings": group}
    for name in topics.NAMES:
        if name != topics.RAW:
            found[f"send {name}"] = _operation("send", name)
    return found


def _operation(action: str, topic: str) -> Node:
    channel = f"#/channels/{topic}"
    messages = [{"$ref": f"{channel}/messages/{name}"} for name in MESSAGES[topic]]
    return {"action": action, "channel": {"$ref": channel}, "messages": messages}


def _message(name: str) -> Node:
    """The message of a record. A dead letter has no schema but that of its headers: its value is another message's."""
    schema = generator.schemas()[name]
    found: Node = {
        "name": name,
        "title": name,
        "summary": schema["$defs"][schema["$ref"].split("/")[-1]]["description"],
    }
    if name == "DeadLetter":
        faults = {f"__connect.errors.{fault}": _text(what) for fault, what in _FAULT_HEADERS.items()}
        found["headers"] = {"type": "object", "properties": faults, "required": list(faults)}
        found["contentType"] = "application/octet-stream"
        found["payload"] = {"description": _ORIGINAL}
    else:
        if name != "RawPage":
            found["headers"] = _headers(name, schema)
        found["contentType"] = "application/json"
        found["payload"] = {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{name}.json"},
        }
    if name in _KEYS:
        found["bindings"] = {"kafka": {"key": _text(_KEYS[name]), "bindingVersion": _BINDING}}
    return found


def _headers(name: str, schema: Node) -> Node:
    version = schema["$id"].rpartition(":")[2]
    properties = {
        "content-type": _constant("application/json"),
        "schema": _constant(f"{name}/{version}"),
        "crawlmill-arrived": _text(_ARRIVED),
        "traceparent": _text("W3C trace context, where the raw message had one or traces are on."),
        "tracestate": _text("What vendors add to the traceparent, at most 512 characters."),
    }
    if name in _CLOUD_EVENTS:
        properties |= {
            f"ce_{attribute}": _text(f"{what} Only with `kafka.cloudevents`.")
            for attribute, what in _ATTRIBUTES.items()
        }
    if name == "CleanDocument":
        properties["crawlmill-replayed"] = _text(
            "When crawlmill replay appended the document again, milliseconds since the epoch; only then."
        )
    if name == "Replayed":
        for absent in ("crawlmill-arrived", "traceparent", "tracestate"):
            del properties[absent]
    return {"type": "object", "properties": properties, "required": ["content-type", "schema"]}


def _text(description: str) -> Node:
    return {"type": "string", "description": description}


def _constant(value: str) -> Node:
    return {"type": "string", "const": value}
