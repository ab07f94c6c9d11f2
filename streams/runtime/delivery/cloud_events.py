"""Headers that make a record a CloudEvent in binary mode, where ``kafka.cloudevents`` asks for them.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md. The header ``content-type``, which every
record of ours has, is the event's ``datacontenttype``.
"""

from __future__ import annotations

import time

from streams import topics
from streams.execution.results import OutputRecord
from streams.runtime.delivery.at_least_once import OpenOutbox, Outbox
from streams.runtime.delivery.dead_letter_record import Headers
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.faust_overrides.interfaces import Event

# The topics of results. Dead letters keep the headers of their message, which may be those of another CloudEvent.
TOPICS = (*topics.COMPACTED, topics.REJECTED)
_PREFIX = "ce_"


def opening(open_outbox: OpenOutbox, source: str) -> OpenOutbox:
    """Outboxes as ``open_outbox`` makes them, whose records are CloudEvents of ``source``, the id of the app."""

    def opened(event: Event) -> Outbox | None:
        inner = open_outbox(event)
        return None if inner is None else _CloudEventsOutbox(inner, source, event)

    return opened


class _CloudEventsOutbox:
    """The outbox of one message.

    The id of an event is made of the record's key and the place of the message: a redelivered message has the same events,
    with the same ids.
    """

    __slots__ = ("_inner", "_place", "_source")

    def __init__(self, inner: Outbox, source: str, event: Event) -> None:
        self._inner = inner
        self._source = source
        self._place = f"{event.message.tp.topic}/{event.message.tp.partition}/{event.message.offset}"

    async def send(self, output: MessageOutput) -> None:
        """Send the output: see :class:`~streams.runtime.delivery.at_least_once.Outbox`."""
        records = tuple((made, headers + self._added(made, headers)) for made, headers in output.records)
        await self._inner.send(output._replace(records=records))

    def _added(self, made: OutputRecord, headers: Headers) -> Headers:
        schema = dict(headers).get("schema", b"")
        if made.topic not in TOPICS or not schema:
            return []
        return _attributes(self._source, self._place, schema.decode(), made.key)


def of_tombstone(record: Headers, schema: str, key: bytes) -> Headers:
    """The headers of a tombstone beside a record with the headers ``record``; none where that is no CloudEvent."""
    known = dict(record)
    if "ce_id" not in known:
        return []
    source = known["ce_source"].decode().removeprefix("urn:crawlmill:")
    return _attributes(source, known["ce_id"].decode().rpartition("@")[2], schema, key, deleted=True)


def without(record: Headers) -> Headers:
    """The headers that do not make a record a CloudEvent."""
    return [header for header in record if not header[0].startswith(_PREFIX)]


def _attributes(source: str, place: str, schema: str, key: bytes, *, deleted: bool = False) -> Headers:
    """The attributes of a record with this key and schema (``Enriched/1``) that the message at ``place`` caused."""
    name, _, version = schema.partition("/")
    subject = key.decode("utf-8", "replace")
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    found = {
        "specversion": "1.0",
        "id": f"{name}:{subject}@{place}",
        "source": f"urn:crawlmill:{source}",
        "type": f"crawlmill.{name}.{'deleted.' if deleted else ''}v{version}",
        "time": now,
        "subject": subject,
        "dataschema": f"urn:crawlmill:schema:{name}:{version}",
    }
    return [(f"{_PREFIX}{attribute}", value.encode()) for attribute, value in found.items() if value]
