"""Event extraction: who did what to whom, where and when, one event per verb of action in the dependency parse."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import narrative, retold
from streams.nlp.events.classes import choice
from streams.nlp.events.headlines import forms
from streams.nlp.events.paragraph_events import ParagraphEvents, Told
from streams.nlp.events.worth import features, probability
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.quotes.references import References
from streams.nlp.references.meaning import Meanings
from streams.nlp.syntax import verbs
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event, PageType

#: Maximum number of events per document.
LIMIT = 40
_TOLD = 0.4  # share of verbs in the past from which on a text is one of news
# Shares of the least probability that are asked of the most probable event of such a text's title, and of events of the text whose verb
# has frames, none of which is of an event: below it 6 of 19 that were read were good and 9 wrong, above it 71 of 100 and 17.
_MAIN, _UNFRAMED = 0.5, 1.5
_DOUBT = "doubt_frame"
# Features of candidates that do not tell how a document tells of things: a text that cites much is no less one of news.
_UNCOUNTED = frozenset({_DOUBT, features.SAID})
# A line that names another article: "Read more: ...", "SEE ALSO | ...".
_ELSEWHERE = re.compile(
    r"(?:(?:(?:also|must)[ -])?(?:read|see|watch|listen|explore)(?: (?:more|also|next|now|here|this))?|more|related(?: \w+)?"
    r"|recommended(?: \w+)?|don.t miss|editor.s picks?)\s?[:|»>]",
    re.IGNORECASE,
)


class Title(NamedTuple):
    """A document's title: its text, its parsed parts and the entities of the document that it names, by offsets into it."""

    text: str
    parses: Sequence[ParsedParagraph]
    entities: EntityIndex


class Candidates(NamedTuple):
    """What a document may tell: of its title, of its text, and how it tells of things."""

    titled: Sequence[Told]
    told: Sequence[Told]
    about: features.Telling


class Candidate(NamedTuple):
    """A candidate with what all its tellings say, and its features."""

    event: Event
    features: features.Features


def candidates(
    text: str,
    parses: Mapping[int, ParsedParagraph],
    entities: EntityIndex,
    published: datetime.date | None,
    leads: Iterable[int] = (),
    title: Title | None = None,
    page_type: PageType | None = None,
    meanings: Meanings | None = None,
) -> Candidates:
    """Return what a document's title and its parsed paragraphs may tell.

    ``parses`` maps the index of a paragraph to its parse, ``published`` resolves relative dates, ``leads`` are the opening
    paragraphs. A text whose ``page_type`` is not known is taken for an article. ``meanings`` tells what pronouns and descriptions stand for.
    """
    first = set(leads)
    quotations = [q for parsed in parses.values() for q in parsed.quotations]
    walked = References(text, entities, quotations)
    named = title.entities.entities if title is not None else ()
    references = DefiniteNouns(text, entities, walked, named)
    classes = _classes(text, [*parses.values(), *(title.parses if title is not None else ())])
    told: list[Told] = []
    for k, parsed in sorted(parses.items()):
        line = text.rfind("\n", 0, parsed.span.start) + 1  # a caption behind a bar is a paragraph of its own
        if not _ELSEWHERE.match(text, line):
            paragraph = ParagraphEvents(
                text,
                parsed,
                entities,
                published,
                k,
                leads=k in first,
                references=references,
                meanings=meanings,
                classes=classes,
            )
            told += paragraph.told()
    titled: list[Told] = []
    if title is not None and title.parses:
        use = narrative.WordUse.of(parses.values())
        for parsed in title.parses:
            paragraph = ParagraphEvents(
                title.text,
                parsed,
                title.entities,
                published,
                None,
                leads=True,
                meanings=meanings,
                classes=classes,
            )
            titled += (one for one in paragraph.told() if not _is_noun(one, title.text, use))
    past = narrative.share_of_past(parses.values())
    counted = [*titled, *(one for one in told if _UNCOUNTED.isdisjoint(one.features))]
    count = len(counted)
    kept = sum("rules" in one.features for one in counted) / max(1, count)
    about = features.Telling(
        past,
        kept,
        len(text),
        published is not None,
        count,
        features.addressed(text),
        page_type or PageType.ARTICLE,
    )
    return Candidates(titled, told, about)


def _classes(text: str, parses: Sequence[ParsedParagraph]) -> choice.Chooser | None:
    return choice.of_document(text, parses[0].doc.vocab) if parses else None


def _is_noun(one: Told, title: str, use: narrative.WordUse) -> bool:
    """Return whether the verb of a title is rather a noun, by how the text uses it: "State Swim Results", "Beginner Marathon Plan"."""
    event = one.event
    if one.main:
        return False
    lemma, form = event.action.partition(" ")[0], title[event.start : event.end]
    led = title[: event.start].rstrip().lower().endswith((" to", " will", " not"))
    if led or lemma in use.verbs or not forms.may_be_noun(form, lemma):
        return False
    if lemma not in verbs.all_forms():  # "wreaks havoc", not "rankings" or "workflows at the archive"
        return not (form.endswith("s") and event.target is not None and "title_sure" in one.features)
    ends = not any(character.isalnum() for character in title[event.end :])
    return "title_sure" not in one.features and (ends or form.lower() in use.nouns)


def choose(found: Candidates, least: float) -> list[Event]:
    """Return the events of a document whose probability is at least ``least``, of its title, then of its text.

    They are at most :data:`LIMIT`, the most probable. For the most probable one of the title of a text that is told in the past, half of
    ``least`` is enough. Those of the text whose verb has frames, none of which is of an event, need half as much again.
    """
    known = probability.weights()
    facts = distinct(found)
    events = [
        replace(one.event, probability=round(probability.probability(one.features, known), 3))
        for one in facts
    ]
    titled = [k for k, event in enumerate(events) if event.source == "title"]
    main = max(titled, key=lambda k: events[k].probability, default=None)
    if found.about.past < _TOLD:
        main = None
    likely = [
        event
        for k, (event, one) in enumerate(zip(events, facts, strict=True))
        if event.probability >= least * (_MAIN if k == main else _UNFRAMED if _is_unframed(one) else 1)
    ]
    best = sorted(range(len(likely)), key=lambda k: -likely[k].probability)[:LIMIT]
    return [likely[k] for k in sorted(best)]


def _is_unframed(one: Candidate) -> bool:
    """Return whether the verb of an event of the text has frames, none of which is of an event."""
    return one.event.source == "text" and _DOUBT in one.features


def distinct(found: Candidates) -> list[Candidate]:
    """Return all candidates, of the title first, each fact once and with what all its tellings say."""
    tellings = [*found.titled, *found.told]
    numbered = [replace(one.event, id=str(k)) for k, one in enumerate(tellings)]
    count = len(found.titled)
    coming = frozenset(id(event) for event, one in zip(numbered, tellings, strict=True) if one.will)
    titled, left = retold.in_title(numbered[:count], numbered[count:], coming)
    facts = []
    for event in (*retold.distinct(titled), *retold.distinct(left)):
        own = tellings[int(event.id)].features
        more = features.of_event(event, found.about, kept="rules" in own)
        facts.append(Candidate(replace(event, id=""), {**own, **more}))
    return facts
