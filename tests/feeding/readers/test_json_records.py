"""JSON records in a stream, with the number of each and what is skipped."""

from __future__ import annotations

import io
import json

import pytest

from streams.feeding import Skip, Tally
from streams.feeding.members import opened
from streams.feeding.readers.json_records import JsonRecords
from streams.feeding.window import Window


def _read(content: str) -> tuple[list[tuple[int, str]], Tally]:
    """The records with their numbers, and what was left out."""
    tally = Tally()
    raw = io.BufferedReader(io.BytesIO(content.encode()))  # type: ignore[arg-type]
    reader = JsonRecords(Window(opened(raw, "a")), "a", tally)
    return [(reader.number, record.decode()) for record in reader.records()], tally


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ('{"a":1}\n\n{"b":2}', [(1, '{"a":1}'), (3, '{"b":2}')]),
        ('[{"a":1},\n{"b":2}]', [(1, '{"a":1}'), (2, '{"b":2}')]),
        ('{"a":1}{"b":2}\n{"c":3}', [(1, '{"a":1}'), (1, '{"b":2}'), (2, '{"c":3}')]),
        ('{"a":1},\n{"b":2},\n', [(1, '{"a":1},'), (2, '{"b":2},')]),
        ('{"log":{"entries":[{"a":1},{"b":2}]}}', [(1, '{"a":1}'), (2, '{"b":2}')]),
        ('\x1e{"a":1}\n\x1e{"b":2}\n', [(1, '{"a":1}'), (2, '{"b":2}')]),
        ('{"a":\n1}', [(1, '{"a":\n1}')]),
        ('{"a": "x\ny"}\n{"b":2}', [(1, '{"a": "x\ny"}'), (3, '{"b":2}')]),
    ],
)
def test_a_record_has_the_bytes_and_the_line_or_index_that_it_has_in_the_stream(
    content: str, records: list[tuple[int, str]]
) -> None:
    found, tally = _read(content)
    assert [(number, json.loads(record.rstrip(","), strict=False)) for number, record in found] == [
        (number, json.loads(record.rstrip(","), strict=False)) for number, record in records
    ]
    assert not tally.failed


def test_a_har_file_without_an_end_gives_its_entries_and_its_damage() -> None:
    found, tally = _read('{"log":{"version":"1.2","entries":[{"a":1},{"b":2}]')
    assert [record for _, record in found] == ['{"a":1}', '{"b":2}']
    (damage,) = tally.damages
    assert "in a HAR file" in damage.what


def test_other_members_of_a_har_file_are_passed_over() -> None:
    found, tally = _read(
        '{"log":{"pages":[{"x":[1]}],"entries":[{"a":1}],"comment":"]}"},"more":{"entries":1}}'
    )
    assert found == [(1, '{"a":1}')]
    assert not tally.failed


def test_an_array_in_a_line_is_its_objects_and_one_of_anything_else_is_a_message() -> None:
    found, _ = _read('{"a":1}\n[{"b":2},{"c":3}]\n[1,2]\n')
    assert [record for _, record in found] == ['{"a":1}', '{"b":2}', '{"c":3}', "[1,2]"]


def test_a_url_alone_is_skipped_and_a_line_that_is_no_json_is_a_message() -> None:
    found, tally = _read('https://a.example/\nno json\n{"a":1}\n')
    assert [record for _, record in found] == ["no json", '{"a":1}']
    assert tally.skipped == {Skip.URL_ONLY: 1}
