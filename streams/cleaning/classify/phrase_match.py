"""Matching of statements in a block of text: page missing, forbidden, failed, a wall; with a measure of plainness.

Plainness is the share of the text that the statement makes up: high for "404 - Page not found", low for "Police found
no page of the diary".
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from streams.cleaning.classify.phrases import PAIRS, Hit, comparable, find_phrases
from streams.cleaning.classify.phrases.among import groups_among

#: Phrase groups that state an error. Supporting groups only strengthen a statement in the same language.
TROUBLE = ("absent", "denied", "failed", "down")
_SUPPORT = ("thing", "missing", "again", "sorry", "home", "error")
_HOST = re.compile(r"(?<![\w@/.-])[a-z0-9][a-z0-9-]{1,60}(?:\.[a-z]{2,12}){1,3}(?![\w-])", re.IGNORECASE)
_MAX_SEARCHED = 700  # code points of a block
_SEGMENTS = re.compile(r"\s[|–—:»·•>/-]+\s|[|»•·–—:!?。！？]|\.{2,}|\.\s")
_CODE = re.compile(r"(?<![\d.,:/$€£#])([45]\d\d)(?![\d.,:/%])")
_NAMED_CODE = re.compile(
    r"(?:^|\b(?:error|status|http)\W{0,3})(?:code\W{0,3})?[45]\d\d$|^\W{0,3}(?:error|http)\W{0,3}[45]\d\d\b",
    re.IGNORECASE,
)
_ERROR_CODE = re.compile(r"[45]\d\d")
_NO_LETTER = re.compile(r"[\s\d]+")
# Error codes in the IANA registry of HTTP status codes, and 52x and 53x of Cloudflare.
_CODES = re.compile("4(?:0\\d|1[0-7]|2[1-689]|31|51)|5(?:0[0-8]|1[01]|2[0-6]|3[03])")
_MAX_TITLE = 120  # code points of a title or heading that consists of a status code
_MAX_LABEL = 14  # letters of the one word that may stand beside a status code
_PLAIN = 0.5  # plainness of a statement that makes a status code beside it certain
_MAX_SEGMENTS = 8  # segments of a title or heading examined


class Statement(msgspec.Struct, frozen=True):
    """A statement: its group, the share of the text that belongs to it (0 to 1), its phrases, its language.

    ``paired`` if it rests on two groups in one block and on no phrase that states it alone; ``support`` is how many kinds of supporting phrases (sorry, try again, home) stand beside it.
    """

    group: str
    plainness: float
    phrases: tuple[str, ...]
    language: str
    support: int
    paired: bool = False


class _Variant(msgspec.Struct, frozen=True):
    """A text in comparable form, and the phrases found in it by language."""

    plain: str
    by_language: dict[str, list[Hit]]


@functools.lru_cache(maxsize=1024)
def _variants(text: str) -> tuple[frozenset[str], tuple[_Variant, ...]]:
    """Return the phrase groups present in ``text``, and its variants: unchanged, and without expressions of regret."""
    whole = _with_hits(comparable(text))
    if not whole.by_language:
        return frozenset(), (whole,)
    _add_hosts(whole, text)
    groups = frozenset(hit.group for hits in whole.by_language.values() for hit in hits)
    if "sorry" not in groups:
        return groups, (whole,)
    rest = _without_regrets(whole)
    if rest is None:
        return groups, (whole,)
    return groups.union(hit.group for hits in rest.by_language.values() for hit in hits), (whole, rest)


def _with_hits(plain: str) -> _Variant:
    by_language: dict[str, list[Hit]] = {}
    for hit in find_phrases(plain):
        by_language.setdefault(hit.language, []).append(hit)
    return _Variant(plain, by_language)


def _add_hosts(found: _Variant, text: str) -> None:
    """Add each host name in ``text`` as a name of a domain, in the languages that say something of a sale in it."""
    selling = [code for code, hits in found.by_language.items() if any(hit.group == "sale" for hit in hits)]
    for host in dict.fromkeys(_HOST.findall(text)) if selling else ():
        phrase = comparable(host)
        start = found.plain.find(phrase) + 1
        if start:
            for code in selling:
                found.by_language[code].append(
                    Hit(start, start + len(phrase) - 2, "domain", code, phrase.strip())
                )


def _without_regrets(whole: _Variant) -> _Variant | None:
    """The text without expressions of regret inside it, which interrupt phrases ("exists, sadly, no more"); None without any.

    The removed expressions stay as hits of their language, so that they count as support.
    """
    plain = whole.plain
    regrets = [hit for hits in whole.by_language.values() for hit in hits if hit.group == "sorry"]
    inside = [hit for hit in regrets if hit.start > 1 and hit.end < len(plain) - 1]
    if not inside:
        return None
    keep = bytearray(b"\1" * len(plain))
    for hit in inside:
        keep[hit.start : hit.end] = bytes(hit.end - hit.start)
    rest = _with_hits(_joined(plain, keep))
    for code in sorted({hit.language for hit in inside}):
        if code in rest.by_language:
            regret = next(hit for hit in inside if hit.language == code)
            rest.by_language[code].append(Hit(0, 0, "sorry", code, regret.phrase))
    return rest


def _joined(plain: str, keep: bytearray) -> str:
    words = "".join(itertools.compress(plain, keep)).split()
    return f" {' '.join(words)} "


def may_state(text: str) -> frozenset[str]:
    """Return the phrase groups that ``text`` has phrases of. Cheaper than looking for each statement."""
    return _variants(text[:_MAX_SEARCHED])[0]


@functools.cache
def triggers(groups: tuple[str, ...]) -> frozenset[str]:
    """Return the phrase groups of which a text must have one to state one of ``groups``: these, or the second of a pair."""
    return frozenset(groups).union(PAIRS[name][1] for name in groups if name in PAIRS)


def that_may_state(texts: Sequence[str], groups: tuple[str, ...]) -> list[int]:
    """Return the numbers of those of ``texts`` in which one of ``groups`` may be stated, in order.

    :func:`find_statement` finds none in the others; to tell so of all texts at once takes a fraction of its time.
    """
    single, pairs = _needed(groups)
    found = groups_among([text[:_MAX_SEARCHED] for text in texts], single.union(*pairs))
    return [
        number
        for number, own in sorted(found.items())
        if not own.isdisjoint(single) or any(pair <= own for pair in pairs)
    ]


@functools.cache
def _needed(groups: tuple[str, ...]) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """Return the groups of which one is in a text that states one of ``groups``, and the pairs of which else one is whole.

    An expression of regret is among the former: it may interrupt a phrase, which is not found then.
    """
    return frozenset(groups) | {"sorry"}, tuple(frozenset(PAIRS[name]) for name in groups if name in PAIRS)


def find_statement(text: str, groups: tuple[str, ...] = TROUBLE) -> Statement | None:
    """Return the plainest statement of one of ``groups`` in ``text``, over all languages; None if there is none."""
    present, variants = _variants(text[:_MAX_SEARCHED])
    if present.isdisjoint(triggers(groups)):
        return None
    found = [
        _statement(variant, language, own, groups)
        for variant in variants
        for language, own in variant.by_language.items()
    ]
    return max(
        (one for one in found if one), key=lambda one: (one.plainness, one.language == "en"), default=None
    )


def _statement(
    variant: _Variant, language: str, hits: list[Hit], groups: tuple[str, ...]
) -> Statement | None:
    seen: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        seen[hit.group].append(hit)
    stated = [group for group in groups if group in seen]
    relevant = [hit for group in stated for hit in seen[group]]
    paired = [name for name in groups if name in PAIRS and _is_paired(seen, *PAIRS[name])]
    relevant += [hit for name in paired for hit in seen[PAIRS[name][1]]]
    stated += [name for name in paired if name not in stated]
    if not stated:
        return None
    own = (
        set(groups) | set(_SUPPORT)
        if set(groups) & set(TROUBLE)
        else set(groups) | {"home", "again", "sorry"}.union(*(PAIRS.get(name, ()) for name in groups))
    )
    covered = _covered([hit for hit in hits if hit.group in own], variant.plain)
    group = max(
        stated,
        key=lambda name: (max((h.end - h.start for h in _stating(seen, name)), default=0), name),
    )
    # Ties are broken by spelling: the iteration order of a set differs between processes.
    phrases = sorted({hit.phrase for hit in relevant}, key=lambda phrase: (-len(phrase), phrase))
    support = sum(1 for name in ("again", "sorry", "home") if name in seen)
    return Statement(
        group,
        min(1.0, covered / max(1, len(_NO_LETTER.sub("", variant.plain)))),
        tuple(phrases[:3]),
        language,
        support,
        paired=group not in seen,
    )


def _is_paired(seen: dict[str, list[Hit]], first: str, second: str) -> bool:
    """Whether some hit of ``second`` does not overlap a hit of ``first``."""
    return any(
        a.end <= b.start or b.end <= a.start for a in seen.get(first, ()) for b in seen.get(second, ())
    )


def _stating(seen: dict[str, list[Hit]], group: str) -> list[Hit]:
    """The hits that state ``group``: its own, else those of the second group of its pair."""
    return seen.get(group) or seen.get(PAIRS[group][1], []) if group in PAIRS else seen.get(group, [])


def _covered(hits: list[Hit], plain: str) -> int:
    """Return the number of letters covered by the hits."""
    covered = bytearray(len(plain))
    for hit in hits:
        covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
    return sum(1 for inside, c in zip(covered, plain, strict=True) if inside and c != " " and not c.isdigit())


def plainest_statement(text: str, groups: tuple[str, ...] = TROUBLE) -> Statement | None:
    """Return the plainest statement in a title or heading as a whole or in one of its segments; None if there is none."""
    if may_state(text).isdisjoint(triggers(groups)):
        return None
    parts = [part for part in _SEGMENTS.split(text[:_MAX_SEARCHED]) if part and part.strip()]
    found = [find_statement(part, groups) for part in parts[:_MAX_SEGMENTS]] if len(parts) > 1 else []
    found.append(find_statement(text, groups))
    return max((one for one in found if one), key=lambda one: one.plainness, default=None)


def has_code(text: str) -> bool:
    """Whether ``text`` has the digits of an error code anywhere: :func:`status_code` finds none in other texts."""
    return _ERROR_CODE.search(text) is not None


def status_code(text: str, named: bool = False) -> str | None:
    """Return the HTTP error code that a title or heading consists of, with hardly a word beside it; None if there is none.

    ``named``: also a code next to the word "error" at either end, whatever else the text says.

    >>> status_code("Error 404"), status_code("404 killed in floods, ministry says")
    ('404', None)
    >>> status_code("Qorvath nemui Error 404"), status_code("Qorvath nemui Error 404", named=True)
    (None, '404')
    """
    if len(text) > _MAX_TITLE or not _ERROR_CODE.search(text):
        return None
    for part in [part for part in _SEGMENTS.split(text) if part and part.strip()] or [text]:
        match = _CODE.search(part)
        if match and _CODES.fullmatch(match[1]):
            rest = (part[: match.start()] + part[match.end() :]).split()
            if len(rest) <= 1 and sum(map(len, rest)) <= _MAX_LABEL:
                return match[1]
            statement = find_statement(part)
            if statement and statement.plainness > _PLAIN:
                return match[1]
            if named and _NAMED_CODE.search(part):
                return match[1]
    return None
