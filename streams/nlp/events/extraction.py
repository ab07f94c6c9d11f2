"""Event extraction: who did what to whom, where and when, one event per verb of action in the dependency parse."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import narrative, retold, salience
from streams.nlp.events.paragraph_events import ParagraphEvents
from streams.nlp.quotes.definite_nouns import DefiniteNouns
from streams.nlp.quotes.references import References
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event

#: Maximum number of events per document.
LIMIT = 40
# A line that names another article: "Read more: ...", "SEE ALSO | ...".
_ELSEWHERE = re.compile(
    r"(?:(?:(?:also|must)[ -])?(?:read|see|watch|listen|explore)(?: (?:more|also|next|now|here|this))?|more|related(?: \w+)?"
    r"|recommended(?: \w+)?|don.t miss|editor.s picks?)\s?[:|»>]",
    re.IGNORECASE,
)
# Classes of a title's events that only news has: a word of a guide's title is soon taken for a verb.
_OF_NEWS_ONLY = frozenset({"other", "make", "trade", "win", "yield", "attack", "decide"})
_TITLE_PAST = 0.28  # share of a text's verbs in the past from which on it has them


class Title(NamedTuple):
    """A document's title: its text, its parsed parts and the entities of the document that it names, by offsets into it."""

    text: str
    parses: Sequence[ParsedParagraph]
    entities: EntityIndex


class Candidates(NamedTuple):
    """What a document tells: of its title, of its text, and the share of the text's verbs that are in the past."""

    titled: Sequence[narrative.Told]
    told: Sequence[narrative.Told]
    past: float


def candidates(
    text: str,
    parses: Mapping[int, ParsedParagraph],
    entities: EntityIndex,
    published: datetime.date | None,
    leads: Iterable[int] = (),
    title: Title | None = None,
    *,
    broad: bool = False,
) -> Candidates:
    """Return what a document's title and its parsed paragraphs tell.

    ``parses`` maps the index of a paragraph to its parse, ``published`` resolves relative dates, ``leads`` are the opening
    paragraphs. ``broad`` adds what the rules leave out, and the features of all.
    """
    first = set(leads)
    quotations = [q for parsed in parses.values() for q in parsed.quotations]
    references = DefiniteNouns(text, entities, References(text, entities, quotations))
    told: list[narrative.Told] = []
    for k, parsed in sorted(parses.items()):
        if not _ELSEWHERE.match(text, parsed.span.start):
            paragraph = ParagraphEvents(
                text, parsed, entities, published, k, leads=k in first, references=references, broad=broad
            )
            told += paragraph.told()
    titled: list[narrative.Told] = []
    if title is not None:
        for parsed in title.parses:
            heading = ParagraphEvents(
                title.text, parsed, title.entities, published, None, leads=True, broad=broad
            )
            titled += heading.told()
    return Candidates(titled, told, narrative.share_of_past(parses.values()))


def choose(found: Candidates, floor: float = salience.FLOOR) -> list[Event]:
    """Return the events of a document: of its title, then of its text.

    Of the text's events whose salience is at least ``floor`` the :data:`LIMIT` most salient are kept, and
    one of those that say the same.
    """
    reported = [one for one in found.told if one.kept]
    titled, left = _as_one(_of_title(found), reported)
    new = {id(event) for event in left}
    told = [
        event
        for event in narrative.of_news(reported, found.past)
        if event.salience >= floor and id(event) in new
    ]
    best = sorted(retold.distinct(told), key=lambda event: -event.salience)[: LIMIT - min(LIMIT, len(titled))]
    return [*titled, *sorted(best, key=lambda event: event.start)]


def distinct(found: Candidates) -> list[narrative.Told]:
    """Return all candidates, of the title first, each fact once and with what all its tellings say."""
    numbered = [
        one._replace(event=replace(one.event, id=str(k)))
        for k, one in enumerate((*found.titled, *found.told))
    ]
    count = len(found.titled)
    titled, left = _as_one([one.event for one in numbered[:count]], numbered[count:])
    events = [*retold.distinct(titled), *retold.distinct(left)]
    return [numbered[int(event.id)]._replace(event=replace(event, id="")) for event in events]


def _as_one(titled: Sequence[Event], told: Sequence[narrative.Told]) -> tuple[list[Event], list[Event]]:
    """Return the title's events with what the text says of them besides, and the other events of the text."""
    return retold.in_title(
        titled, [one.event for one in told], frozenset(id(one.event) for one in told if one.will)
    )


def _of_title(found: Candidates) -> list[Event]:
    """Return the events of a title; those that a word makes that may be a noun only if enough of the text is in the past."""
    told = [
        one.event
        for one in found.titled
        if one.kept and (found.past >= _TITLE_PAST or one.sure or one.event.kind not in _OF_NEWS_ONLY)
    ]
    telling = {event.sentence_start for event in told if event.kind != "say" or event.target is not None}
    return retold.distinct(
        event
        for event in told
        if event.target is not None or event.kind != "say" or event.sentence_start not in telling
    )
