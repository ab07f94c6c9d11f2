"""Feeding on the command line, as far as it needs no broker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.run import NO_BROKER, invoke

PAGE = '{"url": "https://a.example/%d", "html": "<p>Text</p>"}\n'


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A file of 20 pages."""
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(PAGE % number for number in range(20)))
    return path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("seeds", "--rate", "0"), 2),
        (("seeds", "--limit", "0"), 2),
        (("seeds", "--type", "word"), 2),
        (("seeds", "--key", "path"), 2),
        (("seeds", "--changed", "again"), 2),
        (("-", "--resume"), 2),
        (("-", "--state", "x"), 2),
        (("nowhere.jsonl",), 1),
        (("nowhere.jsonl", "--resume"), 1),
        (("seeds/errors.jsonl",), 3),
        (("seeds/errors.jsonl", "--limit", "1"), 3),
    ],
)
def test_wrong_usage_missing_files_and_a_missing_broker_have_their_exit_codes(
    arguments: tuple[str, ...], code: int
) -> None:
    assert invoke(*NO_BROKER, "feed", *arguments).exit_code == code


def test_without_a_broker_no_state_is_left_behind(pages: Path) -> None:
    assert invoke(*NO_BROKER, "feed", "--resume", str(pages)).exit_code == 3
    assert list(pages.parent.iterdir()) == [pages]


def test_stdin_cannot_be_resumed_and_the_message_says_what_to_do() -> None:
    said = invoke("feed", "--resume", "-").stderr
    assert "standard input cannot be read again" in said and "write it to a file first" in said


@pytest.mark.parametrize("text", ["0", "1.5", "-1", "ten", "101%", "0%", "%"])
def test_a_share_out_of_range_is_wrong_usage(text: str, pages: Path) -> None:
    done = invoke("feed", "--dry-run", "--sample", text, str(pages))
    assert done.exit_code == 2
    assert "such as 0.1 or 10%" in done.stderr


def test_a_dry_run_needs_no_broker_and_counts_what_would_be_fed(pages: Path) -> None:
    done = invoke(*NO_BROKER, "feed", "--dry-run", str(pages))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["would_feed"], told["types"], told["hosts"]) == (20, {"html": 20}, {"a.example": 20})


def test_a_dry_run_obeys_type_sample_and_limit(pages: Path) -> None:
    def told(*options: str) -> dict[str, int]:
        figures = json.loads(invoke("feed", "--dry-run", *options, str(pages)).stdout)
        return {"fed": figures["would_feed"], **figures["skipped"]}

    assert told("--type", "pdf") == {"fed": 0, "not_of_type": 20}
    assert told("--type", "pdf", "--type", "html", "--limit", "3") == {"fed": 3}
    half = told("--sample", "50%")
    assert (
        half == told("--sample", "0.5") and half["fed"] + half["not_sampled"] == 20 and 0 < half["fed"] < 20
    )


def test_a_dry_run_fails_where_feeding_would(pages: Path) -> None:
    pages.write_text("https://a.example/only\n" + pages.read_text())
    done = invoke("feed", "--dry-run", str(pages))
    assert (done.exit_code, json.loads(done.stdout)["skipped"]) == (1, {"url_only": 1})


def test_a_dry_run_writes_no_state(pages: Path) -> None:
    assert invoke("feed", "--dry-run", "--resume", str(pages)).exit_code == 0
    assert list(pages.parent.iterdir()) == [pages]
