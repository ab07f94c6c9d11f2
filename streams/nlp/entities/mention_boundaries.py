"""Correction of mention boundaries: titles, possessives and numbers are cut off, and run-on names are split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.text.segments import Span


class LabelledSpan(NamedTuple):
    """A mention ``text[start:end]`` with its label in spaCy's scheme (OntoNotes), and its probability where known."""

    start: int
    end: int
    label: str
    probability: float | None = None


class InputParagraph(NamedTuple):
    """A paragraph as the model got it."""

    span: Span
    text: str
    places: tuple[tuple[int, int], ...] = ()  # places of a dateline, offsets into the line

    def piece(self, start: int, end: int) -> str:
        """Return the text between two offsets into the document."""
        return self.text[start - self.span.start : end - self.span.start]


class Word(NamedTuple):
    """A word without possessive ending, with offsets into the document."""

    start: int
    end: int
    text: str


PLACES = frozenset({"GPE", "LOC", "FAC"})
NAMES = frozenset({"PERSON", "ORG", "NORP", *PLACES})
#: Labels kept in records; numbers, dates and amounts are no entities.
KEPT = NAMES | {"EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LANGUAGE"}

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:[.&’'-]\w+)*")
_LEFT = re.compile(
    r"(?:[\W_]+|(?:the|a|an|and|of|in|at|by|from|with|vs?\.?)\s+|\d[\d,.:/=-]*\s+)", re.IGNORECASE
)
_RIGHT = re.compile(
    r"""(?:
        [’'](?:s|S)? | [\s,;:!?"“”()\[\]–—-]+          # a possessive, punctuation
      | \s\d[\w,.:/*+=-]{0,20}                          # a score, an age
      | (?<=[^\W\d_]{3})\.                              # a full stop, unless an abbreviation's (checked by the caller)
    )\Z""",
    re.VERBOSE,
)
# Addresses and names of files are no names of what is in them.
_TECHNICAL = re.compile(
    r"[@<>{}\\|]|https?:|\.(?:pdf|docx?|xlsx?|pptx?|txt|zip|html?|jpe?g|png)\Z", re.IGNORECASE
)
_LOWER = frozenset({"PERSON", "GPE"})  # labels of names that may be written without a capital
_TITLES = frozenset(
    {"M.", "MM.", "Mme", "Mlle", "Me", "Dr", "Dr.", "Herr", "Frau", "Sr.", "Sra.", "Señor", "Don", "Dott."}
)
_BREAK = re.compile(r"\s+(?:--?|–|—|\|)\s+|\s*[(\n;]\s*|\)\s*|\s{2,}|\s[’']\s")
_LIST = re.compile(r",\s+(?:and\s+)?|\s+and\s+|\s+&\s+")
# "the UN Russia" in "told the UN Russia was arming": whom somebody told it, and what about.
_TOLD = re.compile(r"\b(?:told|tells|telling|informed|reminded|assured|warned|asked)\s+(?:the\s+)?\Z")
_TOLD_OF_COUNTRY = re.compile(r"((?:the )?[A-Z]{2,6}) (.+)")
_OWNER = re.compile(r"[’']s\s+(?=[A-Z])")


def words(paragraph: str, offset: int) -> list[Word]:
    """Return the words of a line that begins at ``offset`` of the document."""
    found: list[Word] = []
    for match in _WORD.finditer(paragraph):
        text, start = match.group(), offset + match.start()
        if text[-1] in "sS" and text[-2:-1] in ("'", "’"):
            text = text[:-2] or text
        found.append(
            tuple.__new__(Word, (start, start + len(text), text))
        )  # half the time of its own ``__new__``
    return found


def correct_boundaries(
    paragraph: InputParagraph, found: Iterable[LabelledSpan], gaz: Gazetteer
) -> list[LabelledSpan]:
    """Return the model's mentions in a line with corrected boundaries, and the places of its dateline."""
    base = paragraph.span.start
    result = [LabelledSpan(base + a, base + b, "GPE") for a, b in paragraph.places]
    dated = max((mention.end for mention in result), default=0)
    for mention in found:
        if mention.label not in KEPT or mention.start < dated:
            continue
        for part in _parts(paragraph, mention, gaz):
            start, end = trim(paragraph, part, gaz)
            if start < end and is_name(paragraph.piece(start, end), part.label, gaz):
                result.append(LabelledSpan(start, end, part.label))
    return result


def _parts(paragraph: InputParagraph, mention: LabelledSpan, gaz: Gazetteer) -> Iterator[LabelledSpan]:
    """Yield the names in a mention: several if it spans a dash, a list, a possessive, or who was told of a country."""
    told = _TOLD_OF_COUNTRY.fullmatch(paragraph.piece(mention.start, mention.end))
    if told is not None and told[2] in gaz.countries and _is_told(paragraph, mention):
        middle = mention.start + told.start(2)
        yield LabelledSpan(mention.start, middle - 1, "ORG")
        yield LabelledSpan(middle, mention.end, "GPE")
        return
    for piece in _cut(paragraph, mention, _BREAK):
        if piece.label in PLACES or (piece.label in ("PERSON", "ORG") and _is_list(paragraph, piece, gaz)):
            for name in _cut(paragraph, piece, _LIST):
                yield from _owned(paragraph, name, gaz)
        else:
            yield from _owned(paragraph, piece, gaz)


def _is_told(paragraph: InputParagraph, mention: LabelledSpan) -> bool:
    """Return whether a mention stands right behind a verb of telling."""
    return _TOLD.search(paragraph.text, 0, mention.start - paragraph.span.start) is not None


def _cut(paragraph: InputParagraph, mention: LabelledSpan, at: re.Pattern[str]) -> list[LabelledSpan]:
    """Split a mention at every match of a pattern."""
    base = paragraph.span.start
    pieces = []
    start = mention.start
    for match in at.finditer(paragraph.text, mention.start - base, mention.end - base):
        pieces.append(LabelledSpan(start, base + match.start(), mention.label))
        start = base + match.end()
    pieces.append(LabelledSpan(start, mention.end, mention.label))
    return [piece for piece in pieces if piece.start < piece.end]


def _is_list(paragraph: InputParagraph, mention: LabelledSpan, gaz: Gazetteer) -> bool:
    """Return whether a mention is a list of names rather than one name that contains a comma or "and"."""
    names = [paragraph.piece(m.start, m.end) for m in _cut(paragraph, mention, _LIST)]
    if len(names) < 2 or any(
        name.split()[-1] in gaz.organisation_ends or name.endswith(".") for name in names[1:] if name.split()
    ):
        return False
    if mention.label == "PERSON":
        return all(name[:1].isupper() for name in names)
    return len(names) > 2 and all(len(name.split()) == 1 for name in names)


def _owned(paragraph: InputParagraph, mention: LabelledSpan, gaz: Gazetteer) -> Iterator[LabelledSpan]:
    """Split at a possessive if its owner is a known name: "France's Hachette" is two names, "Lloyd's Register" one."""
    match = _OWNER.search(paragraph.piece(mention.start, mention.end))
    if match is not None:
        owner = paragraph.piece(mention.start, mention.start + match.start())
        label = gaz.labels.get(owner)
        if label is None and owner.split() and owner.split()[0] in gaz.given_names and " " in owner:
            label = "PERSON"
        if label is not None:
            yield LabelledSpan(mention.start, mention.start + match.start(), label)
            mention = mention._replace(start=mention.start + match.end())
    yield mention


def trim(paragraph: InputParagraph, mention: LabelledSpan, gaz: Gazetteer) -> tuple[int, int]:
    """Return the boundaries of a mention without the words and punctuation at its ends that are no part of the name."""
    start, end, label, _probability = mention
    person = label == "PERSON"
    for _ in range(8):  # bounds the work; real mentions need fewer rounds
        piece = paragraph.piece(start, end)
        if piece in gaz.labels:
            break
        left = _LEFT.match(piece)
        if left is not None and left.end() < len(piece):
            start += left.end()
            continue
        right = _RIGHT.search(piece)
        if (
            right is not None
            and right.start() > 0
            and not (right.group() == "." and _abbreviated(piece, gaz))
        ):
            end -= len(piece) - right.start()
            continue
        head, space, rest = piece.partition(" ")
        if not space or not rest:
            break
        if label in NAMES and _superfluous(head, rest, gaz, person=person):
            start += len(head) + 1
            continue
        last = rest.rsplit(" ", 1)[-1]
        if label in NAMES and last.islower() and last.isalpha() and last.isascii() and not piece.islower():
            end -= len(last) + 1
            continue
        break
    return start, end


def _abbreviated(piece: str, gaz: Gazetteer) -> bool:
    """Return whether a final full stop belongs to the name, as in "Acme Corp." or "Ohio St."."""
    return piece.rsplit(" ", 1)[-1] in gaz.organisation_ends


def _superfluous(head: str, rest: str, gaz: Gazetteer, *, person: bool) -> bool:
    """Return whether the first word is no part of the name: a title, a nationality or a lower-case word."""
    if person and (head in gaz.titles or (gaz.labels.get(head) == "NORP" and rest[0].isupper())):
        return True
    if gaz.labels.get(head) == "NORP" and rest.split()[0] in gaz.given_names:
        return True
    return head.islower() and head.isalpha() and rest[:1].isupper() and head not in gaz.particles


def is_name(name: str, label: str, gaz: Gazetteer) -> bool:
    """Return whether a string can be a name of this label.

    People and places may be in lower case, as in comments on the web; the model is right about most of them.
    """
    if len(name) < 2 or _TECHNICAL.search(name):
        return False
    if label == "PERSON" and name.casefold() in gaz.roles:
        return False
    if not any(c.isupper() for c in name):
        return any(c.isalpha() for c in name) and (not name.isascii() or label in _LOWER)
    if name in gaz.not_names:
        return False
    return not name[0].isdigit()


def strip_mentions(
    paragraphs: Sequence[InputParagraph], raw: Sequence[Sequence[LabelledSpan]]
) -> list[LabelledSpan]:
    """Return the model's mentions for languages without a gazetteer: without punctuation and titles at the ends.

    The label PER of WikiNER models is mapped to PERSON; MISC is dropped.
    """
    result = []
    for paragraph, found in zip(paragraphs, raw, strict=True):
        for mention in found:
            label = {"PER": "PERSON"}.get(mention.label, mention.label)
            name = paragraph.piece(mention.start, mention.end)
            stripped = name.strip(" \t\"'“”«»„,.;:()[]–—-")
            if label not in KEPT or not stripped:
                continue
            start = mention.start + name.index(stripped)
            title, _, rest = stripped.partition(" ")
            if label == "PERSON" and rest and title in _TITLES:
                start, stripped = start + len(title) + 1, rest
            result.append(LabelledSpan(start, start + len(stripped), label))
    return result
