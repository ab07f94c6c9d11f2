"""The names in a byline: without what introduces them, offices, credentials, dates and addresses."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence

from streams.cleaning.data import table
from streams.cleaning.metadata import dates
from streams.cleaning.text import one_line

_LONGEST = 300  # code points of a byline, at most; longer text is prose
_NAME = 60
_WORDS = 6
_TEXTS = 30
_TAG = re.compile(r"<[^<>]{0,500}>")
_ADDRESS = re.compile(r"\S{1,100}@\S{0,100}|(?<=\s)@\w{1,60}|https?://\S{1,300}|\bwww\.\S{1,200}")
_BRACKETS = re.compile(
    r"(?:\([^()]{0,120}\)|\[[^\[\]]{0,120}\]|（[^（）]{0,120}）|<[^<>]{0,120}>)(?=\s*(?:[,;/|&]|$))"
)
_BREAK = re.compile(r"\s*(?:[;|•·●/／、，,\n]|\s&\s|\s[-–—]\s|\s\+\s)\s*")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE_FIRST = re.compile(
    rf"\s*(?:{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}\.?\s{_MONTH},?\s\d{{4}})\b[\s,:|•·–—-]*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\s(?:[|•·●]|[-–—]{{1,2}})\s|\s\d|\s{_MONTH}\s\d|(?<=\w):\s|\bUpdated\b|\bPublished\b|\b(?:on|le|am|el|em)\s\d",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(_MONTH, re.IGNORECASE)
_FOR = re.compile(r"\s(?:[Ff]or|FOR|für|pour|para|voor|dla|för)\s")  # "Ada Example For Daily Echo"
_ONE_LETTER = re.compile(r"\s&\s\w$|^\w\s&\s")
_LETTER = re.compile(r"[^\W\d_]")
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’\-]*")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)+")
_ABBREVIATED = frozenset(("md", "ma"))  # degrees in capitals, names otherwise: Md Example
_EDGE = " \t.,:;(|•·–—-/\"“”'’*©「」『』"


@functools.cache
def words(key: str) -> frozenset[str]:
    """Return a list of data/bylines.toml, case-folded."""
    return frozenset(word.casefold() for word in table("bylines")[key])


def _any_of(listed: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(listed, key=len, reverse=True)))


@functools.cache
def opening() -> re.Pattern[str]:
    """Return the pattern of what stands before a name: "By", "Von" and the like."""
    return re.compile(
        rf"(?:{_any_of(table('bylines')['openers'])})(?:\s*[:：]\s*|\s+|(?=[\u3040-\u9fff\uac00-\ud7a3]))",
        re.IGNORECASE,
    )


@functools.cache
def _joining() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any_of(table('bylines')['joiners'])})\s+", re.IGNORECASE)


@functools.cache
def _within() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any_of(table('bylines')['within'])})(?:\s*[:：]\s*|\s+)", re.IGNORECASE)


@functools.cache
def _others() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{_any_of(table('bylines')['others'])})\b", re.IGNORECASE)


def people(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names in bylines, each once.

    >>> people(["By Ada Example and Bo Sample, Staff Writers | AP"])
    ('Ada Example', 'Bo Sample', 'AP')
    """
    found: dict[str, str] = {}
    for text in texts[:_TEXTS]:
        for name in _split(text):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def is_full_name(name: str) -> bool:
    """Whether a name reads as a person's: two to four words, each with a capital where the script has them."""
    parts = name.split()
    return 2 <= len(parts) <= 4 and all(
        _NAME_WORD.fullmatch(part) and (not part[0].islower() or part in words("particles")) for part in parts
    )


def as_stated(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the first of ``texts`` without its opening words, for a name that does not read as a person's: "The Team".

    A date is none: templates fill the author's field with it.
    """
    for text in texts[:_TEXTS]:
        text = _without_opener(_unmarked(text).strip(_EDGE))
        if (
            2 <= len(text) <= _NAME
            and "/" not in text
            and len(text.split()) <= _WORDS
            and _label_free(text)
            and not dates.mentioned(text)
        ):
            return (text,)
    return ()


def _label_free(text: str) -> bool:
    folded = text.casefold()
    return bool(_LETTER.search(text)) and folded not in words("openers") and folded not in words("labels")


def _unmarked(text: str) -> str:
    return one_line(html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text)


def _split(text: str) -> list[str]:
    text = _BRACKETS.sub(" ", _ADDRESS.sub(" ", _unmarked(text)))
    if len(text) > _LONGEST or not text.strip(_EDGE) or text.startswith("@"):
        return []
    text = _names_part(text)
    if _ONE_LETTER.search(text) and len(text) <= 20:
        return [text]  # the name of a column or a magazine
    names: list[str] = []
    for part in _BREAK.split(text):
        if len(part.split()) > _WORDS and not _joining().search(part):
            break  # a description of a person's office: no further author follows
        if names and _is_title(part):
            names[-1] = f"{names[-1]}, {part}"
        elif not _is_description(part, after_name=bool(names)):
            names.extend(name for name in map(_name, _joined(part)) if name)
    return names


def _names_part(text: str) -> str:
    """Return what follows the words that introduce the author, up to those that introduce an editor or reviewer."""
    text = _DATE_FIRST.sub("", text, count=1) if _DATE_FIRST.match(text) else text
    introduced = _within().search(text)
    if introduced and introduced.end() < len(text):
        text = text[introduced.end() :]
    ended = _others().search(text)
    text = text[: ended.start()] if ended else text
    return _without_opener(text.strip(_EDGE))


def _without_opener(text: str) -> str:
    for _ in range(2):
        opener = opening().match(text)
        if not opener or opener.end() == len(text):
            break
        text = text[opener.end() :].lstrip(_EDGE)
    return text


def _joined(part: str) -> list[str]:
    """Return the pieces that "and" and the like join; a title such as "Human in the Loop" stays whole."""
    pieces = _joining().split(part)
    capital = [piece for piece in pieces if not piece[:1].islower()]
    if not capital or len(capital) == len(pieces):
        return pieces
    return [part] if " in " in part else capital


def _is_title(part: str) -> bool:
    """Whether a part of a byline belongs to the name before it: "Jr", "MD"."""
    return part.replace(".", "").casefold() in words("titles") and part[:1].isupper()


def _is_description(part: str, *, after_name: bool) -> bool:
    """Whether a part of a byline after a name is an office or a place of work rather than another name."""
    if not after_name or part.casefold() in words("agencies"):
        return False
    following = part.split()[1:]
    return any(
        word[0].islower() and word not in words("particles") and word not in words("joiners")
        for word in following
    )


def _name(piece: str) -> str:
    """Return the name in a piece of a byline; empty where it is a role, a date or anything else."""
    after = _AFTER.search(piece)
    piece = (piece[: after.start()] if after else piece).strip(_EDGE)
    if after and _MONTH_ALONE.fullmatch(piece):
        return ""
    for suffix in table("bylines")["suffixes"]:
        if piece.endswith(suffix) and len(piece) > len(suffix) + 1:
            piece = piece[: -len(suffix)].strip(_EDGE)
    piece = _without_affiliation(piece)
    parts = piece.split()
    if (
        not 2 <= len(piece) <= _NAME
        or len(parts) > _WORDS
        or not _LETTER.search(piece)
        or _SLUG.fullmatch(piece)
    ):
        return ""
    if _has_role(parts):
        return ""
    if piece.casefold() in words("agencies"):
        return piece
    digits = any(character.isdigit() for character in piece)
    return "" if digits or not _label_free(piece) else " ".join(_once(parts))


def _without_affiliation(piece: str) -> str:
    """Return a name without the office or the paper that follows it: "Ada Example Senior Reporter"."""
    house = _FOR.search(piece)
    if house and is_full_name(piece[: house.start()]):
        return piece[: house.start()]
    parts = piece.split()
    office = next((at for at, part in enumerate(parts) if _is_role(part)), 0)
    before = " ".join(parts[:office])
    person = 2 <= office <= 3 and is_full_name(before) and before.casefold() not in words("agencies")
    return before if person and parts[-1].casefold() not in words("collectives") else piece


def _once(parts: list[str]) -> list[str]:
    """Return a name that an avatar's text repeats, or begins, once: "ada ada", "Example E"."""
    half = len(parts) // 2
    if len(parts) > 1 and parts[:half] == parts[half:]:
        return parts[:half]
    if (
        len(parts) == 2
        and len(parts[1]) == 1
        and len(parts[0]) > 2
        and parts[0][0].upper() == parts[1].upper()
    ):
        return parts[:1]
    return parts


def _has_role(parts: list[str]) -> bool:
    return any(_is_role(part) for part in parts)


def _is_role(word: str) -> bool:
    word = word.strip(".,")
    folded = word.casefold()
    return folded in words("roles") and (folded not in _ABBREVIATED or word.isupper())
