"""What two runs made of the same pages, side by side."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import BadInput
from streams.offline.compare import compare


def _line(number: int, **fields: Any) -> bytes:
    record = {
        "id": f"p{number}",
        "url": f"https://a.example/{number}",
        "disposition": "enriched",
        "text": "Text",
        "title": "T",
    }
    return json.dumps(
        {**record, "provenance": {"timings": {"clean": number}, "offset": 3}, **fields}
    ).encode()


def test_times_and_versions_are_no_difference() -> None:
    other = {"timings": {"clean": 9.9}, "offset": 3, "crawlmill": "2.0"}
    assert compare([_line(1)], [_line(1, provenance=other)]).is_same


def test_an_outcome_that_changed_has_its_evidence_and_no_fields() -> None:
    evidence = [{"signal": "title_phrase", "detail": "not found"}]
    rejected = _line(1, disposition="rejected", reason="soft_404", evidence=evidence, text=None)
    found = compare([_line(1), _line(2)], [rejected, _line(2)])
    (change,) = found.outcomes["enriched -> rejected soft_404"]
    assert (change.id, change.old, change.new) == ("p1", "Text", "title_phrase: not found")
    assert found.fields == {}
    assert found.pages == 2


def test_fields_that_changed_are_counted_by_name() -> None:
    found = compare([_line(1), _line(2)], [_line(1, title="U"), _line(2, title="U", authors=["Ada"])])
    assert {name: len(changes) for name, changes in found.fields.items()} == {"title": 2, "authors": 1}
    assert (found.fields["authors"][0].old, found.fields["authors"][0].new) == ("null", '["Ada"]')


def test_pages_of_one_run_alone_are_named() -> None:
    found = compare([_line(1)], [_line(2)])
    assert (found.only_old, found.only_new, found.is_same) == (("p1",), ("p2",), False)


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"id": "x"}'])
def test_what_is_no_output_of_process_is_named(line: bytes) -> None:
    with pytest.raises(BadInput, match="line 2 of the new run"):
        compare([_line(1)], [_line(1), line])


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5), st.lists, max_leaves=4
)


@given(st.dictionaries(st.integers(0, 9), st.dictionaries(st.sampled_from("abc"), _VALUES)))
def test_a_run_is_the_same_as_itself(pages: dict[int, dict[str, Any]]) -> None:
    lines = [_line(number, **fields) for number, fields in pages.items()]
    assert compare(lines, list(reversed(lines))).is_same
