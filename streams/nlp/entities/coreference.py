"""One entry an entity: the surfaces of a document merged, with every mention and how much the text is about it."""

from __future__ import annotations

import bisect
import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.mention_boundaries import PLACES, Found
from streams.records import Entity, Mention

# Shares of salience: how often, how early, in the headline, as the one who acts. The features are those of
# Dunietz and Gillick 2014, "A New Entity Salience Task with Millions of Training Examples" (first location, head
# count, mentions, headline); the weights are ours.
_FREQUENCY, _PLACE, _HEADLINE, _ROLE = 0.45, 0.25, 0.2, 0.1
_ARTICLE = ("the ", "The ", "THE ")
_TAILS = (" group", " Group", " movement", " militia")


class Directory:
    """The entities of one document, and who is named where."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.entities = tuple(entities)
        self._spans = sorted((m.start, m.end, k) for k, e in enumerate(self.entities) for m in e.mentions)
        self._starts = [start for start, _end, _k in self._spans]

    def at(self, start: int, end: int) -> Entity | None:
        """The first entity named within ``text[start:end]``, or that contains it."""
        found = self.within(start, end)
        return found[0][2] if found else None

    def within(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Mentions that overlap ``text[start:end]``, in order, with their entities."""
        k = max(0, bisect.bisect_left(self._starts, start) - 1)
        found = []
        while k < len(self._spans) and self._spans[k][0] < end:
            a, b, entity = self._spans[k]
            if b > start:
                found.append((a, b, self.entities[entity]))
            k += 1
        return found

    def before(self, end: int, limit: int = 50) -> list[tuple[int, int, Entity]]:
        """Up to ``limit`` mentions that end at or before ``end``, the nearest first."""
        k = bisect.bisect_left(self._starts, end)
        return [
            (a, b, self.entities[e]) for a, b, e in reversed(self._spans[max(0, k - limit) : k]) if b <= end
        ]


def merge(text: str, mentions: Sequence[Found], gaz: Gazetteer | None) -> list[list[Found]]:
    """Mentions grouped by the entity that they name, in order of first mention."""
    keys = _keys(text, mentions, gaz)
    groups: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for mention, key in zip(mentions, keys, strict=True):
        groups[key].append(mention)
    return sorted(groups.values(), key=lambda group: group[0].start)


def _keys(text: str, mentions: Sequence[Found], gaz: Gazetteer | None) -> list[tuple[str, str]]:
    """For each mention the entity it names: a class and a canonical name."""
    surfaces = [normal(text[m.start : m.end]) for m in mentions]
    kinds = ["PLACE" if m.label in PLACES else m.label for m in mentions]
    short = _acronyms(text, mentions, surfaces)
    known = set(zip(kinds, surfaces, strict=True))
    last: dict[tuple[str, str], str] = {}  # a word of a longer name -> that name, the newest first
    first = _longer_names(known)
    keys = []
    for kind, surface in zip(kinds, surfaces, strict=True):
        name = surface
        if gaz is not None and surface.casefold() in gaz.aliases and kind != "PERSON":
            name = gaz.aliases[surface.casefold()]
        elif (kind, surface) in short:
            name = short[kind, surface]
        elif kind == "PERSON":
            row = surface.split()
            if len(row) == 1:
                name = last.get((kind, surface)) or first.get((kind, surface), surface)
            else:
                name = first.get((kind, surface), surface)
                last[kind, row[-1]] = name
                last[kind, _surname(row[-1])] = name
                last[kind, row[0]] = name
        elif kind == "ORG":
            name = first.get((kind, surface), surface)
        if kind == "NORP":
            name = _singular(name)
        keys.append((kind, name.casefold()))
    return keys


def _plain(surface: str) -> str:
    """Without accents: "François" and "Francois" are one."""
    if surface.isascii():
        return surface
    decomposed = unicodedata.normalize("NFD", surface)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))


def _surname(word: str) -> str:
    """The part of a last word that is used alone: "al-Assad" is called "Assad"."""
    head, hyphen, rest = word.partition("-")
    return rest if hyphen and head.lower() in ("al", "el", "ul", "as", "ad", "ibn", "bin") and rest else word


def normal(surface: str) -> str:
    """A surface as it is compared: one space, no article, no word such as "group" behind it, capitals tamed."""
    surface = " ".join(_plain(surface).split()).replace("’", "'")
    for article in _ARTICLE:
        surface = surface.removeprefix(article)
    for tail in _TAILS:
        if surface.endswith(tail) and surface.count(" ") < 3:
            surface = surface.removesuffix(tail)
    if len(surface) > 5 and surface.isupper():
        surface = surface.title()
    return surface


def _longer_names(known: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """For a short form the one longer name in the document that it can stand for."""
    candidates: dict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, surface in known:
        row = surface.split()
        if kind == "PERSON" and len(row) > 1:
            candidates[kind, row[-1]].add(surface)
            candidates[kind, _surname(row[-1])].add(surface)
            candidates[kind, row[0]].add(surface)
            if len(row) > 2:
                candidates[kind, f"{row[0]} {row[-1]}"].add(surface)
                candidates[kind, " ".join(row[1:])].add(surface)
        elif kind == "ORG" and len(row) > 1:
            candidates[kind, row[0]].add(surface)
            candidates[kind, " ".join(row[:-1])].add(surface)
    return {
        key: min(names, key=lambda n: (len(n), n))
        for key, names in candidates.items()
        if len(names) == 1 or key[0] == "PERSON"
    }


def _acronyms(text: str, mentions: Sequence[Found], surfaces: Sequence[str]) -> dict[tuple[str, str], str]:
    """Short forms that the text introduces itself, "Islamic State (IS)", or that are the initials of a name in it."""
    short: dict[tuple[str, str], str] = {}
    initials: dict[str, str] = {}
    for mention, surface in zip(mentions, surfaces, strict=True):
        if mention.label != "ORG":
            continue
        row = [word for word in surface.split() if word[0].isupper()]
        if len(row) > 1:
            initials.setdefault("".join(word[0] for word in row), surface)
    for k, (mention, surface) in enumerate(zip(mentions, surfaces, strict=True)):
        plain = surface.replace(".", "")
        if not (2 <= len(plain) <= 6 and plain.isupper()):
            continue
        if k and text[mentions[k - 1].end : mention.start] == " (" and mention.label == mentions[k - 1].label:
            short["ORG", surface] = surfaces[k - 1]
        elif plain in initials and mention.label == "ORG":
            short.setdefault(("ORG", surface), initials[plain])
    return short


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and not name.endswith("ss") and len(name) > 4 else name


def describe(
    text: str, groups: Sequence[Sequence[Found]], headline_end: int, actors: Counter[int]
) -> list[Entity]:
    """Entities from groups of mentions. ``headline_end`` is where the text's first paragraph ends; ``actors``
    counts, by a mention's start, how often it is the one who acts or speaks."""
    if not groups:
        return []
    most = max(len(group) for group in groups)
    length = max(1, len(text))
    entities = []
    for group in groups:
        first = group[0].start
        salience = (
            _FREQUENCY * math.log1p(len(group)) / math.log1p(most)
            + _PLACE * (1 - first / length)
            + _HEADLINE * (first < headline_end)
            + _ROLE * min(1, sum(actors[m.start] for m in group))
        )
        entities.append(
            Entity(
                text=_name(text, group),
                label=Counter(m.label for m in group).most_common(1)[0][0],
                mentions=tuple(Mention(start=m.start, end=m.end) for m in group),
                salience=round(salience, 3),
            )
        )
    return entities


def _name(text: str, group: Sequence[Found]) -> str:
    """What to call it: a person by the fullest form, anything else by the most frequent one, the longer of equals."""
    surfaces = Counter(" ".join(text[m.start : m.end].split()) for m in group)
    mixed = {s: n for s, n in surfaces.items() if not (s.isupper() and len(s) > 5)} or dict(surfaces)
    if group[0].label == "PERSON":
        return max(mixed, key=lambda s: (len(s.split()), mixed[s], s))
    return max(mixed, key=lambda s: (mixed[s], len(s), s))
