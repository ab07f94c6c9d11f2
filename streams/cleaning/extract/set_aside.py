"""Blocks that are no main text whatever a model says of them, because the page says what they are.

Four facts, none of them a class name: a part that speaks of cookies beside an article that does not; readers' comments by
their microdata, on pages that are no forum; those below an article by their structure; the headline once more, or where it is
no heading. A fact is ignored where no prose would be left.
``role=dialog`` is none: shops show descriptions in dialogues, and leaving those out cost .0008 of the mean F1 of 1,169 pages.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from streams.cleaning.data import table
from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.extract.comments import comment_nodes
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.title_vote import MAX_TITLE, SEPARATOR
from streams.cleaning.text import fold
from streams.records import PageType

Mask = npt.NDArray[np.bool_]

_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_ARTICLES = frozenset(("main", "article"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BEGINNING = 16  # code points of a text that are compared before the whole is
_MENTIONS = 3  # of cookies, for a part to be about them
_SPACING = 300  # code points of such a part for each mention, at most
_SENTENCE = 80  # code points from which a block without many links is prose
_MAYBE_FORUM = 0.2  # probability from which the model decides about what is declared as comments
_ENOUGH = 180  # code points of prose that have to be left: two sentences


def set_aside(blocks: BlockTree, page_type: PageType, declared: DeclaredMetadata, forum: float = 0.0) -> Mask:
    """Return which blocks the page itself sets aside. ``forum`` is the probability that the page is a forum's, whose posts may be
    declared as comments.
    """
    title = declared.headings[0].text if declared.headings else ""
    aside = np.zeros(len(blocks.texts), bool)
    prose = prose_of(blocks)
    for nodes in _parts(blocks, prose, page_type, title, forum):
        more = aside.copy()
        for node in nodes:
            more[blocks.starts[node] : blocks.ends[node]] = True
        if prose[~more].sum() >= _ENOUGH:
            aside = more
    headline = fold(title)
    stated = _stated(declared, headline) if page_type is PageType.ARTICLE else set()
    stating = _stating(blocks, {*stated, headline} - {""})
    same = [at for at, said in stating if said == headline and not aside[at]]
    aside[same[1:]] = True
    again = [at for at, said in stating if said != headline and _is_plain(blocks, at)]
    if again and prose.sum() - prose[again].sum() >= _ENOUGH:
        aside[again] = True
    return aside


def prose_of(blocks: BlockTree) -> npt.NDArray[np.int64]:
    """Return the code points of each block that is prose, 0 of another."""
    return np.array(
        [
            len(text) if len(text) >= _SENTENCE and 2 * linked < len(text) else 0
            for text, linked in zip(blocks.texts, blocks.linked, strict=True)
        ]
    )


def _stated(declared: DeclaredMetadata, headline: str) -> set[str]:
    """Return what the head of the page states as its title, folded, that is not ``headline``."""
    stated: set[str] = set()
    for title in (declared.title[:MAX_TITLE], (declared.first("og:title") or "")[:MAX_TITLE]):
        stated.add(fold(title))
        stated.update(fold(title[: cut.start()]) for cut in SEPARATOR.finditer(title))
    return stated - {"", headline}


def _is_plain(blocks: BlockTree, at: int) -> bool:
    """Whether a block is short and no heading."""
    return len(blocks.texts[at]) <= MAX_TITLE and blocks.tags[blocks.homes[at]] not in _HEADINGS


def _parts(
    blocks: BlockTree, prose: npt.NDArray[np.int64], page_type: PageType, title: str, forum: float
) -> Iterator[list[int]]:
    """Yield the nodes of parts about cookies, then of comments."""
    if not any(map(title.casefold().__contains__, table("consent")["words"])):
        yield _cookie_parts(blocks, prose)
    if page_type is not PageType.FORUM and forum < _MAYBE_FORUM:
        roles = [(node, role) for node, (_, _, role) in enumerate(blocks.names) if role and role != " "]
        yield [node for node, role in roles if "comment" in role.lower().split()]
    if page_type is PageType.ARTICLE:
        yield comment_nodes(blocks, prose)


def _cookie_parts(blocks: BlockTree, prose: npt.NDArray[np.int64]) -> list[int]:
    """Return the largest parts of the page that mention cookies often and leave prose outside, none inside another."""
    whole = "\n".join(blocks.folded)
    # bytes, for most words begin with one that hardly any page has: a third of the time
    data = whole.encode("utf-8", "surrogatepass")
    present = tuple([word for word, written in _consent_words() if written in data])
    if not present or len(_any_of(present).findall(whole)) < _MENTIONS:
        return []
    mentions = [len(_any_of(present).findall(text)) for text in blocks.folded]
    counted = list(itertools.accumulate(mentions, initial=0))
    rest = int(prose.sum()) - _ENOUGH
    within = [0, *np.cumsum(prose).tolist()]
    sizes = list(itertools.accumulate(map(len, blocks.texts), initial=0))
    found: list[int] = []
    end = 0
    article = _in_article(blocks)
    for node, (first, last) in enumerate(zip(blocks.starts, blocks.ends, strict=True)):
        many = counted[last] - counted[first]
        dense = many >= _MENTIONS and sizes[last] - sizes[first] <= _SPACING * many
        if (
            first >= end
            and last > first + 1
            and dense
            and not article[node]
            and within[last] - within[first] <= rest
        ):
            found.append(node)
            end = last
    return found


def _in_article(blocks: BlockTree) -> list[bool]:
    """Return for each node whether it is, or is inside, a ``<main>`` or ``<article>``, or has such a role: a manual has sections
    about cookies.
    """
    found: list[bool] = []
    for tag, (_, _, role), parent in zip(blocks.tags, blocks.names, blocks.parents, strict=True):
        is_one = tag in _ARTICLES or (role != " " and not _ARTICLES.isdisjoint(role.lower().split()))
        found.append(is_one or (parent >= 0 and found[parent]))
    return found


@functools.cache
def _consent_words() -> tuple[tuple[str, bytes], ...]:
    return tuple((word, word.encode()) for word in table("consent")["words"])


@functools.lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def _stating(blocks: BlockTree, titles: set[str]) -> list[tuple[int, str]]:
    """Return the blocks whose folded text is one of ``titles``, none of which is empty, with that. The first letter decides for
    most.
    """
    begin = {title[0] for title in titles}
    both = enumerate(zip(blocks.texts, blocks.folded, strict=True))
    found: list[tuple[int, str]] = []
    for at, text in [
        (at, text) for at, (text, folded) in both if folded[0] in begin or not text[0].isalnum()
    ]:
        letter = _LETTER_OR_DIGIT.search(text)
        if letter is None or letter[0].casefold()[0] not in begin:
            continue
        head = fold(text[:_BEGINNING])
        if any(title.startswith(head) for title in titles) and (said := fold(text)) in titles:
            found.append((at, said))
    return found
