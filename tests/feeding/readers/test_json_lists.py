"""The answer of a crawling service is a record a page; any other record stays one."""

from __future__ import annotations

import json

import pytest

from streams.feeding.readers.json_lists import records

_PAGES = [{"url": "https://a.example/1"}, {"url": "https://a.example/2"}]


@pytest.mark.parametrize("name", ["data", "results", "items", "pages"])
def test_the_list_of_pages_is_split(name: str) -> None:
    answer = json.dumps({"success": True, name: _PAGES}).encode()
    assert [json.loads(record) for record in records(answer)] == _PAGES


@pytest.mark.parametrize(
    "record",
    [
        {"url": "https://a.example/", "data": _PAGES},
        {"success": True, "data": []},
        {"success": True, "data": [1, 2]},
        {"success": True, "data": _PAGES, "results": _PAGES},
        {"data": {"url": "https://a.example/"}},
        {"title": "x", "data": _PAGES},
    ],
)
def test_any_other_object_stays_one_record(record: dict[str, object]) -> None:
    value = json.dumps(record).encode()
    assert records(value) == [value]


def test_what_is_no_json_stays_as_it_is() -> None:
    assert records(b'{"success": true, "data": [') == [b'{"success": true, "data": [']
