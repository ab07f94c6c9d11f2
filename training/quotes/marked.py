"""Texts with quotations marked by hand, and how found ones compare with them.

A line of a file is ``{"id", "language", "half", "text", "quotes": [{"start", "end", "speakers", "optional"}]}``: ``half`` is ``development`` or
``report``, ``speakers`` the names by which the speaker may be called (none if the text does not say), and ``optional`` marks words in quotation
marks that a reader may or may not call a quotation, such as single words: they count neither way.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from streams.records import Quote

_WORD = re.compile(r"[^\W_]+")
_SAME_STEM = 2  # letters at the end of a name in which its cases may differ


class Marked(msgspec.Struct, frozen=True):
    """One quotation, by code points of the text."""

    start: int
    end: int
    speakers: tuple[str, ...] = ()
    optional: bool = False


class Text(msgspec.Struct, frozen=True):
    """One text and its quotations."""

    id: str
    language: str
    half: str
    text: str
    quotes: tuple[Marked, ...]


@dataclasses.dataclass
class Score:
    """Counts of quotations."""

    marked: int = 0
    found: int = 0
    right: int = 0  # found and marked
    spoken: int = 0  # of these, with the right speaker
    named: int = 0  # marked ones that have a speaker
    given: int = 0  # found ones that have one

    def __add__(self, other: Score) -> Score:
        return Score(
            *(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True))
        )

    def row(self) -> str:
        """Return precision, recall and F1 of quotations, then of quotations with their speakers, as cells of a table.

        A speaker counts as given wrongly where the quotation is none, or the speaker another one.
        """
        cells = [*_rates(self.right, self.found, self.marked), *_rates(self.spoken, self.given, self.named)]
        return " | ".join(f"{cell:.3f}" for cell in cells)


def read(folder: Path) -> list[Text]:
    """Return the texts of all files of a folder. Raises :class:`FileNotFoundError` if there are none."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise FileNotFoundError(f"no *.jsonl in {folder}")
    return [msgspec.json.decode(line, type=Text) for file in files for line in file.read_bytes().splitlines()]


def compare(text: Text, found: Sequence[Quote]) -> Score:
    """Return how the direct quotations found in a text compare with the marked ones."""
    score = Score()
    for quote, mark in _pairs(text, found):
        if mark is not None and mark.optional:
            continue
        score.marked += mark is not None
        score.named += mark is not None and bool(mark.speakers)
        score.found += quote is not None
        score.given += quote is not None and quote.speaker is not None
        if quote is not None and mark is not None:
            score.right += 1
            score.spoken += bool(mark.speakers) and _is_one_of(quote.speaker, mark.speakers)
    return score


def errors(text: Text, found: Sequence[Quote]) -> Iterator[str]:
    """Yield a line for each quotation that is missed, that is none, or that has another speaker."""
    for quote, mark in _pairs(text, found):
        if mark is not None and mark.optional:
            continue
        start = mark.start if mark is not None else quote.start if quote is not None else 0
        end = mark.end if mark is not None else quote.end if quote is not None else 0
        said = quote.speaker if quote is not None else None
        if mark is not None and quote is not None and _is_right(said, mark):
            continue
        around = f"{text.text[max(0, start - 90) : start]}[…]{text.text[end : end + 90]}".replace("\n", "¶")
        wanted = mark.speakers if mark is not None else "no quotation"
        print_said = said if quote is not None else "not found"
        yield f"    {text.language} {text.id}: {print_said} for {wanted}: {around}"


def _pairs(text: Text, found: Sequence[Quote]) -> Iterator[tuple[Quote | None, Marked | None]]:
    """Yield each direct quotation with the marked one that it overlaps by half, and those without counterpart."""
    left = [quote for quote in found if quote.direct]
    for mark in text.quotes:
        same = next((quote for quote in left if _overlap(quote, mark)), None)
        if same is not None:
            left.remove(same)
        yield same, mark
    yield from ((quote, None) for quote in left)


def _overlap(quote: Quote, mark: Marked) -> bool:
    common = min(quote.end, mark.end) - max(quote.start, mark.start)
    return common * 2 > max(quote.end - quote.start, mark.end - mark.start)


def _is_right(said: str | None, mark: Marked) -> bool:
    return _is_one_of(said, mark.speakers) if mark.speakers else said is None


def _is_one_of(name: str | None, names: Sequence[str]) -> bool:
    """Return whether a speaker is called by one of the names, in whatever case of the noun: its last words are those of the name."""
    if name is None:
        return False
    words = _WORD.findall(name.casefold())
    return any(
        all(any(_same(word, other) for word in words) for other in _WORD.findall(accepted.casefold()))
        for accepted in names
    )


def _same(word: str, other: str) -> bool:
    short = min(len(word), len(other))
    stem = max(short - _SAME_STEM, min(short, 3))
    return word[:stem] == other[:stem] and abs(len(word) - len(other)) <= _SAME_STEM


def _rates(right: int, found: int, wanted: int) -> tuple[float, float, float]:
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    return precision, recall, 2 * right / (found + wanted) if found + wanted else 0.0
