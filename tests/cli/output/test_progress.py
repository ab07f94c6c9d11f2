"""The progress bar."""

from __future__ import annotations

import io
import sys

import pytest

from streams.cli.output.progress import progress_bar


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("total", [100, None])
def test_pages_are_counted_on_a_terminal(total: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := _Terminal())
    with progress_bar(total, "fed") as advance:
        for consumed in (10, 20, 100):
            advance(consumed)
    assert "3 pages fed" in screen.getvalue()


def test_nothing_is_written_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", file := io.StringIO())
    with progress_bar(100, "fed") as advance:
        advance(50)
    assert file.getvalue().strip() == ""
