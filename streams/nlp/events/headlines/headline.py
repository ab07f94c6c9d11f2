"""Headlines: the title of a document as text of its own, and the grammar of headlines.

In a headline events are in the present tense, "is" and "are" are left out ("Five killed in crash"), a comma stands for
"and" ("Hollande, Putin meet"), and an infinitive is the future ("Mexico to fight tariffs").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.entities.mention_boundaries import LabelledSpan
from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import MainVerb
from streams.nlp.text import passages, quotation_marks
from streams.nlp.text.quotation_marks import Quotation
from streams.nlp.text.segments import Span
from streams.records import Document, Entity, Mention

#: Maximum characters of a title that is analysed.
LONGEST = 300
_WORD = re.compile(r"[^\W\d_]{2}")
_SHORTEST_NAME = 2  # characters
_SHORTEST_PART = 3  # words of a part that may be a sentence
# What parts a title: a colon, a bar, a dash between spaces, an ellipsis.
_PARTS = re.compile(r"\s*(?:[|•;]|:(?=\s)|\s[–—-]\s|\.\.\.|…)\s*")


def parts(title: str) -> list[Span]:
    """Return the parts of a title that may be sentences: "Laos poisonings: hostel bosses held" has two, and the first is too short.

    >>> [("Budget 2026 | Sars to hire debt collectors")[a:b] for a, b in parts("Budget 2026 | Sars to hire debt collectors")]
    ['Sars to hire debt collectors']
    """
    if len(title) > LONGEST:
        return []
    return [span for span in _split(title) if len(title[span.start : span.end].split()) >= _SHORTEST_PART]


def _split(title: str) -> Iterator[Span]:
    start = 0
    for match in _PARTS.finditer(title):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, len(title))


def quotations(title: str, part: Span) -> tuple[list[Quotation], list[Quotation]]:
    """Return the quotations of a part of a title: those that are all of it, which somebody said, and those that are words of its sentence:
    "Cup final 'may be delayed'"."""
    said: list[Quotation] = []
    claims: list[Quotation] = []
    for quotation in quotation_marks.quotations(title, [part]):
        around = title[part.start : quotation.outer_start] + title[quotation.outer_end : part.end]
        (claims if _WORD.search(around) else said).append(quotation)
    return said, claims


def is_told(verb: Token, lemma: str, *, main: bool) -> bool:
    """Return whether a verb tells the fact of a headline although no list of actions has it: "campaigns brace for a sprint".

    ``main`` says that the verb is the main one. Verbs of being and thinking tell none, nor do questions, lists and advice.
    """
    if not is_telling(verb) or lemma in word_lists.HEADLINE_STATES:
        return False
    return main or is_use(verb) or (verb.dep_ == "xcomp" and is_prospect(verb.head))


def is_prospect(verb: Token) -> bool:
    """Return whether a participle only says that something will be: "set" in "Holm set to become minister"."""
    if verb.tag_ not in ("VBD", "VBN") or dependencies.objects(verb):
        return False
    coming = verbs.lemma(verb.text, verb.tag_) in ("set", "expect", "schedule", "slate", "tip", "poise")
    return coming and any(
        child.dep_ == "xcomp" and dependencies.is_infinitive(child) for child in verb.rights
    )


def is_telling(verb: Token) -> bool:
    """Return whether the headline of a verb tells something: it is no question, list or advice."""
    opens, end = dependencies.sentence(verb)
    first = verb.doc[opens].lower_
    return not (first in word_lists.UNTELLING_OPENINGS or first.isdigit() or verb.doc[end - 1].text == "?")


def is_use(verb: Token) -> bool:
    """Return whether an infinitive is what something was used for: "spot" in "scientists use a telescope to spot water"."""
    head = verb.head
    return (
        verb.dep_ in ("xcomp", "advcl")
        and dependencies.is_infinitive(verb)
        and head.dep_ == "ROOT"
        and verbs.lemma(head.text, head.tag_) == "use"
    )


def subject(verb: Token, lemma: str, main: MainVerb | None = None) -> tuple[Token, bool] | None:
    """Return the subject of a verb in a headline and whether the verb is passive; ``None`` if it has none.

    ``main`` is the headline's main verb.
    """
    if _is_coming(verb):
        if not dependencies.objects(verb) and lemma not in word_lists.HEADLINE_INTRANSITIVES:
            return None  # "ten keyboards to buy"
        return verb.head, dependencies.has_passive_auxiliary(verb)
    found = subjects.subject(verb)
    if found is None:
        return None
    head, passive = found
    behind = [child for child in verb.rights if child.dep_ in dependencies.ACTIVE]
    if behind and lemma in verbs.indirect_reporting():
        return behind[0], False  # "Glitches blamed on demand, says Ida Holm"
    nearest = [child for child in verb.lefts if child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE][-1:]
    if nearest and head.head is verb:
        head = nearest[
            0
        ]  # "Parise warms up, scores twice as Wild beat Sabres": "scores" is a verb, and no subject
    if main is not None and main.at == verb.i:
        return head, main.passive
    return head, passive or lacks_auxiliary(verb, lemma)


def is_mistagged(token: Token) -> bool:
    """Return whether a token that is tagged as a noun is a verb of a headline: one with a subject, "police detain owner", or with
    an object behind a comma, "Missile hits city, damages homes and schools"."""
    if token.tag_ not in ("NN", "NNS") or token.lower_ not in verbs.all_forms():
        return False
    if any(child.dep_ in dependencies.ACTIVE for child in token.lefts):
        return True
    shared = (
        token.dep_ in ("advcl", "conj")
        and dependencies.is_verb(token.head)
        and bool(dependencies.objects(token))
    )
    return shared and token.tag_ == "NNS" and token.doc[token.i - 1].text == ","


def is_coming(verb: Token) -> bool:
    """Return whether a verb is an infinitive that stands for the future: "fight" in "Mexico to fight tariffs"."""
    return _is_coming(verb) or (dependencies.is_infinitive(verb) and verb.dep_ == "ROOT")


def _is_coming(verb: Token) -> bool:
    head = verb.head
    return (
        verb.dep_ in ("relcl", "acl", "xcomp", "advcl")
        and dependencies.is_infinitive(verb)
        and head.dep_ == "ROOT"
        and head.tag_.startswith("NN")
    )


def lacks_auxiliary(verb: Token, lemma: str) -> bool:
    """Return whether a past form is a passive without its auxiliary: no object, and a verb that has one when it is active."""
    return (
        verb.tag_ in ("VBD", "VBN")
        and lemma in word_lists.HEADLINE_PASSIVES
        and (not dependencies.objects(verb) or lemma == "hand")  # "Minister handed jail term"
        and not any(child.dep_ in ("aux", "ccomp", "xcomp") for child in verb.children)
    )


def coordinated(head: Token) -> list[Token]:
    """Return the noun before a comma that shares the verb of ``head``: "Hollande" in "Hollande, Putin meet"."""
    comma = head.left_edge.i - 1
    if comma < 1 or head.doc[comma].text != ",":
        return []
    before = head.doc[comma - 1]
    opens = before.left_edge.i == dependencies.sentence(head)[0]
    return [before] if before.tag_.startswith("NN") and opens and comma - 1 < 4 else []


def repeated(document: Document, spans: Sequence[Span]) -> int | None:
    """Return the index of the opening paragraph that is the title once more, ``None`` if there is none; ``spans`` are the paragraphs."""
    title = (document.title or "").strip()
    return next(
        (k for k, span in enumerate(spans[:2]) if document.text[span.start : span.end] == title), None
    )


def closed(part: str) -> str:
    """Return a part of a title with a full stop, as the parser gets it: it finds more verbs in a sentence that ends."""
    plain = part.replace("’s", "'s").replace("n’t", "n't")  # the parser knows these better
    return plain if plain[-1:] in ".?!" else f"{plain}."


def index_names(
    title: str, text: str, entities: Sequence[Entity], predicted: Sequence[LabelledSpan]
) -> EntityIndex:
    """Return the entities that a title names, with the offsets of their mentions in the title.

    They are the document's own, found by the names that its text has for them, and those that the model predicted in the title
    besides; these have no id.
    """
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for name, entity in _names(title, text, entities):
        for start, end in passages.occurrences(title, name):
            if not any(start < b and a < end for a, b in taken):
                taken.append((start, end))
                found.append(replace(entity, mentions=(Mention(start=start, end=end),)))
    for span in predicted:
        if not any(span.start < b and a < span.end for a, b in taken):
            mention = Mention(start=span.start, end=span.end)
            found.append(Entity(text=title[span.start : span.end], label=span.label, mentions=(mention,)))
    return EntityIndex(found)


def _names(title: str, text: str, entities: Sequence[Entity]) -> Iterator[tuple[str, Entity]]:
    """Yield the names of entities that the text has for them and that are in the title, longest first."""
    names: dict[str, Entity] = {}
    for entity in entities:
        for mention in entity.mentions:
            name = text[mention.start : mention.end]
            if len(name) >= _SHORTEST_NAME and name in title:
                names.setdefault(name, entity)
    yield from sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))
