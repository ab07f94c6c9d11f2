"""Removal of boilerplate blocks at the start and end of an article's text.

At the start: a repeated headline, date or byline. At the end: copyright notices, credits and newsletter invitations. They
use the same markup as the paragraphs, on sites of every language, so they are recognised by their text. Within the
text, only picture credits and advertisement labels are removed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from streams.cleaning.data import table
from streams.cleaning.extract.blocks import Block
from streams.cleaning.text import fold

_ABOVE = 100  # code points; the first longer block begins the text, and only blocks before it are leading boilerplate
_DATELINE = 60  # code points of a line with a date, time, place or reading time, at most
_BYLINE = 60  # code points of a byline, at most
_CREDIT = 80  # code points of a picture credit, at most
_LAST = 3  # blocks at the end that may be boilerplate
_BELOW = 260  # code points of a trailing boilerplate block, at most
_TITLE = 12  # letters; a shorter headline may be repeated by chance
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d+")
_END = re.compile(r"""[.!?…。！？।]["'”’»)]*$""")
_RIGHTS = re.compile(r"[\s<(\[]*(?:©|ⓒ|copyright\b|\(c\)\s)", re.IGNORECASE)


@functools.cache
def _any_of(key: str) -> re.Pattern[str]:
    return re.compile("|".join(table("edges")[key]), re.IGNORECASE)


def trimmed(blocks: Sequence[Block], titles: Iterable[str]) -> list[Block]:
    """Return ``blocks`` without leading and trailing boilerplate.

    ``titles`` are the titles that the page declares; a heading that repeats one is dropped.
    """
    folded = [letters for letters in map(fold, titles) if len(letters) >= _TITLE]
    first = next((at for at, block in enumerate(blocks) if len(block.text) > _ABOVE), 0)
    above = [block for block in blocks[:first] if not _is_above(block, folded)]
    text = blocks[first:]
    last = range(max(1, len(text) - _LAST), len(text))
    end = next((at for at in last if _is_below(text[at]) and not _goes_on(text[at + 1 :])), len(text))
    return [*above, *(block for block in text[:end] if not _is_label(block.text))]


def _goes_on(rest: Sequence[Block]) -> bool:
    """Whether article text follows, in which case the block before it is not trailing boilerplate."""
    return any(len(block.text) > _ABOVE and not _is_below(block) for block in rest)


def _is_label(text: str) -> bool:
    """Whether a block is a picture credit or an advertisement label."""
    return len(text) <= _CREDIT and (text.startswith("©") or _any_of("labels").fullmatch(text) is not None)


def _is_above(block: Block, titles: list[str]) -> bool:
    text = block.text
    letters = fold(text)
    if block.kind != "p" and len(letters) >= _TITLE and any(letters in t or t in letters for t in titles):
        return True
    if len(text) <= _DATELINE and (_any_of("reading_times").search(text) or _is_dateline(text)):
        return True
    return len(text) <= _BYLINE and not _END.search(text) and _is_byline(text)


def _is_byline(text: str) -> bool:
    """Whether a line is a byline: an opener ("By") followed by words of which at least half are capitalised."""
    opener = _any_of("bylines").match(text)
    words = text[opener.end() :].split() if opener else []
    return 0 < sum(word[0].isupper() for word in words) >= len(words) / 2


def _is_dateline(text: str) -> bool:
    """Whether a line is a date: a year, another number, and at most nine words in all."""
    return (
        _YEAR.search(text) is not None
        and len(_NUMBER.findall(text)) >= 2
        and len(text.split()) <= 9
        and not _RIGHTS.match(text)
    )


def _is_below(block: Block) -> bool:
    """Whether a block near the end begins trailing boilerplate, which includes every block after it."""
    text = block.text
    if len(text) > _BELOW:
        return False
    if _RIGHTS.match(text) or _any_of("credits").search(text) or _any_of("headings_below").fullmatch(text):
        return True
    places = {found.casefold() for found in _any_of("channels").findall(text)}
    return "newsletter" in places or (block.linked > 0 and len(places) > 1)
