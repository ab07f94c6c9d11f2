"""Quotation marks: every style pairs up, and nothing that a crawler can bring makes them raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.quotes import speech
from streams.nlp.text import quotation_marks
from streams.nlp.text.segments import paragraphs

ALPHABET = "ab A.,!? \n\"'“”„‟«»‹›‘’‚‛`「」『』《》—–-()‖é日1"


def inside(text: str, *, apostrophes: bool = False) -> list[str]:
    return [
        text[q.start : q.end]
        for q in quotation_marks.quotations(text, paragraphs(text), apostrophes=apostrophes)
    ]


@pytest.mark.parametrize(
    "text",
    [
        'She said: "we leave at dawn."',
        "She said: “we leave at dawn.”",
        "She said: ‘we leave at dawn.’",
        "She said: 'we leave at dawn.'",
        "Elle a dit : « we leave at dawn. »",
        "Sie sagte: „we leave at dawn.“",
        "Sie sagte: »we leave at dawn.«",
        "Sie sagte: ‚we leave at dawn.‘",
        "Hon sade: ”we leave at dawn.”",
        "Zij zei: „we leave at dawn.”",
        "彼女は「we leave at dawn.」と言った。",
        "彼女は『we leave at dawn.』と言った。",
        "She said: ``we leave at dawn.''",
    ],
)
def test_every_style_of_marks_is_read(text: str) -> None:
    assert inside(text) == ["we leave at dawn."]


def test_two_apostrophes_are_marks_only_on_request() -> None:
    text = "She said: ''we leave at dawn.''"
    assert inside(text) == []
    assert inside(text, apostrophes=True) == ["we leave at dawn."]


def test_inner_quotations_stay_inside_the_outer_ones() -> None:
    assert inside("“He told me ‘go home’ and left,” she said.") == ["He told me ‘go home’ and left,"]


def test_apostrophes_are_no_quotation_marks() -> None:
    assert inside("The ministers' plan isn't ready, the '90s crowd says; it's John's.") == []


def test_a_quotation_goes_on_in_the_next_paragraph_that_opens_with_a_mark() -> None:
    text = "“The first part of it.\n\n“The second part of it,” he said."
    found = quotation_marks.quotations(text, paragraphs(text))
    assert [text[q.start : q.end] for q in found] == ["The first part of it.", "The second part of it,"]
    assert [q.continues for q in found] == [False, True]


def test_a_stray_mark_does_not_swallow_the_paragraph() -> None:
    assert inside('A 6" pipe burst. "We fixed it at once," the plumber said.') == ["We fixed it at once,"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('The plates are 12" wide and 3" thick, he said. The old ones were 10" wide.', []),
        ("The plates are 12” wide and 3″ thick.", []),
        ('A 3"x4" board and a 5½" nail.', []),
        ('The 12" pipe, which they call "the snake", leaked.', ["the snake"]),
        ('She said "we won in 2010" and left.', ["we won in 2010"]),
        ("“It was 1999” and “it was 12” wide.", ["It was 1999", "it was 12"]),
        ('"I counted 200" of them, he said. "Then 300."', ["I counted 200", "Then 300."]),
        ("Latitude 51° 28' 40\" north, longitude 0° 0' 5\" west.", []),
    ],
)
def test_a_mark_behind_a_number_closes_what_is_open_and_is_inches_otherwise(
    text: str, expected: list[str]
) -> None:
    assert inside(text) == expected


def test_a_closing_mark_with_a_space_in_front_still_closes() -> None:
    assert inside('"We condemn it, "said a spokesman. "We do."') == ["We condemn it,", "We do."]


def test_an_odd_mark_at_the_end_is_tolerated() -> None:
    assert inside("“We go,” he said. “Now.")[0] == "We go,"


@given(st.text(alphabet=ALPHABET, max_size=200))
def test_any_string_gives_true_and_separate_spans(text: str) -> None:
    spans = paragraphs(text)
    found = quotation_marks.quotations(text, spans)
    end = 0
    for quotation in found:
        assert quotation.outer_start < quotation.start < quotation.end <= quotation.outer_end
        assert quotation.outer_start >= end
        end = quotation.outer_end
        said = text[quotation.start : quotation.end]
        assert said == said.strip()
        span = spans[quotation.paragraph]
        assert span.start <= quotation.outer_start and quotation.outer_end <= span.end
    for quote in speech.quotes_without_speakers(text, found):
        assert text[quote.start : quote.end] == quote.quote


@given(st.text(max_size=300))
def test_any_unicode_is_read_without_raising(text: str) -> None:
    quotation_marks.quotations(text, paragraphs(text))


def test_a_hundred_thousand_marks_are_read() -> None:
    text = "“" * 50_000 + "'" * 50_000
    quotation_marks.quotations(text, paragraphs(text))


def test_a_mark_that_begins_a_sentence_resumes_a_quotation_that_no_mark_has_closed() -> None:
    text = 'He said: "We go. "We walk," and left. "That is good. "It is new," he said.'
    assert inside(text) == ["We go.", "We walk,", "That is good.", "It is new,"]
    found = quotation_marks.quotations(text, paragraphs(text))
    assert [q.continues for q in found] == [False, True, False, True]


def test_a_closing_mark_without_an_opening_one_begins_no_quotation() -> None:
    assert inside('They gather here," said Holm. "We go on."') == ["We go on."]
    assert inside('"No," he said. "We go. "We walk. "We run.\n\n"We are here."')[1:] == [
        "We go.",
        "We walk.",
        "We run.",
        "We are here.",
    ]
