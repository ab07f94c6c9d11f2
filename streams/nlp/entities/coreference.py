"""Coreference of names within a document: mentions of one entity are merged, and its salience is computed."""

from __future__ import annotations

import bisect
import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.mention_boundaries import PLACES, LabelledSpan
from streams.records import Entity, Mention

# Weights of salience: number of mentions, position of the first one, mention in the headline, mention as a speaker. The
# features are those of Dunietz and Gillick 2014, "A New Entity Salience Task with Millions of Training Examples" (first
# location, head count, mentions, headline); the weights are ours.
_FREQUENCY, _PLACE, _HEADLINE, _ROLE = 0.45, 0.25, 0.2, 0.1
_ARTICLE = ("the ", "The ", "THE ")
# A surname that occurs so often, over so many line breaks, before a full name that ends in it, is another person's.
_STRANGER, _DISTANCE = 2, 4
_TAILS = (" group", " Group", " movement", " militia")


class EntityIndex:
    """The entities of one document, indexed by the offsets of their mentions."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.entities = tuple(entities)
        self._spans = sorted((m.start, m.end, k) for k, e in enumerate(self.entities) for m in e.mentions)
        self._starts = [start for start, _end, _k in self._spans]

    def at(self, start: int, end: int) -> Entity | None:
        """Return the entity of the first mention that overlaps ``text[start:end]``, or ``None``."""
        found = self.within(start, end)
        return found[0][2] if found else None

    def within(self, start: int, end: int) -> list[tuple[int, int, Entity]]:
        """Return the mentions that overlap ``text[start:end]``, in order, as (start, end, entity)."""
        k = max(0, bisect.bisect_left(self._starts, start) - 1)
        found = []
        while k < len(self._spans) and self._spans[k][0] < end:
            a, b, entity = self._spans[k]
            if b > start:
                found.append((a, b, self.entities[entity]))
            k += 1
        return found

    def before(self, end: int, limit: int = 50) -> list[tuple[int, int, Entity]]:
        """Return up to ``limit`` mentions that end at or before ``end``, nearest first, as (start, end, entity)."""
        k = bisect.bisect_left(self._starts, end)
        return [
            (a, b, self.entities[e]) for a, b, e in reversed(self._spans[max(0, k - limit) : k]) if b <= end
        ]


def merge(text: str, mentions: Sequence[LabelledSpan], gaz: Gazetteer | None) -> list[list[LabelledSpan]]:
    """Return the mentions grouped by entity, in order of first mention."""
    keys = _keys(text, mentions, gaz)
    groups: dict[tuple[str, str], list[LabelledSpan]] = defaultdict(list)
    for mention, key in zip(mentions, keys, strict=True):
        groups[key].append(mention)
    return sorted(groups.values(), key=lambda group: group[0].start)


def _keys(text: str, mentions: Sequence[LabelledSpan], gaz: Gazetteer | None) -> list[tuple[str, str]]:
    """Return the entity key of each mention: its label, with all kinds of place as one, and a canonical name."""
    surfaces = [normal(text[m.start : m.end]) for m in mentions]
    event_classes = ["PLACE" if m.label in PLACES else m.label for m in mentions]
    short = _acronyms(text, mentions, surfaces)
    known = set(zip(event_classes, surfaces, strict=True))
    first = _longer_names(known)
    people = _people(event_classes, surfaces, first)
    strangers = _strangers(text, mentions, event_classes, surfaces)
    last: dict[tuple[str, str], str] = {}  # word of a full name -> the latest such name
    keys = []
    for mention, kind, surface in zip(mentions, event_classes, surfaces, strict=True):
        name = surface
        if gaz is not None and surface.casefold() in gaz.aliases and kind != "PERSON":
            name = gaz.aliases[surface.casefold()]
        elif (kind, surface) in short:
            name = short[kind, surface]
        elif kind == "PERSON":
            row = surface.split()
            if surface in strangers:
                name = surface
            elif len(row) == 1:
                name = people.get(surface) or last.get((kind, surface)) or first.get((kind, surface), surface)
                if (
                    gaz is not None
                    and name.split()[0] == surface
                    and gaz.is_titled(text, mention.start, surface)
                ):
                    name = surface
            else:
                name = first.get((kind, surface), surface)
                for word in (row[-1], _surname(row[-1]), row[0]):
                    last[kind, word] = name
        elif kind == "ORG":
            name = first.get((kind, surface), surface)
        if kind == "NORP":
            name = _singular(name)
        keys.append((kind, name.casefold()))
    return keys


def _people(
    kinds: Sequence[str], surfaces: Sequence[str], longer: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """Return surname -> the full name of the person who is meant, where several people have it and one is named most.

    Of equally frequent ones the latest before each mention is meant.
    """
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, surface in zip(kinds, surfaces, strict=True):
        row = surface.split()
        if kind == "PERSON" and len(row) > 1:
            for word in {row[-1], _surname(row[-1])}:
                named[word][longer.get((kind, surface), surface)] += 1
    chosen = {}
    for word, names in named.items():
        ranked = names.most_common(2)
        if len(ranked) > 1 and ranked[0][1] > ranked[1][1]:
            chosen[word] = ranked[0][0]
    return chosen


def _strangers(
    text: str, mentions: Sequence[LabelledSpan], kinds: Sequence[str], surfaces: Sequence[str]
) -> set[str]:
    """Return the surnames that are not those of the people named in full in the text.

    Whoever is known to all readers is named by surname before another of the family appears: "Trump" of the first
    paragraphs is not the "Ivanka Trump" of a later one, although no other full name is in the text. Headlines and leads
    name by surname whom the next paragraph names in full, hence the distance.
    """
    full: dict[str, int] = {}  # surname -> start of its first full name
    bare: dict[str, list[int]] = defaultdict(list)
    for mention, kind, surface in zip(mentions, kinds, surfaces, strict=True):
        row = surface.split()
        if kind != "PERSON":
            continue
        if len(row) == 1:
            bare[surface].append(mention.start)
        else:
            for word in {row[-1], _surname(row[-1])}:
                full.setdefault(word, mention.start)
    return {
        word
        for word, starts in bare.items()
        if word in full
        and sum(start < full[word] for start in starts) >= _STRANGER
        and text.count("\n", starts[0], full[word]) >= _DISTANCE
    }


def _plain(surface: str) -> str:
    """Return a name without accents: "François" and "Francois" are the same."""
    if surface.isascii():
        return surface
    decomposed = unicodedata.normalize("NFD", surface)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))


def _surname(word: str) -> str:
    """Return the part of a last name that is used alone: "Assad" of "al-Assad"."""
    head, hyphen, rest = word.partition("-")
    return rest if hyphen and head.lower() in ("al", "el", "ul", "as", "ad", "ibn", "bin") and rest else word


def normal(surface: str) -> str:
    """Return the form of a name for comparison: single spaces, no accents, article or suffix such as "group", no all-caps."""
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
    """Return (label, short form) -> the full name in the document that it may stand for.

    An ambiguous short form of an organisation has no entry; one of a person maps to the shortest full name.
    """
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


def _acronyms(
    text: str, mentions: Sequence[LabelledSpan], surfaces: Sequence[str]
) -> dict[tuple[str, str], str]:
    """Return the acronyms that the text defines, "Islamic State (IS)", or that are the initials of a name in it."""
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
    text: str, groups: Sequence[Sequence[LabelledSpan]], headline_end: int, actors: Counter[int]
) -> list[Entity]:
    """Return the entities for groups of mentions, with salience between 0 and 1.

    ``headline_end`` is the end of the first paragraph; ``actors`` counts the quotations by the start offset of their
    speaker's mention.
    """
    if not groups:
        return []
    most = max(len(group) for group in groups)
    entities = []
    for number, group in enumerate(groups, start=1):
        salience = _salience(group, most, len(text), headline_end, actors)
        entities.append(
            Entity(
                id=f"e{number}",
                text=_name(text, group),
                label=Counter(m.label for m in group).most_common(1)[0][0],
                mentions=tuple(Mention(start=m.start, end=m.end) for m in group),
                salience=round(salience, 3),
                probability=max((m.probability for m in group if m.probability is not None), default=None),
            )
        )
    return entities


def with_actors(
    entities: Sequence[Entity],
    text: str,
    groups: Sequence[Sequence[LabelledSpan]],
    headline_end: int,
    actors: Counter[int],
) -> list[Entity]:
    """Return the entities that :func:`describe` gave for ``groups`` without actors as it gives them with these."""
    most = max((len(group) for group in groups), default=0)
    return [
        msgspec.structs.replace(
            entity, salience=round(_salience(group, most, len(text), headline_end, actors), 3)
        )
        if any(m.start in actors for m in group)
        else entity
        for entity, group in zip(entities, groups, strict=True)
    ]


def _salience(
    group: Sequence[LabelledSpan], most: int, length: int, headline_end: int, actors: Counter[int]
) -> float:
    """Return the salience of the entity of a group, in a text of ``length`` characters whose largest group has ``most`` mentions."""
    first = group[0].start
    return (
        _FREQUENCY * math.log1p(len(group)) / math.log1p(most)
        + _PLACE * (1 - first / max(1, length))
        + _HEADLINE * (first < headline_end)
        + _ROLE * min(1, sum(actors[m.start] for m in group))
    )


def _name(text: str, group: Sequence[LabelledSpan]) -> str:
    """Return the display name: for a person the form with most words, otherwise the most frequent form."""
    surfaces = Counter(" ".join(text[m.start : m.end].split()) for m in group)
    mixed = {s: n for s, n in surfaces.items() if not (s.isupper() and len(s) > 5)} or dict(surfaces)
    if group[0].label == "PERSON":
        return max(mixed, key=lambda s: (len(s.split()), mixed[s], s))
    return max(mixed, key=lambda s: (mixed[s], len(s), s))
