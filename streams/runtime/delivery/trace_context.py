"""The W3C trace context of a message: which trace it belongs to, in two headers. https://www.w3.org/TR/trace-context/"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from streams.records import Message
from streams.records.trace_parent import TRACE_HEADER, traceparent
from streams.runtime.delivery.dead_letter_record import Headers

STATE_HEADER = "tracestate"
_LONGEST_STATE = 512  # characters: what has to be passed on at least, by section 3.3.1.5
_MOST_MEMBERS = 32  # by section 3.3.1.1
# Section 3.3.1.3: a key, "=", and a value of printable ASCII without comma and "=", the last character no blank.
_MEMBER = re.compile(r"[a-z0-9][a-z0-9_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]")


class TraceContext(NamedTuple):
    """A traceparent of 55 characters and the tracestate beside it; None and empty for a message without."""

    parent: str | None = None
    state: str = ""

    @property
    def trace_id(self) -> str:
        """The trace's id, 32 hexadecimal digits; empty without one.

        >>> TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").trace_id
        '4bf92f3577b34da6a3ce929d0e0e4736'
        """
        return self.parent.split("-")[1] if self.parent else ""

    def headers(self) -> Headers:
        """The headers of a record that continues the trace."""
        if self.parent is None:
            return []
        parent = [(TRACE_HEADER, self.parent.encode())]
        return [*parent, (STATE_HEADER, self.state.encode())] if self.state else parent


def of(message: Message) -> TraceContext:
    """The context that came with a message. A malformed traceparent is none; a tracestate counts beside a traceparent alone.

    Of a tracestate longer than 512 characters the first members that fit are kept; a malformed one is dropped, as the
    specification has it.
    """
    parent = traceparent(message)
    return TraceContext() if parent is None else TraceContext(parent, _state(message))


def _state(message: Message) -> str:
    kept: list[str] = []
    length = -1  # a comma less than members
    for member in _members(message):
        if _MEMBER.fullmatch(member) is None:
            return ""
        length += len(member) + 1
        if length > _LONGEST_STATE or len(kept) == _MOST_MEMBERS:
            break
        kept.append(member)
    return ",".join(kept)


def _members(message: Message) -> Iterator[str]:
    """The members of all tracestate headers, in order; empty ones are allowed, and left out."""
    for name, value in message.headers:
        if name.lower() == STATE_HEADER:
            for member in value[: 4 * _LONGEST_STATE].decode("latin-1").split(","):
                if stripped := member.strip(" \t"):
                    yield stripped
