"""Whatever comes, intake gives a page or a BadRecord, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams import intake
from streams.errors import BadRecord
from streams.intake import fields
from streams.records import Message, RawPage

_NAMES = st.sampled_from(
    ["id", "url", "html", "body", "text", "status", "headers", "response", "response_url", "r", "type", "content", "link", "attrs", "source", "maintext", "title", "fetched_at", "timestamp", "status_code", "response_headers", "encoding", "final_url", "authors", "date_publish", "other"]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def _read(message: Message) -> RawPage | None:
    try:
        return intake.read(message)
    except BadRecord:
        return None


@given(st.dictionaries(_NAMES, _JSON, max_size=8))
def test_any_object_is_a_page_or_a_bad_record(record: dict[str, Any]) -> None:
    page = _read(Message(value=json.dumps(record).encode()))
    if page is not None:
        assert page.id
        assert page.url


@given(
    st.binary(max_size=200),
    st.lists(st.tuples(st.sampled_from(["url", "status", "id", "x"]), st.binary(max_size=9))),
)
def test_any_bytes_with_any_headers_are_a_page_or_a_bad_record(
    value: bytes, headers: list[tuple[str, bytes]]
) -> None:
    _read(Message(value=value, headers=tuple(headers)))


@given(st.binary(max_size=2_000))
def test_flagged_base64_gives_back_what_was_encoded(data: bytes) -> None:
    import base64

    assert fields.flagged_base64(base64.b64encode(data).decode(), "body") == data


@given(_JSON)
def test_a_time_is_utc_or_nothing(value: Any) -> None:
    found = fields.time(value)
    assert found is None or found.endswith("Z")
