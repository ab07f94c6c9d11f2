"""A topic's messages as JSON Lines."""

from __future__ import annotations

import csv
import json

import msgspec
import pytest
from cli.run import NO_BROKER, invoke
from rich.cells import cell_len

from streams import topics
from streams.cli.broker.tail import _COLUMNS, _json_line, printer
from streams.records import DeadLetter, Enriched, Fault, Foreign, Message
from streams.runtime.kafka.topic_records import _KINDS


def test_a_message_is_its_value_on_one_line() -> None:
    assert _json_line(None, b'{"a":\r\n 1}') == '{"a":   1}'
    assert _json_line(None, b"\xff") == "\ufffd"


def test_a_dead_letter_is_the_record_in_its_headers_and_a_foreign_message_says_so() -> None:
    dead = DeadLetter(id="pages.raw/0/7", reason=Fault.CRASH, stage="clean", error="Crash", message="x")
    assert json.loads(_json_line(dead, b"the page"))["reason"] == "crash"
    assert (
        json.loads(_json_line(Foreign(foreign="pages.clean/0/1", why="no record"), b"x"))["why"]
        == "no record"
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("pages.nothing",), 2),
        (("pages.raw", "-n", "0"), 0),
        (("pages.raw", "--filter", "x"), 2),
        (("pages.raw", "--since", "soon"), 2),
        (("pages.raw", "--exit"), 3),
    ],
)
def test_a_wrong_topic_or_number_is_wrong_usage_and_no_broker_is_3(
    arguments: tuple[str, ...], code: int
) -> None:
    assert invoke(*NO_BROKER, "tail", *arguments).exit_code == code


def test_csv_has_a_header_and_a_line_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    page = Enriched(id="p1", url="https://a.example/", site="a.example", text="x", title='Say "hi",\nthen go')
    show = printer(topics.ENRICHED, "csv", False)
    show(Message(value=b"{}", key=b"p1", partition=3, offset=17), page)
    header, row = csv.reader(capsys.readouterr().out.splitlines())
    assert dict(zip(header, row, strict=True)) == {
        "partition": "3", "offset": "17", "key": "p1", "id": "p1", "site": "a.example", "language": "", "page_type": "",
        "published_at": "", "title": 'Say "hi", then go', "url": "https://a.example/",
    }  # fmt: skip


def test_a_table_shows_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    show = printer(topics.ENRICHED, "table", True)
    show(Message(value=b"{}", key=b"k"), Enriched(id="p", url="u", text="x", title="\x1b[2J[red]evil\u202e"))
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]evil" in shown


def test_the_columns_of_a_table_line_up_whatever_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    show = printer(topics.ENRICHED, "table", True)
    key = "https://news.example/2026/05/a-long-address-17"
    for title in (
        "short",
        "a title that is much longer than the column has room for, and goes on",
        "東京で地震",
    ):
        page = Enriched(
            id=key, url="https://last.example/", site="a.example", language="en", text="x", title=title
        )
        show(Message(value=b"{}", key=key.encode(), partition=3, offset=1_234_567), page)
    header, *rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 3
    for name, shown in (
        ("key", "https:"),
        ("site", "a.example"),
        ("language", "en"),
        ("url", "https://last.example/"),
    ):
        column = header.index(f"  {name}") + 2
        assert [row.startswith(shown, _characters(row, column)) for row in rows] == [True] * 3, name
    assert all("ress-17  " in row for row in rows)  # the end of the key


def _characters(row: str, columns: int) -> int:
    """How many characters of a row are in so many columns of a terminal."""
    return next(number for number in range(len(row) + 1) if cell_len(row[:number]) >= columns)


def test_the_columns_of_a_topic_are_fields_of_its_records() -> None:
    for topic, columns in _COLUMNS.items():
        for column in columns:
            kind = DeadLetter if topic == topics.DEADLETTER else _KINDS[topic]
            for part in column.split("."):
                field = {one.name: one.type for one in msgspec.structs.fields(kind)}[part]
                kind = field if isinstance(field, type) else kind
