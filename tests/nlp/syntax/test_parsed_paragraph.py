"""Paragraphs whose long quotations are shortened before parsing."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp import Models
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph, shorten
from streams.nlp.text import quotation_marks
from streams.nlp.text.segments import Span

LONG = "“We have waited for this day for so many years that nobody here remembers the first one,” Holm said."


def test_of_a_long_quotation_the_first_words_and_the_last_token_are_kept(
    parse: Callable[[str], ParsedParagraph],
) -> None:
    parsed = parse(LONG)
    assert [word for word, quoted in zip(parsed.words, parsed.quoted, strict=True) if quoted] == [
        "We", "have", "waited", ",",
    ]  # fmt: skip
    assert parsed.words[-3:] == ["Holm", "said", "."]


def test_offsets_of_kept_tokens_are_those_of_the_whole_text(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse(LONG)
    assert [LONG[start:end] for start, end in zip(parsed.starts, parsed.ends, strict=True)] == parsed.words
    assert LONG[slice(*parsed.span_of(len(parsed.words) - 3, len(parsed.words) - 2))] == "Holm said"


def test_a_short_quotation_is_kept_whole(parse: Callable[[str], ParsedParagraph]) -> None:
    text = "Holm called it “a bad deal” on Friday."
    assert parse(text).words == ["Holm", "called", "it", "“", "a", "bad", "deal", "”", "on", "Friday", "."]


def test_the_tokens_of_a_dateline_are_left_out(models: Models) -> None:
    text = "OSLO (Wire) - Holm left."
    pipeline = models.pipeline("en")
    assert pipeline is not None
    span = Span(0, len(text))
    short = shorten(pipeline.recognise([text])[0], span, quotation_marks.quotations(text, [span]), skip=14)
    assert [token.text for token in short.doc] == ["Holm", "left", "."]
