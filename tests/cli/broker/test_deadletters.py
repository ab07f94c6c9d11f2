"""Dead letters on the command line."""

from __future__ import annotations

import pytest
from cli.run import NO_BROKER, invoke

from streams.cli.broker.deadletters import _filter
from streams.records import Fault
from streams.runtime.kafka.dead_letters import Filter


def test_the_options_are_a_filter_and_none_of_them_is_everything() -> None:
    assert _filter((), (), 0, None) == Filter()
    chosen = _filter(("timeout", "crash"), ("clean",), 3, 9, ("pages.raw/0/1",))
    assert chosen == Filter(
        frozenset([Fault.TIMEOUT, Fault.CRASH]), frozenset(["clean"]), frozenset(["pages.raw/0/1"]), 3, 9
    )


def test_a_replay_of_everything_has_to_be_confirmed() -> None:
    done = invoke(*NO_BROKER, "deadletters", "replay")
    assert done.exit_code == 2
    assert "give --yes" in done.output


@pytest.mark.parametrize(
    "arguments",
    [("list", "--reason", "bored"), ("list", "--stage", "sleep"), ("show",), ("list", "--first", "-1")],
)
def test_what_is_no_reason_stage_or_offset_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert invoke("deadletters", *arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [("list",), ("show", "pages.raw/0/1"), ("replay", "--yes"), ("replay", "--dry-run")]
)
def test_without_a_broker_the_exit_code_is_3(arguments: tuple[str, ...]) -> None:
    assert invoke(*NO_BROKER, "deadletters", *arguments).exit_code == 3
