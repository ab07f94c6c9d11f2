"""Quotations and speakers in short news texts of our own, in four languages and their typographies: a regression suite, no measure."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from streams.nlp import Models, enrich
from streams.records import Document

FOLDER = Path(__file__).parent / "news"
CASES = [
    (path.stem, k, one["text"].strip(), one["quotes"])
    for path in sorted(FOLDER.glob("*.toml"))
    for k, one in enumerate(tomllib.loads(path.read_text("utf-8"))["texts"], start=1)
]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [pytest.param(language, text, expected, id=f"{language}-{k}") for language, k, text, expected in CASES],
)
def test_the_quotations_of_our_news_have_their_speakers(
    models: Models, language: str, text: str, expected: list[list[str]]
) -> None:
    document = Document(id="q", url="", text=text, declared_language=language)
    quotes = [quote for quote in enrich([document], models)[0].quotes if quote.direct]
    got = [
        [quote.quote[: len(first)], quote.speaker or ""]
        for quote, (first, _speaker) in zip(quotes, [*expected, ["", ""], ["", ""], ["", ""]], strict=False)
    ]
    assert got == expected
    for quote in quotes:
        assert text[quote.start : quote.end] == quote.quote
        if quote.speaker_start is not None and quote.speaker_end is not None:
            assert 0 <= quote.speaker_start < quote.speaker_end <= len(text)


def test_there_are_eight_texts_a_language() -> None:
    assert {language: sum(case[0] == language for case in CASES) for language, *_rest in CASES} == {
        "de": 8,
        "es": 8,
        "fr": 8,
        "ru": 8,
    }
