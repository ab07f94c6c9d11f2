"""Names in lists and tables: results, standings, scores, where no sentence tells a model what is what.

"3. Erik Larsen (Norway) 10.21", "Hamar 2 Moss 0", "Norway - Larsen (31st), Dahl (58th)": a line is taken apart
into runs of capitalised words, and what stands around a run says what it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.mention_boundaries import PLACES, Found, Line

_LOWER = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")
_UPPER = re.compile(r"(?<![^\W_])[A-Z][\w'’-]*")
_DATA = re.compile(r"\d|[(][A-Z]")
# An initial, or a capitalised word with what may stand inside it; runs of at most six with particles between.
_RUN = re.compile(
    r"""
    (?:[A-Z]\.[ ]?){1,3}[A-Z][\w'’-]+(?:[ ](?:de[ ]|van[ ](?:der[ ])?|St[ ])?[A-Z][\w'’-]+)?          # J. R. Smith
    | (?:[A-Z][\w'’&-]*\.?)(?:[ ](?:(?:de|di|da|del|van|der|den|von|al|bin|la|le|of)[ ]){0,2}[A-Z][\w'’&-]*){0,5}   # Smith, San Diego
    """,
    re.VERBOSE,
)
_PROSE = 0.3  # share of lower-case words among all words above which a line is a sentence
_SCORE = re.compile(r"[ ](?:\([A-Z]\)[ ])?\d")


def is_table(text: str) -> bool:
    """Is this line a row of a table or list of names rather than a sentence?"""
    if len(text) > 400 or not _DATA.search(text):
        return False
    lower = len(_LOWER.findall(text))
    upper = len(_UPPER.findall(text))
    return upper > 0 and lower <= _PROSE * (lower + upper)


def is_lineup(text: str) -> bool:
    """Is this a list of players: a team, a colon, names parted by commas and semicolons?

    >>> is_lineup("Hamar: Iqbal; Sato, Berg (Holm 46), Costa; Adeyemi, Vance.")
    True
    """
    return ":" in text and text.count(";") >= 2 and text.count(",") >= 3 and not _LOWER.search(text)


def is_team_sport(lines: Sequence[Line], gaz: Gazetteer) -> bool:
    """Is this document about a sport of teams, so that the name of a city may be that of its team?"""
    head = " ".join(line.text for line in lines[:2]).casefold()
    if any(re.search(rf"\b{re.escape(sport)}\b", head) for sport in gaz.team_sports):
        return True
    seen: set[str] = set()
    for line in lines:
        seen.update(gaz.sports_words.intersection(line.text.split()))
    return len(seen) >= 4


def read(line: Line, found: Sequence[Found], gaz: Gazetteer, *, teams: bool) -> list[Found]:
    """The names of a table's row; ``found`` is what the model took for names in it, heard where the row says nothing."""
    base = line.span.start
    model = {(m.start - base, m.end - base): m.label for m in found}
    result = []
    lineup = is_lineup(line.text)
    text = line.text.replace(". ", "; ") if lineup else line.text  # no name runs over the end of a team
    for match in _RUN.finditer(text):
        for start, end in _split(match, gaz):
            label = _label(line.text, start, end, model, gaz, teams=teams)
            if lineup and line.text[start:end] not in gaz.headings:
                label = "ORG" if line.text[end : end + 1] == ":" else "PERSON"
            if label is not None:
                result.append(Found(base + start, base + end, label))
    return result


def _split(match: re.Match[str], gaz: Gazetteer) -> list[tuple[int, int]]:
    """A run without a possessive, and without words in front that are no name."""
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
    name = text[start:end]
    before, after = text[max(0, start - 4) : start], text[end : end + 12]
    words = name.split()
    if len(name) < 2 or name in gaz.not_names or words[0] in gaz.headings or after[:1] == ":":
        return None
    known = gaz.labels.get(name)
    if known == "GPE" and name not in gaz.countries and teams and (_SCORE.match(after) or not before.strip()):
        return "ORG"
    if known is not None:
        return known
    if ("." in words[0] and len(words[0]) <= 6 and len(words) > 1) or re.match(r"(?:[A-Z]\.)+[A-Z]", name):
        return "PERSON"
    overlapping = [label for (a, b), label in model.items() if a < end and start < b]
    heard = overlapping[0] if overlapping else None
    if words[-1] in gaz.organisation_ends and len(words) > 1:
        return "ORG"
    full = 2 <= len(words) <= 4
    if full and words[0] in gaz.given_names:
        return "PERSON"
    origin = re.match(r" \(([A-Z][\w. ]{2,20})\)?", text[end : end + 28])
    if origin is not None and (origin.group(1) in gaz.labels) and (full or heard == "PERSON"):
        return "PERSON"
    if teams and _SCORE.match(after) and len(words) <= 3 and heard != "GPE":
        return "ORG" if heard != "PERSON" or not full else "PERSON"
    if after[:2] == " (" and after[2:3].isdigit():
        return "PERSON"  # a scorer and the minute
    if heard in PLACES or heard in ("PERSON", "ORG"):
        return heard
    return None
