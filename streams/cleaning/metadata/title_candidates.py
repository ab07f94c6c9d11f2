"""The texts of a page that may be its title, each with the features by which :mod:`.title` ranks them.

A candidate is a text that the page declares as its title (``<title>``, Open Graph, JSON-LD, citation data, h1), a part of one
between separators, or the winner of the vote (:mod:`.title_vote`). Texts that are equal when folded are one candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import msgspec

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata, Heading
from streams.cleaning.metadata.ranking import Candidate
from streams.cleaning.metadata.title_vote import (
    GENERIC,
    MAX_TITLE,
    SEPARATOR,
    is_publisher_name,
    vote,
    without_site,
)
from streams.cleaning.text import fold, one_line

_MAX_HEADINGS = 5
_MAX_CUTS = 6  # separators of a text at which it is parted
_WORD = re.compile(r"\w+")
# What templates leave before and behind a title: signs of a heading, separators with nothing after them, empty brackets.
_EDGES = re.compile(r"^(?:#{1,6}\s+|[|·•»]\s*)|(?:\s+[-–—|·•»⋆*]{1,3}|[|·»⋆]|\s\(\s?\))\s*$")
_CITED = ("citation_title", "parsely-title", "dc.title", "dc:title", "sailthru.title")
_MIN_NAME = 4  # code points of a site's name that count within a longer text
_MIN_WORDS = 3
_NEWS = 3  # rank of JSON-LD that describes an article (jsonld.rank)

# Every feature of a candidate, 0 or 1 unless said otherwise. Sources: the text is what they state, whole.
FEATURES = (
    "h1_first", "h1_later", "h1_lone",  # the first h1, another one, the only one
    "og", "twitter", "jsonld", "cited", "head", "h2",
    "part",  # no source states it whole
    "agree",  # two sources or more state it, whole or as a part
    "vote", "vote_news", "jsonld_news",  # _news: and the page's JSON-LD describes an article
    # Relations to other statements
    "begins_head", "ends_head", "within_head", "begins_og", "within_og", "within_h1", "within_jsonld",
    "words_in_head", "words_in_og", "words_in_slug", "slug_in_words",  # shares, 0 to 1
    "alone",  # no word of it is in <title>, og:title or URL
    # The text itself
    "site_name", "has_site_name", "generic", "one_word", "two_words", "separator",
    # The h1's markup (declared.Heading)
    "h1_main", "h1_home", "h1_linked", "h1_titled", "h1_short",
    "head_without_h1",
    "beside_h1", "beside_h1_news",  # it is no h1, and the page has one that may well be the title
    # On pages whose JSON-LD is of a type of news, whose titles are what the publisher states
    "h1_news_type", "jsonld_news_type", "og_news_type", "head_news_type", "vote_news_type", "beside_h1_news_type",
    "h1_front", "og_front", "head_front",  # on the front page of a site, whose title is often what no heading says
)  # fmt: skip


class _Found(msgspec.Struct):
    """A candidate while the page's statements are collected: its wordings by source, first one first."""

    whole: dict[str, str] = {}
    parts: dict[str, str] = {}


class _Page(msgspec.Struct, frozen=True):
    """What all candidates of a page are compared with; texts and names are folded, words in lower case."""

    head: str
    og: str
    ld: str
    h1: dict[str, Heading]
    names: frozenset[str]
    head_words: frozenset[str]
    og_words: frozenset[str]
    slug: frozenset[str]
    subheadings: frozenset[str]
    news: bool
    news_type: bool
    front: bool
    voted: str

    def has_titled_h1(self) -> bool:
        """Whether an h1 may well be the title: of three words or more, some of them in other statements, and no site's name."""
        return any(
            not heading.home
            and len(words := set(_words(heading.text))) >= _MIN_WORDS
            and not words.isdisjoint(self.head_words | self.og_words | self.slug)
            and not is_publisher_name(folded, set(self.names))
            for folded, heading in self.h1.items()
        )


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
    page = _Page(
        head=fold(stated.get("head", "")),
        og=fold(stated.get("og", "")),
        ld=fold(stated.get("jsonld", "")),
        h1={fold(heading.text): heading for heading in reversed(headings)},
        names=names,
        head_words=frozenset(_words(stated.get("head", ""))),
        og_words=frozenset(_words(stated.get("og", ""))),
        slug=_slug(url),
        subheadings=frozenset(fold(one_line(text)) for text in declared.subheadings),
        news=jsonld.rank(node) == _NEWS,
        news_type=jsonld.is_news(node),
        front=_is_front(url),
        voted=fold(voted),
    )
    return [
        Candidate(_wording(entry), {name: value for name, value in _features(text, entry, page) if value})
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
) -> dict[str, _Found]:
    """Return the candidates by their folded text."""
    found: dict[str, _Found] = {}

    def add(text: str, source: str, *, part: bool = False) -> None:
        if folded := fold(text):
            entry = found.setdefault(folded, _Found())
            (entry.parts if part else entry.whole).setdefault(source, text)

    for source, text in stated.items():
        add(text, source)
    for at, heading in enumerate(headings):
        add(heading.text, "h1_later" if at else "h1_first")
    for source, text in [*stated.items(), *(("h1_first", heading.text) for heading in headings[:1])]:
        for cut in list(SEPARATOR.finditer(text))[:_MAX_CUTS]:
            add(text[: cut.start()], source, part=True)
            add(text[cut.end() :], source, part=True)
        add(without_site(text, set(names), set()), source, part=True)
    add(voted, "vote", part=True)
    return found


def _features(text: str, entry: _Found, page: _Page) -> list[tuple[str, float]]:
    """Return the values of all features of a candidate; ``text`` is its folded text."""
    words = _words(_wording(entry))
    return [
        *_sources(text, entry, page, len(words)),
        *_relations(text, page),
        *_shares(frozenset(words), page),
        *_wording_features(text, entry, page, len(words)),
    ]


def _sources(text: str, entry: _Found, page: _Page, words: int) -> list[tuple[str, float]]:
    whole = entry.whole
    heading = page.h1.get(text)
    beside = heading is None and page.has_titled_h1()
    first = "h1_first" in whole
    sources = {source.partition("_")[0] for source in (*whole, *entry.parts)} - {"vote"}
    return [
        *((source, 1.0) for source in ("og", "twitter", "jsonld", "cited", "head") if source in whole),
        ("h1_first", first),
        ("h1_later", "h1_later" in whole and not first),
        ("h1_lone", first and len(page.h1) == 1),
        ("h2", text in page.subheadings),
        ("part", not whole),
        ("agree", len(sources) > 1),
        ("vote", text == page.voted),
        ("vote_news", text == page.voted and page.news),
        ("jsonld_news", "jsonld" in whole and page.news),
        ("h1_main", heading is not None and heading.main),
        ("h1_home", heading is not None and heading.home),
        ("h1_linked", heading is not None and heading.linked),
        ("h1_titled", heading is not None and heading.titled),
        ("h1_short", first and words <= 2),
        ("head_without_h1", "head" in whole and not page.h1),
        ("beside_h1", beside),
        ("beside_h1_news", beside and page.news),
        *(
            (f"{name}_news_type", page.news_type and true)
            for name, true in (
                ("h1", first),
                ("jsonld", "jsonld" in whole),
                ("og", "og" in whole),
                ("head", "head" in whole),
                ("vote", text == page.voted),
                ("beside_h1", beside),
            )
        ),
        ("h1_front", page.front and first),
        ("og_front", page.front and "og" in whole),
        ("head_front", page.front and "head" in whole),
    ]


def _relations(text: str, page: _Page) -> list[tuple[str, float]]:
    def inside(other: str) -> bool:
        return text != other and text in other

    begins = page.head.startswith(text)
    return [
        ("begins_head", inside(page.head) and begins),
        ("ends_head", inside(page.head) and not begins and page.head.endswith(text)),
        ("within_head", inside(page.head) and not begins and not page.head.endswith(text)),
        ("begins_og", inside(page.og) and page.og.startswith(text)),
        ("within_og", inside(page.og) and not page.og.startswith(text)),
        ("within_h1", any(map(inside, page.h1))),
        ("within_jsonld", inside(page.ld)),
    ]


def _shares(words: frozenset[str], page: _Page) -> list[tuple[str, float]]:
    if not words:
        return []
    shared = len(words & page.slug)
    return [
        ("words_in_head", len(words & page.head_words) / len(words)),
        ("words_in_og", len(words & page.og_words) / len(words)),
        ("words_in_slug", shared / len(words)),
        ("slug_in_words", shared / len(page.slug) if page.slug else 0.0),
        ("alone", words.isdisjoint(page.head_words | page.og_words | page.slug)),
    ]


def _wording_features(text: str, entry: _Found, page: _Page, words: int) -> list[tuple[str, float]]:
    house = is_publisher_name(text, set(page.names))
    return [
        ("site_name", house),
        ("has_site_name", not house and any(len(name) >= _MIN_NAME and name in text for name in page.names)),
        ("generic", text in GENERIC),
        ("one_word", words == 1),
        ("two_words", words == 2),
        ("separator", SEPARATOR.search(_first_wording(entry)) is not None),
    ]


def _first_wording(entry: _Found) -> str:
    return next(iter((*entry.whole.values(), *entry.parts.values())))


def _wording(entry: _Found) -> str:
    """Return how a candidate is written: as in ``<title>``, which has the quotation marks that the author typed."""
    return entry.whole.get("head") or entry.parts.get("head") or _first_wording(entry)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_front(url: str) -> bool:
    try:
        return bool(url) and not urlsplit(url).path.strip("/")
    except ValueError:
        return False


def _slug(url: str) -> frozenset[str]:
    """Return the words of the last segment of a URL's path, without numbers and extension."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return frozenset()
    segment = unquote(path.rstrip("/").rpartition("/")[2]).replace("_", " ")
    return frozenset(word for word in _words(segment.rsplit(".", 1)[0]) if not word.isdigit())
