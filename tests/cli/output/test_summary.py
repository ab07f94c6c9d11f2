"""The summary of feed and process."""

from __future__ import annotations

import io
import json

import pytest
from rich.table import Table

from streams.cli.output import summary
from streams.feeding import Skip, Tally


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _tally() -> Tally:
    tally = Tally()
    tally.skip(Skip.URL_ONLY)
    tally.skip(Skip.URL_ONLY)
    tally.damaged("a.warc", 7, "cut\x1b[31m short")
    return tally


def test_programs_get_one_line_of_json_with_what_was_left_out() -> None:
    stream = io.StringIO()
    summary.show(stream, Table("x"), {"fed": 1, **summary.figures(_tally())})
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert told["skipped"] == {"damaged": 1, "url_only": 2}
    assert (told["damaged"][0]["file"], told["damaged"][0]["at"]) == ("a.warc", 7)


def test_people_get_a_table_with_a_row_for_each_reason() -> None:
    stream, table = _Terminal(), Table("", "reason", "pages")
    summary.rows(table, _tally())
    summary.show(stream, table, {})
    assert table.row_count == 2
    assert "url_only" in stream.getvalue()


def test_what_could_not_be_read_is_said_on_standard_error_without_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary.warn(_tally())
    said = capsys.readouterr()
    assert said.out == ""
    assert "crawlmill: a.warc: byte 7: cut" in said.err
    assert "\x1b" not in said.err
