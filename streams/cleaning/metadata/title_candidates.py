"""The texts of a page that may be its title, each with the features by which :mod:`.title` ranks them.

A candidate is a text that the page declares as its title (``<title>``, Open Graph, JSON-LD, citation data, h1), a part of one
between separators, or the winner of the vote (:mod:`.title_vote`). Texts that are equal when folded are one candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata, Heading
from streams.cleaning.metadata.ranking import Candidate
from streams.cleaning.metadata.title_features import Stated, TitlePage, features
from streams.cleaning.metadata.title_vote import (
    MAX_TITLE,
    fold,
    separators,
    vote,
    without_site,
)
from streams.cleaning.text import one_line

_MAX_HEADINGS = 5
_MAX_CUTS = 6  # separators of a text at which it is parted
# What templates leave before and behind a title: signs of a heading, separators with nothing after them, empty brackets.
_EDGES = re.compile(r"^(?:#{1,6}\s+|[|·•»]\s*)|(?:\s+[-–—|·•»⋆*]{1,3}|[|·»⋆]|\s\(\s?\))\s*$")
_CITED = ("citation_title", "parsely-title", "dc.title", "dc:title", "sailthru.title")
_NEWS = 3  # rank of JSON-LD that describes an article (jsonld.rank)


def candidates(
    declared: DeclaredMetadata, node: jsonld.Node, publisher_names: Iterable[str], url: str
) -> list[Candidate]:
    """Return the candidates for the title of the page at ``url``, in the order of its sources.

    ``node`` is the JSON-LD node of its article, ``publisher_names`` holds names of the site.
    """
    names = frozenset(fold(name) for name in publisher_names if name) - {""}
    stated = _stated(declared, node)
    headings = [
        msgspec.structs.replace(heading, text=_trimmed(heading.text))
        for heading in declared.headings[:_MAX_HEADINGS]
    ]
    voted = vote(declared, node, publisher_names) or ""
    found = _collected(stated, headings, names, voted)
    subheadings = map(one_line, declared.subheadings)
    page = TitlePage(stated, headings, subheadings, names, voted, url)
    news, news_type = jsonld.rank(node) == _NEWS, jsonld.is_news(node)
    return [
        Candidate(entry.wording(), features(text, entry, page, news=news, news_type=news_type))
        for text, entry in found.items()
    ]


def _stated(declared: DeclaredMetadata, node: jsonld.Node) -> dict[str, str]:
    """Return the titles that the page declares, by source, without empty ones."""
    texts = {
        "jsonld": jsonld.string(node, "headline") or "",
        "name": jsonld.string(node, "name") or "",
        "og": declared.first("og:title") or "",
        "cited": declared.first(*_CITED) or "",
        "twitter": declared.first("twitter:title") or "",
        "head": declared.title,
    }
    return {source: text for source, value in texts.items() if (text := _trimmed(value))}


def _trimmed(text: str) -> str:
    line = one_line(text)[:MAX_TITLE]
    bare = _EDGES.sub("", line)
    # a quotation at the end of a title closes with a sign that is also a separator
    return line if line.endswith("»") and "«" in bare else bare


def _collected(
    stated: dict[str, str], headings: list[Heading], names: frozenset[str], voted: str
) -> dict[str, Stated]:
    """Return the candidates by their folded text."""
    found: dict[str, Stated] = {}

    def add(text: str, source: str, *, part: bool = False) -> None:
        if folded := fold(text):
            entry = found.setdefault(folded, Stated())
            (entry.parts if part else entry.whole).setdefault(source, text)

    for source, text in stated.items():
        add(text, source)
    for at, heading in enumerate(headings):
        add(heading.text, "h1_later" if at else "h1_first")
    for source, text in [*stated.items(), *(("h1_first", heading.text) for heading in headings[:1])]:
        for cut in separators(text)[:_MAX_CUTS]:
            add(_trimmed(text[: cut.start()]), source, part=True)
            add(_trimmed(text[cut.end() :]), source, part=True)
        add(without_site(text, set(names), set()), source, part=True)
    add(voted, "vote", part=True)
    return found
