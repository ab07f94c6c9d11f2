"""Event extraction: who did what to whom, where and when, one event per verb of action in the dependency parse."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import narrative, retold, salience
from streams.nlp.events.paragraph_events import ParagraphEvents
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


def extract(
    text: str,
    parses: Mapping[int, ParsedParagraph],
    entities: EntityIndex,
    published: datetime.date | None,
    leads: Iterable[int] = (),
    title: Title | None = None,
    floor: float = salience.FLOOR,
) -> list[Event]:
    """Return the events of a document's title and of its parsed paragraphs, in this order.

    ``parses`` maps the index of a paragraph to its parse, ``published`` resolves relative dates, ``leads`` are the opening
    paragraphs. Of the text's events whose salience is at least ``floor`` the :data:`LIMIT` most salient are kept, and
    one of those that say the same.
    """
    first = set(leads)
    reported: list[narrative.Told] = []
    for k, parsed in sorted(parses.items()):
        if _ELSEWHERE.match(text, parsed.span.start):
            continue
        reported += ParagraphEvents(text, parsed, entities, published, k, leads=k in first).told()
    past = narrative.share_of_past(parses.values())
    titled, left = retold.in_title(
        _of_title(title, published, past),
        [one.event for one in reported],
        frozenset(id(one.event) for one in reported if one.will),
    )
    new = {id(event) for event in left}
    told = [
        event for event in narrative.of_news(reported, past) if event.salience >= floor and id(event) in new
    ]
    best = sorted(retold.distinct(told), key=lambda event: -event.salience)[: LIMIT - min(LIMIT, len(titled))]
    return [*titled, *sorted(best, key=lambda event: event.start)]


def _of_title(title: Title | None, published: datetime.date | None, past: float) -> list[Event]:
    """Return the events of a title; those that a word makes that may be a noun only if enough of the text is in the ``past``."""
    if title is None:
        return []
    found: list[Event] = []
    for parsed in title.parses:
        paragraph = ParagraphEvents(title.text, parsed, title.entities, published, None, leads=True)
        found += [
            one.event
            for one in paragraph.told()
            if past >= _TITLE_PAST or one.sure or one.event.kind not in _OF_NEWS_ONLY
        ]
    telling = {event.sentence_start for event in found if event.kind != "say" or event.target is not None}
    return retold.distinct(
        event
        for event in found
        if event.target is not None or event.kind != "say" or event.sentence_start not in telling
    )
