"""The authors of an article: names of persons or agencies, from JSON-LD, meta elements and bylines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streams.cleaning.data import table
from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.bylines import as_stated, is_full_name, opening, people, words
from streams.cleaning.metadata.declared import DeclaredMetadata, ShortLine
from streams.cleaning.metadata.marked import MarkedElement
from streams.cleaning.text import fold
from streams.records import Part

_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_AUTHOR_IN_JSON = re.compile(r'"author"\s{0,9}:\s{0,9}[\[{"]')
_ORGANISATIONS = ("Organization", "NewsMediaOrganization", "Corporation")
_INVERTED = re.compile(r"([^,]{1,40}),\s*([^,]{1,40})")
_THREADS = ("discussionforumposting", "question")
_REPLIES = ("comment", "usercomments", "answer")
_LATER_PAGE = re.compile(r"\bpage[-=/_]?(?!0*1\b)\d|[?&](?:start|st|offset)=0*[1-9]", re.IGNORECASE)
_CLASS_TEXT = 160  # code points of a byline found by its class
_IN_BLOCK = 6  # authors of an article in microdata

_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:by-?line|by-?author|author-?(?:name|link)?|authors|byl|post-author|entry-author|article-?_*author|reporter|writer|journalist|autor|auteur)(?:$|[\s_\-])|author[_\-]{0,2}name|byline[_\-]{0,2}name|author__"
)
_NOT_BYLINE = re.compile(
    r"comment|related|card|teaser|sidebar|widget|menu|nav|avatar|image|img|photo|social|follow|form|footer|caption|credit|desc|title|heading|popular|latest|trending|recommend|note|box|reply|user|quote"
)


def authors(
    declared: DeclaredMetadata, node: jsonld.Node, publisher_names: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the authors of the page's article. ``publisher_names`` holds names of the site and its publisher, which are no persons.

    Sources, most reliable first: JSON-LD, meta elements, byline markup. The first that names a person wins, with the
    agencies it names. Without a person, an agency is the author; without either, the names in a line that reads as a
    byline or link to an author's page; and last what is stated as it stands, such as a team, or the publisher.
    """
    own = {name.casefold() for name in publisher_names if name}
    described = jsonld.names(node.get("author") or node.get("creator"))
    persons = [name for name, kind in described if kind not in _ORGANISATIONS]
    stated = [persons, *_from_meta(declared), *_from_properties(declared)]
    named = _from_class_names(declared)
    marked = _marked_names(declared)
    fallback: tuple[str, ...] = ()
    for source in stated if _has_author(declared.jsonld) else [*stated, *named]:
        found = _narrowed(people(source), source, marked)
        if any(not _is_publisher_name(name, own) for name in found):
            return tuple(name for name in found if name.casefold() not in own)
        fallback = fallback or found
    fallback = fallback or people([name for name, _ in described])
    if not all(_is_own(name.casefold(), own) for name in fallback):
        return fallback
    return (
        _first_person([[element] for element in declared.suggested.labelled], own, marked)
        or _names_in_lines(declared.lines, own)
        or as_stated(persons if not fallback else [])
        or _first_person([[e] for e in declared.suggested.named if _is_byline(e)], own, marked)
        or _first_person(_groups(declared.suggested.linked), own, marked)
        or fallback
        or as_stated(
            [text for source in [*stated, *named] for text in source] + [name for name, _ in described]
        )
    )


def who_began(parts: Sequence[Part], url: str) -> tuple[str, ...]:
    """Return the author of the first of a thread's posts; nobody where it has none, or where ``url`` is of a later page."""
    first = parts[0].author if parts else None
    return (first,) if first and not _LATER_PAGE.search(url) else ()


def _has_author(scripts: Iterable[str]) -> bool:
    """Whether JSON-LD states any author: class names, which are less reliable, then count only for full names."""
    return any(_AUTHOR_IN_JSON.search(script) for script in scripts)


def _is_publisher_name(name: str, own: set[str]) -> bool:
    folded = name.casefold()
    return folded in words("agencies") or _is_own(folded, own)


def _is_own(folded: str, own: set[str]) -> bool:
    """Whether a name is the site's: equal to one of its names, a part of one, or with the same first word."""
    if folded in own or any(len(folded) > 3 and folded in name.split(" - ") for name in own):
        return True
    return any(
        len(first) > 4 and folded.startswith(f"{first} ") for first in (n.partition(" ")[0] for n in own)
    )


def _from_meta(declared: DeclaredMetadata) -> list[list[str]]:
    """Return the names in meta elements by source; one that has all names of the first and more replaces it."""
    sources = [declared.meta.get(name, []) for name in table("bylines")["meta"]]
    cited = declared.meta.get("citation_author", [])
    sources.append([_INVERTED.sub(r"\2 \1", name) if _INVERTED.fullmatch(name) else name for name in cited])
    for number in ("1", "2"):
        label = declared.first(f"twitter:label{number}") or ""
        if label.casefold() in words("labels"):
            sources.append(declared.meta.get(f"twitter:data{number}", []))
    sources = [source for source in sources if source]
    if sources:
        first = set(people(sources[0]))
        sources.sort(key=lambda source: not first < set(people(source)))
    return sources


def _from_properties(declared: DeclaredMetadata) -> list[list[str]]:
    """Return the names in microdata, then those in links with rel=author, but not those of comments and answers."""
    marked = [
        element
        for element in declared.marked
        if element.scope not in _REPLIES
        and "author" in element.role.split()
        and (element.scope in _THREADS or not _NOT_BYLINE.search(element.names))
    ]
    return [
        _first_block([e for e in marked if e.tag != "a"]),
        _first_block([e for e in marked if e.tag == "a"]),
    ]


def _from_class_names(declared: DeclaredMetadata) -> list[list[str]]:
    return [[element.text] for element in declared.suggested.named if _is_byline(element)][:4]


class _Marked(NamedTuple):
    """Full names that are the whole text of a link to an author's page; and these with those of elements named for authors."""

    linked: tuple[str, ...]
    all: tuple[str, ...]


def _marked_names(declared: DeclaredMetadata) -> _Marked:
    linked, named = (
        tuple(dict.fromkeys(element.text for element in elements if is_full_name(element.text)))
        for elements in (declared.suggested.linked, declared.suggested.named)
    )
    return _Marked(linked, (*linked, *named))


def _narrowed(names: tuple[str, ...], texts: Sequence[str], marked: _Marked) -> tuple[str, ...]:
    """Return ``names``, or those marked names that begin the text, where the first of ``names`` runs on behind one.

    "Ada Example Bo Sample", "Ada Example Marketing Director": the markup says where a name ends.
    """
    if len(texts) != 1 or not names:
        return names
    first = next((name for name in marked.all if names[0].startswith(f"{name} ")), None)
    if first is None:
        return names
    found = [first]
    rest = texts[0].partition(first)[2].lstrip()
    while following := next((name for name in marked.linked if f"{rest} ".startswith(f"{name} ")), None):
        found.append(following)
        rest = rest[len(following) :].lstrip()
    return tuple(dict.fromkeys(found))


def _is_byline(element: MarkedElement) -> bool:
    names = element.names
    return bool(
        _BYLINE_CLASS.search(names) and not _NOT_BYLINE.search(names) and len(element.text) < _CLASS_TEXT
    )


def _first_block(elements: list[MarkedElement]) -> list[str]:
    """Return the distinct texts of the first elements that stand together: later ones belong to other articles or replies."""
    named = [element for element in elements if element.text or element.value]
    if named and named[0].scope in _THREADS:
        named = named[:1]
    return list(dict.fromkeys(e.text or e.value for e in named if e.group == named[0].group))[:_IN_BLOCK]


def _groups(elements: Sequence[MarkedElement]) -> list[list[MarkedElement]]:
    return [list(group) for _, group in itertools.groupby(elements, lambda element: element.group)]


def _first_person(groups: list[list[MarkedElement]], own: set[str], marked: _Marked) -> tuple[str, ...]:
    """Return the names in the first group of elements that holds full names of persons only, those below the headline first."""
    for group in sorted(groups, key=lambda group: not group[0].below):
        texts = [element.text for element in group]
        names = _narrowed(people(texts), texts, marked)
        if names and all(is_full_name(name) and not _is_publisher_name(name, own) for name in names):
            return names
    return ()


def _names_in_lines(lines: Sequence[ShortLine], own: set[str]) -> tuple[str, ...]:
    """Return the names in bylines without markup: after "By", alone above or below the text, or next to a date."""
    last = max((at for at, line in enumerate(lines) if not line.signed), default=-1)
    sources: list[list[str]] = [[], [], []]
    for at, line in enumerate(lines):
        names = people([line.text])
        if not all(is_full_name(name) and not _is_publisher_name(name, own) for name in names):
            continue
        alone = _without_digits(line.text) == _without_digits("".join(names))
        dated = any(_DATED.search(other.text) for other in lines[at : at + 2])
        if opening().match(line.text):
            sources[0].extend(names)
        elif alone and (line.signed or (line.strong and at == last)):
            sources[1].extend(names)
        elif alone and dated:
            sources[2].extend(names)
    return next((people(source) for source in sources if source), ())


def _without_digits(text: str) -> str:
    """The letters of ``text``, for a comparison that ignores dates beside a name."""
    return re.sub(r"\d+", "", fold(text))
