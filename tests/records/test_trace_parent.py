"""The header with the trace that a message continues."""

from __future__ import annotations

import pytest

from streams.records import Message
from streams.records.trace_parent import traceparent

_TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (_TRACE, True),
        (_TRACE + b"-more", False),  # version 00 has no more
        (b"cc" + _TRACE[2:] + b"-more", True),
        (b"cc" + _TRACE[2:] + b"more", False),
        (b"ff" + _TRACE[2:], False),
        (_TRACE.upper(), False),
        (b"00-" + b"0" * 32 + _TRACE[35:], False),
        (_TRACE[:36] + b"0" * 16 + _TRACE[52:], False),
        (_TRACE + b"\n", False),
        (b"", False),
        (b"x" * 1_000_000, False),
        (b"cc" + _TRACE[2:] + b"-" + b"y" * 1_000_000, True),
    ],
)
def test_a_trace_is_one_by_its_format_and_never_longer(value: bytes, is_one: bool) -> None:
    found = traceparent(Message(value=b"", headers=(("TraceParent", value),)))
    assert (found is not None) == is_one
    assert len(found or "") in (0, 55)
