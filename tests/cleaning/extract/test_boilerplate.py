"""What stands above and below a text goes; the text stays, whatever it speaks of."""

from __future__ import annotations

import pytest

from streams.cleaning.extract.blocks import Block
from streams.cleaning.extract.boilerplate import trimmed

PROSE = "The council of Mirefield voted on Tuesday to reopen the old ferry, eleven years after the last boat sank at its moorings."
TITLE = "Mirefield brings back its ferry"


def texts(*blocks: Block) -> list[str]:
    return [block.text for block in trimmed(blocks, [TITLE])]


def p(text: str, linked: float = 0.0) -> Block:
    return Block("p", text, linked)


@pytest.mark.parametrize(
    "line",
    [
        "3 June 2024, 14:05",
        "14. März 2023 – 09:30 Uhr",
        "April 25, 2021 · 18 min read",
        "Lesezeit: 5 Min.",
        "Tempo de leitura: 2 minutos",
        "By Ada Example and Bo Sample",
        "Von Ada Beispiel, Musterstadt",
        "Par Zoé Exemple",
    ],
)
def test_dates_reading_times_and_bylines_above_the_text_go(line: str) -> None:
    assert texts(p(line), p(PROSE)) == [PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "A preventable disaster.",
        "By then it was too late for the ferrymen",
        "Palm Street 18 22 13 17 — 70",
        "In 2013 the last boat sank.",
        "© 2002, 2003 Bo Sample",
    ],
)
def test_short_lines_that_are_text_stay_above_it(line: str) -> None:
    assert texts(p(line), p(PROSE)) == [line, PROSE]


def test_the_headline_once_more_goes_but_a_paragraph_that_is_like_it_stays() -> None:
    assert texts(Block("h2", TITLE, 0.0), p(PROSE)) == [PROSE]
    assert texts(p(TITLE), p(PROSE)) == [TITLE, PROSE]


def test_a_date_inside_of_the_text_stays() -> None:
    assert texts(p(PROSE), p("3 June 2024, 14:05"), p(PROSE)) == [PROSE, "3 June 2024, 14:05", PROSE]


@pytest.mark.parametrize(
    "block",
    [
        p("© dpa-example, 240516-99-53606/3"),
        p("Copyright 2024 The Mirefield Echo. All rights reserved."),
        p("Additional reporting by Bo Sample"),
        p("Bo Sample contributed to this report."),
        Block("h3", "Comments (12)", 0.0),
        Block("h3", "Kommentare", 0.0),
        p("For more stories from the coast, sign up for our newsletter.", 0.1),
        p("Ikuti kami di Instagram dan WhatsApp", 0.5),
    ],
)
def test_rights_credits_and_invitations_below_the_text_go_with_all_behind_them(block: Block) -> None:
    assert texts(p(PROSE), block, p("Good luck!")) == [PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "Facebook and Twitter declined to comment.",
        "“I almost drowned there,” she said.",
        "The book, he reported from the shore, was lost.",
    ],
)
def test_last_sentences_of_an_article_stay(line: str) -> None:
    assert texts(p(PROSE), p(line)) == [PROSE, line]


def test_a_text_without_a_long_paragraph_keeps_its_first_line() -> None:
    assert texts(p("Copyright law is old."), p("It is.")) == ["Copyright law is old.", "It is."]


@pytest.mark.parametrize("line", ["Advertisement", "- Anzeige -", "広告", "© Bo Sample/Mirefield Pictures"])
def test_labels_of_advertisements_and_credits_of_pictures_go_from_inside(line: str) -> None:
    assert texts(p(PROSE), p(line), p(f"{PROSE} Again.")) == [PROSE, f"{PROSE} Again."]


def test_a_note_that_text_follows_is_not_below_it() -> None:
    note = p("Additional reporting by Bo Sample")
    assert texts(p(PROSE), note, p(f"{PROSE} Again.")) == [PROSE, note.text, f"{PROSE} Again."]
