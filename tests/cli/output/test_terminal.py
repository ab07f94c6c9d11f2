"""A page's text on a terminal: shown, never obeyed."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import RenderableType

from streams import topics
from streams.cli.local.explain import explain
from streams.cli.output.show import article, dead_letter, rejection, show_record
from streams.cli.output.terminal import Terminal
from streams.records import (
    DeadLetter,
    Enriched,
    Entity,
    Event,
    Evidence,
    Fault,
    Keyword,
    Mention,
    Message,
    Quote,
    Reason,
    Rejection,
    Residue,
    ResidueKind,
)
from streams.runtime.kafka.topic_records import topic_record
from streams.runtime.observability.logs import TextFormatter
from streams.runtime.observability.terminal import harmless
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
# Set the title, clear, colour, 8-bit CSI and OSC, backspaces over what was there, text that runs backwards, rich's markup.
HOSTILE = "<\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x9d0;owned\x9c\x08\x08\r\x00\x7f\u202eevil\u2066[red]not red[/red][/]:warning:>"
_RICH = re.compile(r"\x1b\[[0-9;]*m")  # the sequences that rich writes itself: colours


def _shown(*renderables: RenderableType) -> str:
    """What reaches the terminal, without rich's own colours."""
    terminal = _terminal()
    for renderable in renderables:
        terminal.print(renderable)
    return _RICH.sub("", _written(terminal))


def _terminal() -> Terminal:
    return Terminal(file=io.StringIO(), force_terminal=True, width=400, color_system="truecolor")


def _written(terminal: Terminal) -> str:
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def _require_harmless(shown: str) -> None:
    """Nothing in it is obeyed, and markup, picture names and the rest of a sequence are there to be read."""
    assert {character for character in shown if not harmless(character)} == set()
    assert "[31m" in shown  # had the sequence passed, it would have been taken for rich's
    assert "[red]not red[/red][/]:warning:" in shown


def _article() -> Enriched:
    whole = Mention(start=0, end=len(HOSTILE))
    return Enriched(
        id=HOSTILE, url=HOSTILE, site=HOSTILE, text=HOSTILE, title=HOSTILE, authors=(HOSTILE,),
        published_at=HOSTILE, keywords=(Keyword(text=HOSTILE, score=1),),
        entities=(Entity(text=HOSTILE, label="PERSON", mentions=(whole,)),),
        quotes=(Quote(quote=HOSTILE, start=0, end=9, speaker=HOSTILE, cue=HOSTILE),),
        events=(
            Event(
                action="say", kind="saying", start=0, end=3, sentence_start=0, sentence_end=9,
                actor=HOSTILE[-40:], target=HOSTILE[:40],
            ),
        ),
        residue=(Residue(kind=ResidueKind.SHARE, text=HOSTILE, at=0, evidence=HOSTILE),),
    )  # fmt: skip


def test_an_article_is_shown_and_not_obeyed() -> None:
    _require_harmless(_shown(article(_article())))


def test_a_rejection_and_a_dead_letter_are_shown_and_not_obeyed() -> None:
    record = Rejection(
        id=HOSTILE, url=HOSTILE, reason=Reason.SOFT_404, title=HOSTILE, duplicate_of=HOSTILE,
        duplicate_of_url=HOSTILE, similarity=1.0, evidence=(Evidence(signal=HOSTILE, detail=HOSTILE),),
    )  # fmt: skip
    _require_harmless(_shown(rejection(record)))
    dead = DeadLetter(id=HOSTILE, reason=Fault.BAD_RECORD, stage="clean", error=HOSTILE, message=HOSTILE)
    _require_harmless(_shown(dead_letter(dead)))


@pytest.mark.parametrize("topic", topics.NAMES)
def test_any_message_of_any_topic_can_be_followed_on_a_terminal(topic: str) -> None:
    headers = tuple(
        (f"__connect.errors.{name}", HOSTILE.encode())
        for name in ("topic", "stage", "exception.class.name", "exception.message")
    )
    for value in (
        json.dumps({HOSTILE: HOSTILE}, ensure_ascii=False).encode(),
        HOSTILE.encode(),
        b"[" * 99_999,
        b"\xff\x9b",
    ):
        terminal = _terminal()
        show_record(terminal, topic_record(topic, Message(value=value, headers=headers)), value)
        shown = _RICH.sub("", _written(terminal))
        assert {character for character in shown if not harmless(character)} == set()


def test_what_explain_tells_of_a_page_is_shown_and_not_obeyed() -> None:
    page = {
        "id": HOSTILE, "url": "https://news.example/1", "final_url": "https://news.example/2?" + HOSTILE, "title": HOSTILE,
        "status": 200, "content_type": "text/html", "attrs": {HOSTILE: 1},
        "html": f"<title>{HOSTILE}</title><article><p>{HOSTILE} The council approved the harbour plan. " + "It was long. " * 40,
    }  # fmt: skip
    for value in (json.dumps(page).encode(), HOSTILE.encode()):
        terminal = _terminal()
        explain(terminal, Message(value=value), HOSTILE, Settings())
        _require_harmless(_RICH.sub("", _written(terminal)))


def test_a_mistake_that_quotes_a_page_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streams", "explain", f"nowhere\x1b[31m{tmp_path.name}"],
        capture_output=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode == 1
    assert b"\x1b" not in done.stderr
    assert b"nowhere[31m" in done.stderr


def test_a_log_for_people_is_shown_and_not_obeyed() -> None:
    record = logging.makeLogRecord({"name": "streams", "levelno": 20, "msg": "page %s", "args": (HOSTILE,)})
    _require_harmless(TextFormatter().format(record))


def test_only_the_terminal_module_makes_a_console() -> None:
    bare = [
        path.name
        for path in sorted((ROOT / "streams").rglob("*.py"))
        if path.name != "terminal.py" and re.search(r"\bConsole\(", path.read_text("utf-8"))
    ]
    assert bare == []


def test_text_in_any_script_is_left_as_it_is() -> None:
    text = "Zoë said “no” — \u05e9\u05dc\u05d5\u05dd\u200f مرحبا 日本語 👩\u200d👩\u200d👧\n\tnext"
    assert harmless(text) == text
