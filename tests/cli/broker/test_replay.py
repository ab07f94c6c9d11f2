"""What crawlmill replay says of its options and of the file that remembers how far it was."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from streams.cli import main
from streams.cli.broker.replay import remember
from streams.errors import BadInput
from streams.runtime.kafka.replay_plan import Part, Plan


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["replay", *arguments])


@pytest.mark.parametrize("arguments", [(), ("--since", "2d", "--resume")])
def test_either_a_time_or_an_interrupted_replay_is_needed(arguments: tuple[str, ...]) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2 and "one of --since and --resume" in result.output


def test_without_an_interrupted_replay_there_is_nothing_to_resume(tmp_path: Path) -> None:
    result = _run("--resume", "--progress", str(tmp_path / "none.json"))
    assert result.exit_code == 1 and "no replay was interrupted" in result.output


def test_an_interrupted_replay_is_not_forgotten_by_beginning_another(tmp_path: Path) -> None:
    stored = tmp_path / "progress.json"
    stored.write_bytes(
        msgspec.json.encode(Plan("c", "pages.clean", "", "2026-11-24T12:00:00Z", {0: Part(5, 9)}, 17))
    )
    result = _run("--since", "2d", "--progress", str(stored))
    assert result.exit_code == 1
    assert "since 2026-11-24T12:00:00Z was interrupted after 17 of them" in result.output
    assert "--resume" in result.output


def test_a_file_that_is_no_progress_is_named(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"a": 1}')
    result = _run("--resume", "--progress", str(other))
    assert result.exit_code == 1 and f"{other}: not the progress of a replay" in result.output


def test_a_stage_that_cannot_be_replayed_is_refused_with_those_that_can() -> None:
    result = _run("--since", "2d", "--stage", "clean")
    assert result.exit_code == 2 and "'clean' is not 'enrich'" in result.output


def test_progress_that_cannot_be_remembered_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    plan = Plan("c", "pages.clean", "", "2026-11-24T12:00:00Z", {0: Part(5, 9)})
    with pytest.raises(BadInput, match="cannot be written: No such file or directory; name another file"):
        remember(tmp_path / "missing" / "progress.json", plan)
    remember(tmp_path / "progress.json", plan)
    assert msgspec.json.decode((tmp_path / "progress.json").read_bytes(), type=Plan) == plan


@pytest.mark.parametrize("since", ["2999-01-01", "9999-12-31T23:59:59-12:00"])
def test_a_time_to_come_is_wrong_usage(since: str, tmp_path: Path) -> None:
    result = _run("--since", since, "--progress", str(tmp_path / "progress.json"))
    assert result.exit_code == 2 and f"'{since}' is to come" in result.output
