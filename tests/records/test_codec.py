"""Records are encoded whatever text and numbers are in them; nesting has a limit that is named."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import BadRecord
from streams.records import (
    MAX_DEPTH,
    MAX_VALUES,
    CleanDocument,
    Document,
    Residue,
    ResidueKind,
    decode,
    encode,
    well_formed,
)

_any_text = st.text(st.characters(exclude_categories=()))
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _any_text),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(_any_text, inner)),
)


def _document(**fields: Any) -> CleanDocument:
    return CleanDocument(**{"id": "1", "url": "https://a.example/", "text": "text", **fields})


def _nested(depth: int, kind: type = dict) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if kind is dict else [value]
    return value


@given(_any_text, st.dictionaries(_any_text, _json))
def test_any_text_and_any_json_can_be_encoded_and_decoded(text: str, attrs: dict[str, Any]) -> None:
    document = _document(id=text, title=text, image=text, authors=(text,), attrs=attrs)
    again = decode(encode(document), CleanDocument)
    assert again.title == again.image == again.authors[0] == again.id


def test_what_is_well_formed_is_returned_as_it_is() -> None:
    document = _document(attrs={"a": [1, {"b": None}]}, title="Übung \U0001f600", authors=("A", "B"))
    assert well_formed(document) is document


def test_lone_surrogates_are_replaced_at_whatever_place() -> None:
    residue = Residue(kind=ResidueKind.SHARE, text="\ud83d", at=1, evidence="x")
    document = Document(
        id="1", url="u", text="a", residue=(residue,), attrs={"k\udc00": None, "l": ["\ud83d"]}
    )
    formed = well_formed(document)
    assert formed.residue[0].text == "\ufffd"
    assert formed.attrs == {"k\ufffd": None, "l": ["\ufffd"]}
    json.loads(encode(document))


def test_numbers_that_json_does_not_have_are_null() -> None:
    assert json.loads(encode(_document(attrs={"a": float("nan"), "b": [float("inf")]})))["attrs"] == {"a": None, "b": [None]}  # fmt: skip


@pytest.mark.parametrize("kind", [dict, list])
@pytest.mark.parametrize("depth", [200, 930, 960, 999, 5_000])
def test_what_is_nested_too_deep_is_a_bad_record_and_no_recursion_error(depth: int, kind: type) -> None:
    with pytest.raises(BadRecord, match=f"deeper than {MAX_DEPTH}"):
        well_formed(_document(attrs={"a": _nested(depth, kind)}))
    well_formed(_document(attrs={"a": _nested(MAX_DEPTH - 5, kind)}))


@pytest.mark.parametrize("data", [b"", b"\xff", b'{"id": "\xff"}', b"[" * 100_000, b"null", b'{"a":' * 5_000])
def test_whatever_does_not_decode_raises_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(data, CleanDocument)


def test_millions_of_lists_are_a_bad_record() -> None:
    with pytest.raises(BadRecord, match=f"more than {MAX_VALUES}"):
        well_formed(_document(attrs={"a": [[]] * (MAX_VALUES + 1)}))
    well_formed(_document(attrs={"a": [[]] * (MAX_VALUES - 100), "b": list(range(2 * MAX_VALUES))}))
