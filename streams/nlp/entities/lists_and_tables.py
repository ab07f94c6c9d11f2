"""Entity recognition in lists and tables (results, standings, line-ups), which models trained on sentences get wrong.

"3. Erik Larsen (Norway) 10.21", "Hamar 2 Moss 0", "Norway - Larsen (31st), Dahl (58th)": a line is split into runs of
capitalised words, and each run is labelled by its form and its context.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.mention_boundaries import PLACES, InputParagraph, LabelledSpan

_LOWER = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")
_UPPER = re.compile(r"(?<![^\W_])[A-Z][\w'’-]*")
_DATA = re.compile(r"\d|[(][A-Z]")
# A run: initials and a surname, or up to six capitalised words with particles between them.
_RUN = re.compile(
    r"""
    (?:[A-Z]\.[ ]?){1,3}[A-Z][\w'’-]+(?:[ ](?:de[ ]|van[ ](?:der[ ])?|St[ ])?[A-Z][\w'’-]+)?          # J. R. Smith
    | (?:[A-Z][\w'’&-]*\.?)(?:[ ](?:(?:de|di|da|del|van|der|den|von|al|bin|la|le|of)[ ]){0,2}[A-Z][\w'’&-]*){0,5}   # Smith, San Diego
    """,
    re.VERBOSE,
)
_PROSE = 0.3  # maximum share of lower-case words in a row of a table; above it the line is a sentence
_SCORE = re.compile(r"[ ](?:\([A-Z]\)[ ])?\d")

_INITIALS_NAME = re.compile(r"(?:[A-Z]\.)+[A-Z]")
_ORIGIN = re.compile(r" \(([A-Z][\w. ]{2,20})\)?")  # a country behind a competitor
_CONTEXT, _ORIGIN_CONTEXT = 12, 28  # characters after a name that are looked at


def is_table(text: str) -> bool:
    """Return whether a line is a row of a table or a list of names rather than a sentence."""
    if len(text) > 400 or not _DATA.search(text):
        return False
    lower = len(_LOWER.findall(text))
    upper = len(_UPPER.findall(text))
    return upper > 0 and lower <= _PROSE * (lower + upper)


def is_lineup(text: str) -> bool:
    """Return whether a line is a line-up: a team, a colon, players separated by commas and semicolons.

    >>> is_lineup("Hamar: Iqbal; Sato, Berg (Holm 46), Costa; Adeyemi, Vance.")
    True
    """
    return ":" in text and text.count(";") >= 2 and text.count(",") >= 3 and not _LOWER.search(text)


def is_team_sport(paragraphs: Sequence[InputParagraph], gaz: Gazetteer) -> bool:
    """Return whether a document is about a team sport, so that the name of a city may be that of its team."""
    head = " ".join(paragraph.text for paragraph in paragraphs[:2]).casefold()
    if any(re.search(rf"\b{re.escape(sport)}\b", head) for sport in gaz.team_sports):
        return True
    seen: set[str] = set()
    for paragraph in paragraphs:
        seen.update(gaz.sports_words.intersection(paragraph.text.split()))
    return len(seen) >= 4


def label_row(
    paragraph: InputParagraph, found: Sequence[LabelledSpan], gaz: Gazetteer, *, teams: bool
) -> list[LabelledSpan]:
    """Return the names in a row of a table. ``found`` are the model's mentions, used where the row itself does not tell."""
    base = paragraph.span.start
    model = {(m.start - base, m.end - base): m.label for m in found}
    result = []
    lineup = is_lineup(paragraph.text)
    text = (
        paragraph.text.replace(". ", "; ") if lineup else paragraph.text
    )  # a full stop ends a team: no name crosses it
    for match in _RUN.finditer(text):
        for start, end in _split(match, gaz):
            label = _label(paragraph.text, start, end, model, gaz, teams=teams)
            if lineup and paragraph.text[start:end] not in gaz.headings:
                label = "ORG" if paragraph.text[end : end + 1] == ":" else "PERSON"
            if label is not None:
                result.append(LabelledSpan(base + start, base + end, label))
    return result


def _split(match: re.Match[str], gaz: Gazetteer) -> list[tuple[int, int]]:
    """Return the span of a run without possessive, final punctuation, and leading title or nationality; empty if none is left."""
    text = match.group()
    start, end = match.span()
    if text.endswith(("'s", "’s")):
        end -= 2
    elif text.endswith((".", "'", "’", "-")) and not re.fullmatch(r"(?:[A-Z]\.)+", text):
        end -= 1
    head, _, rest = text.partition(" ")
    if rest and (head in gaz.titles or gaz.labels.get(head) == "NORP"):
        start += len(head) + 1
    return [(start, end)] if start < end else []


def _label(
    text: str, start: int, end: int, model: Mapping[tuple[int, int], str], gaz: Gazetteer, *, teams: bool
) -> str | None:
    """Return the label of the run ``text[start:end]``, ``None`` if it is no name.

    In order: the gazetteer, the form of the name, what stands around it, and last the model's label. ``teams`` says that
    the document is about a team sport.
    """
    name = text[start:end]
    words = name.split()
    after = text[end : end + _CONTEXT]
    if len(name) < 2 or name in gaz.not_names or words[0] in gaz.headings or after[:1] == ":":
        return None
    known = gaz.labels.get(name)
    if known is not None:
        at_start = not text[max(0, start - 4) : start].strip()
        team = known == "GPE" and name not in gaz.countries and teams and (_SCORE.match(after) or at_start)
        return "ORG" if team else known
    overlapping = [label for (a, b), label in model.items() if a < end and start < b]
    predicted = overlapping[0] if overlapping else None
    return (
        _label_by_form(name, words, gaz)
        or _label_by_context(text[end:], words, predicted, gaz, teams=teams)
        or (predicted if predicted in PLACES or predicted in ("PERSON", "ORG") else None)
    )


def _label_by_form(name: str, words: Sequence[str], gaz: Gazetteer) -> str | None:
    """Return the label that the words of a name imply: initials or a given name, a suffix such as "Corp."."""
    initials = "." in words[0] and len(words[0]) <= 6 and len(words) > 1
    if initials or _INITIALS_NAME.match(name):
        return "PERSON"
    if words[-1] in gaz.organisation_ends and len(words) > 1:
        return "ORG"
    return "PERSON" if _is_full_name(words) and words[0] in gaz.given_names else None


def _label_by_context(
    after: str, words: Sequence[str], predicted: str | None, gaz: Gazetteer, *, teams: bool
) -> str | None:
    """Return the label that the text after a name implies: a country, a score, or a minute in brackets."""
    full = _is_full_name(words)
    origin = _ORIGIN.match(after[:_ORIGIN_CONTEXT])
    if origin is not None and origin.group(1) in gaz.labels and (full or predicted == "PERSON"):
        return "PERSON"
    if teams and _SCORE.match(after[:_CONTEXT]) and len(words) <= 3 and predicted != "GPE":
        return "PERSON" if predicted == "PERSON" and full else "ORG"
    return "PERSON" if after[:2] == " (" and after[2:3].isdigit() else None  # a scorer and the minute


def _is_full_name(words: Sequence[str]) -> bool:
    """Return whether a name has the number of words of a person's full name."""
    return 2 <= len(words) <= 4
