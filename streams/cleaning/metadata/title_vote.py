"""A weighted vote of a page's declared titles, each without the name of the site; one voice of several in title.py."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from streams.cleaning import text as texts
from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.text import one_line

MAX_TITLE = 400  # code points
SEPARATOR = re.compile(
    r"\s+[|·•»«>:*\-–—_/]+\s+|\s*[|｜＿ㅣ]\s*|(?<=[^\x00-\x7f])_|_(?=[^\x00-\x7f])|\s+::\s+"
)
_KICKER = re.compile(r":\s+|\s+[-–—|/]\s+")
_SHARED = 15  # common trailing letters for two titles to be the same after their kickers
_CJK_SECTION = re.compile("[\u3040-\u9fff\uac00-\ud7a3]{1,4}")
GENERIC = frozenset(
    ("home", "homepage", "index", "untitled", "document", "news", "article", "story", "lorem")
)

# Weight of each source in the vote; equal titles add up. From the share of correct titles of each source, where present,
# measured on the extraction set.
_LD, _OG, _CITED, _HEAD, _H1, _TWITTER = 3.3, 2.5, 2.3, 2.2, 2.0, 0.5


# The few titles of a page are compared again and again, so what is read of the last texts is kept: more than one page has.
_KEPT = 64
fold = functools.lru_cache(_KEPT)(texts.fold)


@functools.lru_cache(_KEPT)
def separators(text: str) -> tuple[re.Match[str], ...]:
    """Return the separators in a title."""
    return tuple(SEPARATOR.finditer(text))


def vote(declared: DeclaredMetadata, node: jsonld.Node, publisher_names: Iterable[str] = ()) -> str | None:
    """Return the title that most weight speaks for; None where the page declares none.

    ``publisher_names`` holds names of the site.
    """
    names = {fold(name) for name in publisher_names if name} - {""}
    head = one_line(declared.title)[:MAX_TITLE]
    headings = [heading.text for heading in declared.headings]
    named = [
        (_LD, jsonld.string(node, "headline") or ""),
        (_OG, declared.first("og:title") or ""),
        (
            _CITED,
            declared.first("citation_title", "parsely-title", "dc.title", "dc:title", "sailthru.title") or "",
        ),
        (_TWITTER, declared.first("twitter:title") or ""),
        *((_H1, heading) for heading in headings[:1]),
    ]
    stated = [(weight, one_line(text)[:MAX_TITLE]) for weight, text in named if text.strip()]
    stated = _without_kickers(stated)
    known = {fold(text) for _, text in stated}
    candidates = [(weight, without_site(text, names, known - {fold(text)})) for weight, text in stated]
    candidates.extend((_H1, heading) for heading in headings[1:4] if fold(heading) in known)
    if head:
        plain = without_site(head, names, known)
        confirmed = any(fold(text) == fold(plain) for _, text in candidates)
        candidates.append((_HEAD, plain if confirmed else _without_tail(plain)))
    return _elected(candidates, names)


def _without_kickers(stated: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return ``stated`` without kickers (words before a colon or dash) where two titles differ only in these."""
    parted: dict[str, list[tuple[set[str], int]]] = {}
    for at, (_, text) in enumerate(stated):
        for cut in _KICKER.finditer(text):
            end = fold(text[cut.end() :])
            if len(end) >= _SHARED:
                parted.setdefault(end, []).append((set(text[: cut.start()].casefold().split()), at))
    for end, kickers in parted.items():
        if len({frozenset(words) for words, _ in kickers}) > 1 and not set.intersection(
            *(w for w, _ in kickers)
        ):
            return [(weight, _tail(text, end)) for weight, text in stated]
    return stated


def _tail(text: str, end: str) -> str:
    """Return the part of ``text`` after a kicker that equals ``end`` when folded; all of ``text`` where none does."""
    return next((text[cut.end() :] for cut in _KICKER.finditer(text) if fold(text[cut.end() :]) == end), text)


def _without_tail(text: str) -> str:
    """Return an unconfirmed ``<title>`` without a short last part, which is most likely the site's name."""
    *_, last = (None, *separators(text))
    if last is None:
        return text
    before, after = text[: last.start()], text[last.end() :]
    long_enough = len(before.split()) >= 4 or len(before) >= 25
    return before if long_enough and len(after.split()) <= 3 and len(after) < len(before) else text


def _elected(candidates: list[tuple[float, str]], names: set[str]) -> str | None:
    votes: dict[str, float] = {}
    wording: dict[str, str] = {}
    for weight, text in candidates:
        folded = fold(text)
        if folded:
            votes[folded] = votes.get(folded, 0) + (
                weight / 10 if folded in GENERIC or folded in names else weight
            )
            wording[folded] = text  # the <title> comes last: its quotation marks are those the author typed
    if not votes:
        return None
    return wording[max(votes, key=lambda folded: votes[folded])]


def without_site(text: str, names: set[str], known: set[str]) -> str:
    """Return ``text`` without the name of the site and its sections at either end.

    ``names`` holds the site's names, ``known`` other titles that the page declares: a beginning or an end equal to one of
    those is the title. All are folded.
    """
    cuts = list(separators(text))
    for cut in cuts:
        if 2 * cut.start() > len(text) - cut.end() and fold(text[: cut.start()]) in known:
            return text[: cut.start()]
        if len(text) - cut.end() > cut.start() and fold(text[cut.end() :]) in known:
            return text[cut.end() :]
    while cuts:
        last = cuts.pop()
        if not is_publisher_name(text[last.end() :], names):
            break
        text = text[: last.start()]
    head, dash, section = text.rpartition("-")
    if dash and (fold(section) in names or _CJK_SECTION.fullmatch(section)):
        text = head  # scripts that do not hyphenate words
    first = next(iter(separators(text)), None)
    if first and is_publisher_name(text[: first.start()], names):
        text = text[first.end() :]
    return text


def is_publisher_name(part: str, names: set[str]) -> bool:
    folded = fold(part)
    return bool(folded) and any(
        folded == name
        or (len(name) > 3 and (folded.startswith(name) or name.startswith(folded)) and len(folded) > 2)
        for name in names
    )
