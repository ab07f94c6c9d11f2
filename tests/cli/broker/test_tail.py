"""A topic's messages as JSON Lines."""

from __future__ import annotations

import json

import pytest
from cli.run import NO_BROKER, invoke

from streams.cli.broker.tail import _json_line
from streams.records import DeadLetter, Fault, Foreign


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
    [(("pages.nothing",), 2), (("pages.raw", "-n", "0"), 2), (("pages.raw", "--exit"), 3)],
)
def test_a_wrong_topic_or_number_is_wrong_usage_and_no_broker_is_3(
    arguments: tuple[str, ...], code: int
) -> None:
    assert invoke(*NO_BROKER, "tail", *arguments).exit_code == code
