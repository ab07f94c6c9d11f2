"""What of a message's trace context is passed on: what is right by the specification, and little of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records import Message
from streams.runtime.delivery import trace_context
from streams.runtime.delivery.trace_context import TraceContext

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def _of(*states: bytes, parent: str = PARENT, name: str = "tracestate") -> TraceContext:
    headers = (("traceparent", parent.encode()), *((name, state) for state in states))
    return trace_context.of(Message(value=b"", headers=headers))


@pytest.mark.parametrize(
    ("states", "kept"),
    [
        ((b"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
        ((b"rojo=1", b"congo=2"), "rojo=1,congo=2"),  # several headers are one list
        ((b" rojo=1 ,\tcongo=2,,",), "rojo=1,congo=2"),
        ((b"tenant@vendor=a b",), "tenant@vendor=a b"),
        ((b"Rojo=1",), ""),
        ((b"rojo",), ""),
        ((b"rojo=1,congo=a=b",), ""),
        ((b"rojo=\xff",), ""),
        ((b"rojo=1\r\nevil: 2",), ""),
        ((b"",), ""),
        ((b"rojo=" + b"x" * 257,), ""),
        ((b"x" * 1_000_000,), ""),
    ],
)
def test_a_tracestate_is_kept_as_a_whole_or_not_at_all(states: tuple[bytes, ...], kept: str) -> None:
    assert _of(*states).state == kept


def test_of_a_long_tracestate_the_first_members_are_kept() -> None:
    state = _of(b",".join(b"m%d=%s" % (number, b"x" * 100) for number in range(20))).state
    assert len(state) <= 512
    assert [member[:2] for member in state.split(",")] == ["m0", "m1", "m2", "m3"]
    assert _of(b",".join(b"m%d=x" % number for number in range(40))).state.count(",") == 31


def test_a_tracestate_without_a_traceparent_is_none() -> None:
    assert _of(b"rojo=1", parent="nonsense") == TraceContext()
    assert TraceContext().headers() == []
    assert TraceContext().trace_id == ""


def test_a_record_that_continues_a_trace_has_both_headers_or_the_one() -> None:
    assert _of(b"rojo=1", name="TraceState").headers() == [
        ("traceparent", PARENT.encode()),
        ("tracestate", b"rojo=1"),
    ]
    assert _of().headers() == [("traceparent", PARENT.encode())]
    assert _of().trace_id == "0af7651916cd43dd8448eb211c80319c"


@given(st.lists(st.binary(max_size=700), max_size=4))
def test_whatever_a_message_says_it_is_short_and_printable(states: list[bytes]) -> None:
    state = _of(*states).state
    assert len(state) <= 512
    assert state.isascii()
    assert not state or state.isprintable()
