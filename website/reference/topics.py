"""The topics, from their AsyncAPI document, which is generated from the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streams.schemas import asyncapi
from website.reference import markdown

_HOUR = 3_600_000  # milliseconds
_ABOUT = """Every topic with the settings' defaults, as `config/asyncapi.json` describes them for tools that read AsyncAPI 3.
`kafka.topic_prefix` is put before every name. `crawlmill topics create` makes them, `crawlmill topics check` compares. The changelog of the
dedup table is a topic, too, and private to the workers."""


def page() -> str:
    """One table of all topics, then their headers."""
    document = asyncapi.document()
    head = ("topic", "records", "key", "kept", "cleanup", "what")
    return markdown.page(
        "Topics",
        _ABOUT,
        markdown.table(head, (_row(document, channel) for channel in document["channels"].values())),
        "## Headers\n",
        markdown.table(("header", "of", "meaning"), headers(document)),
    )


def _row(document: dict[str, Any], channel: dict[str, Any]) -> tuple[str, ...]:
    settings = channel["bindings"]["kafka"]["topicConfiguration"]
    messages = [document["components"]["messages"][name] for name in channel["messages"]]
    keys = [
        message["bindings"]["kafka"]["key"]["description"] for message in messages if "bindings" in message
    ]
    return (
        markdown.code(channel["address"]),
        ", ".join(f"[{name}](records.md#{name.lower()})" for name in channel["messages"]),
        " ".join(keys),
        f"{settings['retention.ms'] // _HOUR} h",
        ", ".join(settings["cleanup.policy"]),
        f"{channel['title']}.",
    )


def headers(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each header once, with the records that have it."""
    told: dict[tuple[str, str], list[str]] = {}
    for name, message in document["components"]["messages"].items():
        for header, node in message.get("headers", {}).get("properties", {}).items():
            text = node.get("description") or (
                "Record and version, such as `Enriched/1`." if header == "schema" else f"`{node['const']}`"
            )
            told.setdefault((header, text), []).append(name)
    for (header, text), names in told.items():
        yield markdown.code(header), ", ".join(names), text
