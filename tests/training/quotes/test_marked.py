"""Found quotations beside marked ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.records import Quote
from training.quotes import marked
from training.quotes.marked import Marked, Text

SAID = "„Wir gehen jetzt“, sagte Anna Sommer. „Nein“, sagte er."


def text(*quotes: Marked, said: str = SAID) -> Text:
    return Text("t", "de", "report", said, quotes)


def found(start: int, end: int, speaker: str | None) -> Quote:
    return Quote(quote=SAID[start:end], start=start, end=end, speaker=speaker)


def test_a_quotation_with_its_speaker_counts_as_both() -> None:
    score = marked.compare(text(Marked(1, 16, ("Sommer",))), [found(1, 16, "Anna Sommer")])
    assert (score.marked, score.found, score.right, score.spoken) == (1, 1, 1, 1)


def test_another_speaker_is_wrong() -> None:
    score = marked.compare(text(Marked(1, 16, ("Sommer",))), [found(1, 16, "Paul Winter")])
    assert (score.right, score.spoken, score.given) == (1, 0, 1)


def test_what_is_optional_counts_neither_way() -> None:
    mark = Marked(40, 44, (), True)
    for quotes in ([], [found(40, 44, "Paul Winter")]):
        assert marked.compare(text(mark), quotes) == marked.Score()


def test_an_overlap_of_less_than_half_is_another_quotation() -> None:
    score = marked.compare(text(Marked(1, 16, ("Sommer",))), [found(12, 36, "Anna Sommer")])
    assert (score.marked, score.found, score.right) == (1, 1, 0)


@pytest.mark.parametrize(("name", "same"), [("Дональда Трампа", True), ("Трамп", True), ("Обама", False)])
def test_a_name_may_be_in_another_case(name: str, same: bool) -> None:
    score = marked.compare(text(Marked(1, 16, ("Трамп",))), [found(1, 16, name)])
    assert bool(score.spoken) is same


def test_errors_say_what_was_found_for_what() -> None:
    (line,) = marked.errors(text(Marked(1, 16, ("Sommer",))), [found(1, 16, "Paul Winter")])
    assert "Paul Winter for ('Sommer',)" in line
    assert not [*marked.errors(text(Marked(1, 16, ("Sommer",))), [found(1, 16, "Anna Sommer")])]


def test_a_folder_without_texts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        marked.read(tmp_path)
    (tmp_path / "de.jsonl").write_text(
        '{"id": "a", "language": "de", "half": "report", "text": "x", "quotes": []}\n', "utf-8"
    )
    assert [one.id for one in marked.read(tmp_path)] == ["a"]
