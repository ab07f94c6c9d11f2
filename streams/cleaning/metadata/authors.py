"""The authors of an article: names of persons or agencies, from JSON-LD, meta elements and bylines."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Sequence

from streams.cleaning.data import table
from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata, MarkedElement, ShortLine
from streams.cleaning.text import fold, one_line

_LONGEST = 300  # code points of a byline, at most; longer text is prose
_NAME = 60
_WORDS = 6
_TAG = re.compile(r"<[^<>]{0,500}>")
_ADDRESS = re.compile(r"\S{1,100}@\S{0,100}|https?://\S{1,300}|\bwww\.\S{1,200}")
_BRACKETS = re.compile(
    r"(?:\([^()]{0,120}\)|\[[^\[\]]{0,120}\]|（[^（）]{0,120}）|<[^<>]{0,120}>)(?=\s*(?:[,;/|&]|$))"
)
_BREAK = re.compile(r"\s*(?:[;|•·●/／、，,\n]|\s&\s|\s[-–—]\s|\s\+\s)\s*")
_AFTER = re.compile(
    r"\s(?:[|•·●]|[-–—]{1,2})\s|\s\d|\s(?:Jan|Feb|Mar|Apr|May|June|July|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d|(?<=\w):\s|\bUpdated\b|\bPublished\b|\b(?:on|le|am|el|em)\s\d",
    re.IGNORECASE,
)
_ONE_LETTER = re.compile(r"\s&\s\w$|^\w\s&\s")
_LETTER = re.compile(r"[^\W\d_]")
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’\-]*")
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)+")
_EDGE = " \t.,:;(|•·–—-/\"“”'’*©「」『』"

_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:by-?line|by-?author|author-?(?:name|link)?|authors|byl|post-author|entry-author|article-?_*author|reporter|writer|journalist|autor|auteur)(?:$|[\s_\-])|author[_\-]{0,2}name|byline[_\-]{0,2}name|author__"
)
_NOT_BYLINE = re.compile(
    r"comment|related|card|teaser|sidebar|widget|menu|nav|avatar|image|img|photo|social|follow|form|footer|caption|credit|desc|title|heading|popular|latest|trending|recommend|note|box|reply|user|quote"
)


@functools.cache
def _words(key: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in table("bylines")[key])


@functools.cache
def _opening() -> re.Pattern[str]:
    longest_first = sorted(_words("openers"), key=len, reverse=True)
    return re.compile(
        rf"(?:{'|'.join(map(re.escape, longest_first))})(?:\s*[:：]\s*|\s+|(?=[\u3040-\u9fff\uac00-\ud7a3]))",
        re.IGNORECASE,
    )


@functools.cache
def _joining() -> re.Pattern[str]:
    longest_first = sorted(_words("joiners"), key=len, reverse=True)
    return re.compile(rf"\s+(?:{'|'.join(map(re.escape, longest_first))})\s+", re.IGNORECASE)


def authors(
    declared: DeclaredMetadata, node: jsonld.Node, publisher_names: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the authors of the page's article. ``publisher_names`` holds names of the site and its publisher, which are no persons.

    Sources, most reliable first: JSON-LD, meta elements, byline markup. The first that names a person wins, with the
    agencies it names. Without a person, an agency is the author; without either, the names in a line that reads as a
    byline; and last the publisher.
    """
    own = {name.casefold() for name in publisher_names if name}
    described = jsonld.names(node.get("author") or node.get("creator"))
    persons = [
        name
        for name, kind in described
        if kind not in ("Organization", "NewsMediaOrganization", "Corporation")
    ]
    fallback: tuple[str, ...] = ()
    for source in (persons, *_from_meta(declared), *_from_markup(declared.marked)):
        found = people(source)
        if any(not _is_publisher_name(name, own) for name in found):
            return tuple(name for name in found if name.casefold() not in own)
        fallback = fallback or found
    fallback = fallback or people([name for name, _ in described])
    if all(_is_own(name.casefold(), own) for name in fallback):
        return _names_in_lines(declared.lines, own) or fallback or _as_stated(persons)
    return fallback


def _as_stated(names: list[str]) -> tuple[str, ...]:
    """Return the first declared name unparsed, for names that do not parse as a person's."""
    return tuple(n for n in map(one_line, names[:1]) if 2 <= len(n) <= _NAME and "/" not in n)


def _is_publisher_name(name: str, own: set[str]) -> bool:
    folded = name.casefold()
    return folded in _words("agencies") or _is_own(folded, own)


def _is_own(folded: str, own: set[str]) -> bool:
    """Whether a name is the site's: equal to one of its names, a part of one, or with the same first word."""
    if folded in own or any(len(folded) > 3 and folded in name.split(" - ") for name in own):
        return True
    return any(
        len(first) > 4 and folded.startswith(f"{first} ") for first in (n.partition(" ")[0] for n in own)
    )


def people(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names in bylines, each once.

    >>> people(["By Ada Example and Bo Sample, Staff Writers | AP"])
    ('Ada Example', 'Bo Sample', 'AP')
    """
    found: dict[str, str] = {}
    for text in texts[:30]:
        for name in _split(text):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _split(text: str) -> list[str]:
    text = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    text = _BRACKETS.sub(" ", _ADDRESS.sub(" ", one_line(text)))
    if len(text) > _LONGEST or not text.strip(_EDGE) or text.startswith("@"):
        return []
    text = _without_opener(text.strip(_EDGE))
    if _ONE_LETTER.search(text) and len(text) <= 20:
        return [text]  # the name of a column or a magazine
    pieces: list[str] = []
    for part in _BREAK.split(text):
        if len(part.split()) > _WORDS and not _joining().search(part):
            break  # a description of a person's office: no further author follows
        if not _has_role(part):
            pieces.extend(_joining().split(part))
    return [name for name in (_name(piece) for piece in pieces) if name]


def _without_opener(text: str) -> str:
    for _ in range(2):
        opener = _opening().match(text)
        if not opener or opener.end() == len(text):
            break
        text = text[opener.end() :].lstrip(_EDGE)
    return text


def _name(piece: str) -> str:
    """Return the name in a piece of a byline; empty where it is a role, a date or anything else."""
    after = _AFTER.search(piece)
    piece = (piece[: after.start()] if after else piece).strip(_EDGE)
    for suffix in table("bylines")["suffixes"]:
        if piece.endswith(suffix) and len(piece) > len(suffix) + 1:
            piece = piece[: -len(suffix)].strip(_EDGE)
    words = piece.split()
    if (
        not 2 <= len(piece) <= _NAME
        or len(words) > _WORDS
        or not _LETTER.search(piece)
        or _SLUG.fullmatch(piece)
    ):
        return ""
    folded = piece.casefold()
    if folded in _words("agencies"):
        return piece
    if any(character.isdigit() for character in piece) or folded in _words("openers"):
        return ""
    return "" if _has_role(piece) else " ".join(words)


def _has_role(text: str) -> bool:
    return any(word.strip(".,").casefold() in _words("roles") for word in text.split())


def _from_meta(declared: DeclaredMetadata) -> list[list[str]]:
    sources = [declared.meta.get(name, []) for name in table("bylines")["meta"]]
    for number in ("1", "2"):
        label = declared.first(f"twitter:label{number}") or ""
        if label.casefold() in _words("labels"):
            sources.append(declared.meta.get(f"twitter:data{number}", []))
    return [source for source in sources if source]


def _from_markup(marked: Sequence[MarkedElement]) -> list[list[str]]:
    """Return bylines by markup, most reliable first: itemprop, rel=author, class names of bylines or authors."""
    usable = [element for element in marked if not _NOT_BYLINE.search(element.names)]
    by_prop = [
        element.text or element.value
        for element in usable
        if "author" in element.role.split() and element.tag != "a"
    ]
    by_rel = [element.text for element in usable if "author" in element.role.split() and element.tag == "a"]
    by_class = [
        element.text for element in usable if _BYLINE_CLASS.search(element.names) and len(element.text) < 160
    ]
    return [_first_block(by_prop), _first_block(by_rel), *([text] for text in by_class[:4])]


def _names_in_lines(lines: Sequence[ShortLine], own: set[str]) -> tuple[str, ...]:
    """Return the names in bylines without markup: after "By", alone above or below the text, or next to a date."""
    last = max((at for at, line in enumerate(lines) if not line.signed), default=-1)
    sources: list[list[str]] = [[], [], []]
    for at, line in enumerate(lines):
        names = people([line.text])
        if not all(_is_full_name(name) and not _is_publisher_name(name, own) for name in names):
            continue
        alone = _without_digits(line.text) == _without_digits("".join(names))
        dated = any(_DATED.search(other.text) for other in lines[at : at + 2])
        if _opening().match(line.text):
            sources[0].extend(names)
        elif alone and (line.signed or (line.strong and at == last)):
            sources[1].extend(names)
        elif alone and dated:
            sources[2].extend(names)
    return next((people(source) for source in sources if source), ())


def _is_full_name(name: str) -> bool:
    """Whether a name reads as a person's: two to four words, each with a capital where the script has them."""
    words = name.split()
    return 2 <= len(words) <= 4 and all(_NAME_WORD.fullmatch(word) and word[0].isupper() for word in words)


def _without_digits(text: str) -> str:
    """The letters of ``text``, for a comparison that ignores dates beside a name."""
    return re.sub(r"\d+", "", fold(text))


def _first_block(texts: list[str]) -> list[str]:
    """Return the first three distinct texts: later ones belong to other articles on the page."""
    return list(dict.fromkeys(texts))[:3]
