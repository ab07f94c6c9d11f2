"""The table of a dry run."""

from __future__ import annotations

import io
import json
import sys

import pytest

from streams.cli.output.show_preview import show_preview
from streams.feeding import Item, Kind, Skip, Tally
from streams.feeding.preview import Preview
from streams.records import Message


def _preview(hosts: int) -> tuple[Preview, Tally]:
    tally = Tally()
    tally.skip(Skip.NOT_OF_TYPE, 7)
    found = Preview(1_000_000, tally)
    for number in range(hosts):
        url = f"https://host{number}.example/"
        value = json.dumps({"url": url, "html": "<p>Text</p>"}).encode()
        found.add(Item(Message(value=value), "a:1", 1, url, Kind.JSON))
    return found, tally


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_has_the_first_hosts_and_how_many_more_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", screen := _Terminal())
    monkeypatch.setenv("COLUMNS", "120")
    show_preview(*_preview(25), "pages.raw")
    shown = screen.getvalue()
    assert "host0.example" in shown and "host24.example" not in shown and "5 more" in shown
    assert "not_of_type" in shown and "by type" in shown and "html" in shown


def test_a_pipe_gets_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_preview(*_preview(2), "pages.raw")
    told = json.loads(capsys.readouterr().out)
    assert (told["would_feed"], told["kinds"], told["types"]) == (2, {"json": 2}, {"html": 2})
    assert told["hosts"] == {"host0.example": 1, "host1.example": 1}
    assert (told["hosts_in_all"], told["skipped"], told["topic"]) == (2, {"not_of_type": 7}, "pages.raw")
