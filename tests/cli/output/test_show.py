"""Records on a terminal."""

from __future__ import annotations

import io
from decimal import Decimal

import msgspec
import pytest
from rich.console import RenderableType

from streams.cli.output.show import article, dead_letter, details, foreign, rejection, show_record
from streams.cli.output.terminal import Terminal
from streams.records import (
    Availability,
    DeadLetter,
    Document,
    Enriched,
    Entity,
    Event,
    Evidence,
    Fault,
    Foreign,
    Keyword,
    Mention,
    Part,
    Product,
    Quote,
    Reason,
    Rejection,
    Residue,
    ResidueKind,
    TimePrecision,
)


def _shown(renderable: RenderableType) -> str:
    terminal = Terminal(file=io.StringIO(), width=160)
    terminal.print(renderable)
    assert isinstance(terminal.file, io.StringIO)
    return terminal.file.getvalue()


def test_an_article_shows_what_was_found_in_it() -> None:
    text = "Ana Reis opened the bridge. " + "It was long. " * 200
    record = Enriched(
        id="a", url="https://a.example/1", site="a.example", text=text, title="The bridge", authors=("Rui",), language="en",
        keywords=(Keyword(text="bridge", score=1),),
        entities=(Entity(text="Ana Reis", label="PERSON", mentions=(Mention(start=0, end=8),), salience=0.5),),
        quotes=(Quote(quote="It was long", start=28, end=39, speaker="Ana Reis", cue="said"),),
        events=(Event(action="open", kind="change", start=9, end=15, sentence_start=0, sentence_end=27, negated=True, target="the bridge"),),
        residue=(Residue(kind=ResidueKind.SHARE, text="Share this", at=0, evidence="x"),),
    )  # fmt: skip
    shown = _shown(article(record))
    for part in (
        "The bridge",
        "by Rui",
        "keywords  bridge",
        "PERSON",
        "0.50",
        "said",
        "not open (change)",
        "share Share this",
        "[...]",
    ):
        assert part in shown, part
    assert "quotes" not in _shown(article(Enriched(id="a", url="u", text="x")))


def test_a_rejection_shows_its_reason_its_original_and_its_evidence() -> None:
    record = Rejection(
        id="b", url="https://a.example/2", reason=Reason.DUPLICATE_NEAR, title="Copy", duplicate_of="a",
        duplicate_of_url="https://a.example/1", similarity=0.9, evidence=(Evidence(signal="status", detail="404"),),
    )  # fmt: skip
    lines = _shown(rejection(record)).splitlines()
    assert [line.strip() for line in lines] == [
        "rejected duplicate_near  https://a.example/2",
        "Copy",
        "copy of a https://a.example/1 (similarity 0.90)",
        "status: 404",
    ]


def test_a_dead_letter_and_a_foreign_record_show_where_they_are_and_why() -> None:
    dead = DeadLetter(
        id="pages.raw/0/7", reason=Fault.TIMEOUT, stage="clean", error="Timeout", message="20 s of CPU time"
    )
    assert (
        _shown(dead_letter(dead)).strip() == "dead letter timeout in clean  pages.raw/0/7: 20 s of CPU time"
    )
    shown = _shown(foreign(Foreign(foreign="pages.clean/1/2", why="no record"), b"\x00abc"))
    assert "pages.clean/1/2: no record" in shown
    assert r"b'\x00abc'" in shown


@pytest.mark.parametrize(
    ("value", "shown"), [(b'{"a": 1}', '"a": 1'), (b"no json", "b'no json'"), (b"[" * 5_000, "b'[[[[")]
)
def test_any_other_message_is_shown_as_json_or_as_bytes(value: bytes, shown: str) -> None:
    terminal = Terminal(file=io.StringIO(), width=160)
    show_record(terminal, None, value)
    assert isinstance(terminal.file, io.StringIO)
    assert shown in terminal.file.getvalue()


def test_the_parts_of_a_thread_and_a_product_are_told_in_a_line_each() -> None:
    whole = Document(id="a", url="https://a.example/", text="one two")
    posts = (
        Part(author="Ada", time="2024-05-02T00:00:00Z", time_precision=TimePrecision.DAY, start=0, end=3),
        Part(author="Ada", start=4, end=7),
    )
    assert details(whole) == []
    assert details(msgspec.structs.replace(whole, parts=posts)) == [
        "parts: 2 by 1 author, 2024-05-02 to 2024-05-02"
    ]
    offered = Product(price=Decimal("19.90"), currency="EUR", availability=Availability.IN_STOCK)
    assert details(msgspec.structs.replace(whole, product=offered)) == ["product: 19.90 EUR, InStock"]
    assert details(msgspec.structs.replace(whole, product=Product(currency="EUR"))) == ["product: EUR"]
