"""Line-ups in sports reports, which have no sentence for a model to go by: a team, a colon, its players."""

from __future__ import annotations

import re

from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan

_LOWER = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")
# Initials and a surname, or up to four capitalised words.
_NAME = re.compile(r"(?:[A-Z]\.[ ]?){0,3}[A-Z][\w'’-]+(?:[ ][A-Z][\w'’-]*){0,3}")
_FIGURE = re.compile(r":\s*\d")  # "Attendance: 41,200"


def is_lineup(text: str) -> bool:
    """Return whether a line is a line-up: a team, a colon, players separated by commas and semicolons.

    >>> is_lineup("Hamar: Iqbal; Sato, Berg (Holm 46), Costa; Adeyemi, Vance.")
    True
    """
    return ":" in text and text.count(";") >= 2 and text.count(",") >= 3 and not _LOWER.search(text)


def label(paragraph: InputParagraph) -> list[LabelledSpan]:
    """Return the names in a line-up: teams before colons, players everywhere else."""
    base, text = paragraph.span.start, paragraph.text
    return [
        LabelledSpan(
            base + m.start(), base + m.end(), "ORG" if text[m.end() : m.end() + 1] == ":" else "PERSON"
        )
        for m in _NAME.finditer(text.replace(". ", "; "))  # a full stop ends a team: no name crosses it
        if not _FIGURE.match(text, m.end())
    ]
