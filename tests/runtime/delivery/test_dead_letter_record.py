"""A dead letter can be produced of whatever message: untouched where it fits, else cut, with a pointer."""

from __future__ import annotations

import hashlib

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from hypothesis import example, given
from hypothesis import strategies as st

from streams.execution.results import Failed
from streams.records import DeadLetter, Fault, Message
from streams.runtime.delivery.dead_letter_record import (
    CUT,
    EXCERPT,
    NULLS,
    dead_letter,
    is_cut,
    own_headers,
    record_bytes,
    was_null,
)
from streams.runtime.kafka.topic_records import deadletter_record

_LIMIT = 100_000
_FAULT = Failed(Fault.BAD_RECORD, "BadRecord", "no page")
_names = st.one_of(st.text(), st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
_bytes = st.one_of(
    st.none(), st.binary(), st.sampled_from([_LIMIT - 600, _LIMIT - 100, _LIMIT, 3 * _LIMIT]).map(bytes)
)


def _letter(message: Message, fault: Failed = _FAULT) -> Message:
    key, value, headers = dead_letter("clean", message, fault, _LIMIT)
    return Message(key=key, value=value, headers=tuple(headers))


@given(_bytes, _bytes, st.lists(st.tuples(_names, st.one_of(st.binary(), st.just(bytes(_LIMIT))))), st.text(st.characters(exclude_categories=())))  # fmt: skip
@example(None, None, [], "")
@example(b"k", b"v", [("na\udcff", b"1")], "\ud83d")
def test_of_any_message_there_is_a_letter_that_fits_and_says_where_it_is_from(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]], why: str
) -> None:
    message = Message(key=key, value=value, headers=tuple(headers), topic="pages.raw", partition=3, offset=17)
    letter = _letter(message, Failed(Fault.ERROR, "Error", why * 3_000))
    assert not (letter.key is None and letter.value is None)
    assert record_bytes(letter.key, letter.value, list(letter.headers)) <= _LIMIT
    builder = DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 1 << 20)
    assert builder.append(0, 1, letter.key, letter.value, list(letter.headers)) is not None
    said = deadletter_record(letter)
    assert isinstance(said, DeadLetter)
    assert said.id == "pages.raw/3/17"
    if not is_cut(letter):
        assert (letter.key, None if was_null(letter) else letter.value) == (key, value)
        assert own_headers(letter) == headers


def test_a_cut_letter_has_sizes_a_digest_and_how_the_value_began() -> None:
    value = b"0123456789" * _LIMIT
    letter = _letter(Message(key=b"k" * 5_000, value=value, headers=(("a", b"12"), ("b\udcff", b"345"))))
    facts = {name.removeprefix(CUT): said for name, said in letter.headers if name.startswith(CUT)}
    assert letter.value is None
    assert letter.key == b"k" * 1_000
    assert facts == {
        "key-bytes": b"5000",
        "value-bytes": b"1000000",
        "headers": b"2",
        "headers-bytes": b"8",
        "value-sha256": hashlib.sha256(value).hexdigest().encode(),
        "excerpt": value[:EXCERPT],
    }


def test_a_message_that_brings_the_header_of_one_that_was_nothing_keeps_what_it_has() -> None:
    for key, value in ((b"k", b"the page"), (None, b"the page"), (b"k", None), (b"k", b"")):
        assert not was_null(Message(value=value, key=key, headers=((NULLS, b"key,value"),)))
