"""Which quotation marks of one family in a paragraph open, close, or are none: the roles with the least total cost.

They are found by dynamic programming over the marks, with two states after each mark: outside and inside of a quotation.
Time is linear in the number of marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from streams.nlp.text.segments import Span


class Mark(NamedTuple):
    """A quotation mark and the cost of each role."""

    start: int
    end: int
    opens: int  # cost as an opening mark
    closes: int  # cost as a closing mark
    ignored: int = 3  # cost as no quotation mark at all
    resumes: bool = False  # whether a quotation that no mark has closed may begin anew with it


#: A quotation: its opening and its closing mark (``None`` if its paragraph ends first), and whether it resumes the one before it.
Pair = tuple[Mark, Mark | None, bool]

# Costs. Those of a role: 0 where the shape or the neighbours of a mark say so, 1 to 3 against them, NEVER where the role
# is certain. The values are ours.
NEVER = 9
# Of a mark that begins a quotation anew which no mark has closed. With that of a closing mark as the first one it is more than
# that of a mark that is ignored: 'They gather here," said Holm. "We go."'
_RESUMED = 2.1
_UNCLOSED = 4  # of a quotation that its paragraph does not close
_UNCLOSED_LIKELY = (
    1.5  # the same, if it opens its paragraph or the next paragraph begins with a mark of the family
)
_UNCLOSED_CONTINUED = 0.5  # the same, if both hold

_Role = Literal["opens", "closes", "resumes", "ignored"]
#: The role of a mark, and whether it stands inside of a quotation.
_Choice = tuple[_Role, bool]


def pair(marks: Sequence[Mark], span: Span, *, goes_on: bool) -> tuple[list[Pair], bool]:
    """Return the quotations of least total cost, and whether the last one is left open.

    ``goes_on``: the next paragraph begins with a mark of the family.
    """
    shut, opened = 0.0, 1e9
    choices: list[tuple[_Choice, _Choice]] = []  # per mark, for the states outside and inside after it
    for mark in marks:
        to_shut: list[tuple[float, _Choice]] = [
            (opened + mark.closes, ("closes", True)),
            (shut + mark.ignored, ("ignored", False)),
        ]
        to_open: list[tuple[float, _Choice]] = [
            (shut + mark.opens, ("opens", False)),
            (opened + mark.ignored, ("ignored", True)),
        ]
        if mark.resumes:
            to_open.append((opened + _RESUMED, ("resumes", True)))
        (shut, if_shut), (opened, if_open) = min(to_shut, key=_cost), min(to_open, key=_cost)
        choices.append((if_shut, if_open))
    dangling = opened + _unclosed(marks, span, goes_on=goes_on) < shut
    inside = dangling
    roles: list[_Role] = []
    for if_shut, if_open in reversed(choices):
        role, inside = if_open if inside else if_shut
        roles.append(role)
    roles.reverse()
    return _pairs(marks, roles), dangling


def _cost(choice: tuple[float, _Choice]) -> float:
    return choice[0]


def _unclosed(marks: Sequence[Mark], span: Span, *, goes_on: bool) -> float:
    """Return the cost of a quotation that its paragraph does not close."""
    starts_with = bool(marks) and marks[0].start == span.start
    if goes_on and starts_with:
        return _UNCLOSED_CONTINUED
    return _UNCLOSED_LIKELY if goes_on or starts_with else _UNCLOSED


def _pairs(marks: Sequence[Mark], roles: Sequence[_Role]) -> list[Pair]:
    """Return the quotations that marks with these roles enclose; one that is resumed ends where the next one begins."""
    found: list[Pair] = []
    opening: Mark | None = None
    resumes = False
    for mark, role in zip(marks, roles, strict=True):
        if role == "ignored":
            continue
        if opening is not None:
            closing = mark if role == "closes" else mark._replace(end=mark.start)
            found.append((opening, closing, resumes))
        opening, resumes = (None, False) if role == "closes" else (mark, role == "resumes")
    if opening is not None:
        found.append((opening, None, resumes))
    return found
