"""The trace that a crawler's message continues: its header ``traceparent``."""

from __future__ import annotations

import re

from streams.records.pages import Message

TRACE_HEADER = "traceparent"
_TRACE = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def traceparent(message: Message) -> str | None:
    """The ``traceparent`` header of a message (W3C Trace Context); None where it is absent or malformed.

    A header of a later version than 00 may have more fields; only the four of version 00 are returned:
    https://www.w3.org/TR/trace-context/#versioning-of-traceparent
    """
    for name, value in message.headers:
        found = _TRACE.match(value) if name.lower() == TRACE_HEADER else None
        if found is not None:
            more = value[found.end() :][:1]
            if not more or (more == b"-" and not value.startswith(b"00")):
                return found[0].decode("ascii")
    return None
