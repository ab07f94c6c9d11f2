"""The features by which :mod:`.title` ranks the texts that may be the title of a page."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import msgspec

from streams.cleaning.metadata.declared import Heading
from streams.cleaning.metadata.title_vote import GENERIC, fold, is_publisher_name, separators

_WORD = re.compile(r"\w+")
_BRACKETS = re.compile(r"[(\[{]")
_MIN_NAME = 4  # code points of a site's name that count within a longer text
_MIN_WORDS = 3
_CONTAINING = ("head", "og", "jsonld", "twitter", "name", "cited")  # statements that a part may be cut from

# Every feature of a candidate, 0 or 1 unless said otherwise. Sources: the text is what they state, whole.
FEATURES = (
    "h1_first", "h1_later", "h1_lone",  # the first h1, another one, the only one
    "og", "twitter", "jsonld", "cited", "head", "h2",
    "part",  # no source states it whole
    "agree",  # two sources or more state it, whole or as a part
    "sources",  # how many state it whole, 0 to 1.2
    "vote", "vote_news", "jsonld_news",  # _news: and the page's JSON-LD describes an article
    # Relations to other statements; shares of words or letters, 0 to 1
    "begins_head", "ends_head", "within_head", "begins_og", "within_og", "within_h1", "within_jsonld",
    "words_in_head", "words_in_og", "words_in_slug", "slug_in_words", "words_in_path", "words_in_h2",
    "cut",  # of a part: the share of the letters of the statement that it leaves away
    "alone",  # no word of it is in <title>, og:title or URL
    # The text itself
    "site_name", "has_site_name", "generic", "one_word", "two_words", "separator", "colon", "brackets",
    "length",  # the logarithm of its words, about 0 to 1
    # The h1's markup (declared.Heading), its agreement with other titles and with the address
    "h1_main", "h1_home", "h1_linked", "h1_titled", "h1_short", "h1_agrees", "h1_in_slug",
    "head_without_h1",
    "lead", "beside_lead",  # the first h1 that is no name of the site and shares a word with other statements; another text
    "beside_h1", "beside_h1_news",  # it is no h1, and the page has one that may well be the title
    "words_beside_h1",  # of another text than the first h1: the share of their words that they share
    # On pages whose JSON-LD is of a type of news, whose titles are what the publisher states
    "h1_news_type", "jsonld_news_type", "og_news_type", "head_news_type", "vote_news_type", "beside_h1_news_type",
    "h1_front", "og_front", "head_front",  # on the front page of a site, whose title is often what no heading says
)  # fmt: skip
# Features that a feature has of its own on pages of one kind.
_NEWS = [(f"{name}_news", name) for name in ("vote", "jsonld", "beside_h1")]
_NEWS_TYPE = [("h1_news_type", "h1_first"), *((f"{name}_news_type", name) for name in ("jsonld", "og", "head", "vote", "beside_h1"))]  # fmt: skip
_FRONT = [("h1_front", "h1_first"), ("og_front", "og"), ("head_front", "head")]


class Stated(msgspec.Struct):
    """A candidate: its wordings by the sources that state it whole, and by those of which it is a part."""

    whole: dict[str, str] = {}
    parts: dict[str, str] = {}

    def wording(self) -> str:
        """Return how it is written: as in ``<title>``, which has the quotation marks that the author typed, or as in the h1."""
        for source in ("head", "h1_first", "h1_later"):
            if text := self.whole.get(source) or self.parts.get(source):
                return text
        return self.first()

    def first(self) -> str:
        """Return the wording of its first source."""
        return next(iter((*self.whole.values(), *self.parts.values())))


class TitlePage:
    """What all candidates of a page are compared with; texts and names are folded, words in lower case."""

    def __init__(
        self,
        stated: dict[str, str],
        headings: list[Heading],
        subheadings: Iterable[str],
        names: frozenset[str],
        voted: str,
        url: str,
    ) -> None:
        self.texts = {source: fold(text) for source, text in stated.items()}
        self.h1 = {fold(heading.text): heading for heading in reversed(headings)}
        self.names = set(names)
        self.voted = fold(voted)
        self.head_words = words_of(stated.get("head", ""))
        self.og_words = words_of(stated.get("og", ""))
        self.h1_words = words_of(headings[0].text if headings else "")
        self.subheadings = {fold(text): words_of(text) for text in subheadings}
        path = _path(url)
        self.front = bool(url) and path is not None and not path.strip("/")
        self.path_words = words_of(unquote(path or "").replace("_", " "))
        self.slug = _slug(path or "")
        self.h1_agreement = max(
            (_alike(self.h1_words, words_of(text)) for text in stated.values()), default=0.0
        )
        h1 = fold(headings[0].text) if headings else ""
        self.comparable_h1 = bool(h1) and not is_publisher_name(h1, self.names)
        self.lead = next(filter(self._may_lead, (fold(heading.text) for heading in headings)), "")

    def statements(self) -> list[str]:
        """Return the declared titles that a part may be cut from, folded."""
        return [self.texts[source] for source in _CONTAINING if source in self.texts]

    def _may_lead(self, folded: str) -> bool:
        return (
            folded not in GENERIC
            and self._shares_words(words_of(self.h1[folded].text))
            and not is_publisher_name(folded, self.names)
        )

    def _shares_words(self, words: frozenset[str]) -> bool:
        return not words.isdisjoint(self.head_words | self.og_words | self.slug)

    @functools.cached_property
    def has_titled_h1(self) -> bool:
        """Whether an h1 may well be the title: of three words or more, some of them in other statements, and no site's name."""
        return any(
            not heading.home
            and len(words := words_of(heading.text)) >= _MIN_WORDS
            and self._shares_words(words)
            and not is_publisher_name(folded, self.names)
            for folded, heading in self.h1.items()
        )


def features(text: str, entry: Stated, page: TitlePage, *, news: bool, news_type: bool) -> dict[str, float]:
    """Return the features of a candidate that are not 0. ``text`` is its folded text.

    ``news``: the JSON-LD of the page describes an article; ``news_type``: one of news.
    """
    wording = entry.wording()
    listed = _WORD.findall(wording.casefold())
    words = frozenset(listed)
    values = {
        **_sources(text, entry, page, len(listed)),
        **_relations(text, page),
        **_shares(text, words, entry, page),
        **_wording_features(text, wording, entry, page, len(listed)),
        **_heading_features(text, words, entry, page),
    }
    for holds, crossed in ((news, _NEWS), (news_type, _NEWS_TYPE), (page.front, _FRONT)):
        if holds:
            values.update([(name, values[source]) for name, source in crossed])
    return {name: float(value) for name, value in values.items() if value}


def _sources(text: str, entry: Stated, page: TitlePage, words: int) -> dict[str, float]:
    whole = entry.whole
    first = "h1_first" in whole
    later = "h1_later" in whole and not first
    sources = {source.partition("_")[0] for source in (*whole, *entry.parts)} - {"vote"}
    stated = [source for source in ("og", "twitter", "jsonld", "cited", "head") if source in whole]
    return {
        "jsonld": 0.0,
        "og": 0.0,
        "head": 0.0,
        **dict.fromkeys(stated, 1.0),
        "h1_first": first,
        "h1_later": later,
        "h1_lone": first and len(page.h1) == 1,
        "h1_short": first and words <= 2,
        "h2": text in page.subheadings,
        "part": not whole,
        "agree": len(sources) > 1,
        "sources": (len(stated) + first + later) / 5,
        "vote": text == page.voted,
        "head_without_h1": "head" in whole and not page.h1,
    }


def _relations(text: str, page: TitlePage) -> dict[str, float]:
    head, og, declared = (page.texts.get(source, "") for source in ("head", "og", "jsonld"))

    def inside(other: str) -> bool:
        return text != other and text in other

    begins = head.startswith(text)
    return {
        "begins_head": inside(head) and begins,
        "ends_head": inside(head) and not begins and head.endswith(text),
        "within_head": inside(head) and not begins and not head.endswith(text),
        "begins_og": inside(og) and og.startswith(text),
        "within_og": inside(og) and not og.startswith(text),
        "within_h1": any(map(inside, page.h1)),
        "within_jsonld": inside(declared),
    }


def _shares(text: str, words: frozenset[str], entry: Stated, page: TitlePage) -> dict[str, float]:
    if not words:
        return {}
    shared = len(words & page.slug)
    around = "" if entry.whole else next(filter(functools.partial(_holds, text), page.statements()), "")
    return {
        "words_in_head": len(words & page.head_words) / len(words),
        "words_in_og": len(words & page.og_words) / len(words),
        "words_in_slug": shared / len(words),
        "slug_in_words": shared / len(page.slug) if page.slug else 0.0,
        "words_in_path": len(words & page.path_words) / len(words),
        "words_in_h2": max((_alike(words, others) for others in page.subheadings.values()), default=0.0),
        "cut": 1 - len(text) / len(around) if around else 0.0,
        "alone": words.isdisjoint(page.head_words | page.og_words | page.slug),
    }


def _wording_features(
    text: str, wording: str, entry: Stated, page: TitlePage, words: int
) -> dict[str, float]:
    house = is_publisher_name(text, page.names)
    return {
        "site_name": house,
        "has_site_name": not house and any(len(name) >= _MIN_NAME and name in text for name in page.names),
        "generic": text in GENERIC,
        "one_word": words == 1,
        "two_words": words == 2,
        "length": math.log1p(words) / 3,
        "separator": bool(separators(entry.first())),
        "colon": ":" in wording,
        "brackets": _BRACKETS.search(wording) is not None,
    }


def _heading_features(text: str, words: frozenset[str], entry: Stated, page: TitlePage) -> dict[str, float]:
    heading = page.h1.get(text)
    first = "h1_first" in entry.whole
    return {
        "h1_main": heading is not None and heading.main,
        "h1_home": heading is not None and heading.home,
        "h1_linked": heading is not None and heading.linked,
        "h1_titled": heading is not None and heading.titled,
        "h1_agrees": page.h1_agreement if first else 0.0,
        "h1_in_slug": len(words & page.slug) / len(page.slug) if first and page.slug else 0.0,
        "lead": text == page.lead,
        "beside_lead": bool(page.lead) and text != page.lead,
        "beside_h1": heading is None and page.has_titled_h1,
        "words_beside_h1": _alike(words, page.h1_words) if page.comparable_h1 and not first else 0.0,
    }


def _holds(text: str, statement: str) -> bool:
    return text != statement and text in statement


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, in lower case."""
    return frozenset(_WORD.findall(text.casefold()))


def _alike(some: frozenset[str], others: frozenset[str]) -> float:
    """Return the share of the words of two texts that both have."""
    return len(some & others) / len(some | others) if some or others else 0.0


def _path(url: str) -> str | None:
    try:
        return urlsplit(url).path
    except ValueError:
        return None


def _slug(path: str) -> frozenset[str]:
    """Return the words of the last segment of a path, without numbers and extension."""
    segment = unquote(path.rstrip("/").rpartition("/")[2]).replace("_", " ")
    return frozenset(word for word in words_of(segment.rsplit(".", 1)[0]) if not word.isdigit())
