"""Evidence added up by reason, and weighed against what else a page says.

In units where 3 condemns a page that has nothing else to say. The more other prose a page has, the more it takes: an
error page is short and talks about itself, an article about errors is long and does not. The weights were set on pages
of servers and sites in 65 languages and on articles, manuals and pages about errors (``tests/cleaning/classify/test_classifier.py``
holds the bounds).
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from streams.cleaning.classify.features import Features
from streams.cleaning.classify.phrases import is_foreign
from streams.records import Evidence, Reason

# Reasons that one page shows several of: their evidence is added up, and the heaviest of them is the reason named.
_ERRORS = (Reason.SOFT_404, Reason.HTTP_ERROR, Reason.MAINTENANCE)
# Walls: a status code and a server's signature come with them too, and say less.
_WALLS = (
    Reason.BOT_WALL,
    Reason.LOGIN_WALL,
    Reason.CONSENT_WALL,
    Reason.PARKED_DOMAIN,
    Reason.DEFAULT_PAGE,
)
# Front pages have boxes of these too, and many links: so many outweigh one point.
_LINKS_PER_POINT = {Reason.LOGIN_WALL: 20, Reason.CONSENT_WALL: 8, Reason.BOT_WALL: 8}
_WORDS = frozenset(("title_phrase", "heading_phrase", "body_phrase"))
_STRUCTURE = frozenset(("markup", "shape", "way_back", "code", "form", "bare_error"))

TINY = 700  # weight of all text below which a page has no room for anything but one statement
_ENOUGH = 3.0
_PROSE_PER_POINT = {  # weight of other prose that outweighs one point of evidence
    Reason.LOGIN_WALL: 120,
    Reason.CONSENT_WALL: 120,
    Reason.BOT_WALL: 200,
    Reason.DEFAULT_PAGE: 500,  # they explain at length where the server's files are
}
_PROSE_PER_POINT_ELSE = 250
_DECLARED = 3.0  # what a page must be outweighed by that says of itself that it is an article
_WALL = 1.5  # points from which a wall is named on a page that its status condemns
_REDIRECTED = 3_000  # weight of prose that the page at an address of errors, log-ins or consent may have


class Reject(msgspec.Struct, frozen=True):
    """The page is no document, for this reason."""

    reason: Reason
    evidence: tuple[Evidence, ...]


class Accept(msgspec.Struct, frozen=True):
    """The page is a document. ``evidence`` is what spoke against it and did not win."""

    evidence: tuple[Evidence, ...] = ()
    paywalled: bool = False


Verdict = Reject | Accept


class Case:
    """Evidence by reason. ``own_prose`` is the weight of sentences that are evidence themselves."""

    def __init__(self, sight: Features) -> None:
        self.sight = sight
        self.points: dict[Reason, float] = defaultdict(float)
        self.found: dict[Reason, list[Evidence]] = defaultdict(list)
        self.own_prose = 0

    def add(self, reason: Reason, score: float, signal: str, detail: str) -> None:
        self.points[reason] += score
        self.found[reason].append(Evidence(signal=signal, detail=detail[:200], score=round(score, 2)))

    def verdict(self, other_prose: int) -> Verdict:
        """Condemned for the reason whose evidence outweighs ``other_prose`` by most, or accepted."""
        best: tuple[float, Reason] | None = None
        for reason in self.points:
            per_point = _PROSE_PER_POINT.get(reason, _PROSE_PER_POINT_ELSE)
            need = _ENOUGH + _DECLARED * bool(self.sight.declared)
            if not self.stands(reason):
                need += other_prose / per_point
            if reason in _LINKS_PER_POINT:
                need += self.sight.links / _LINKS_PER_POINT[reason] + (reason is Reason.LOGIN_WALL)
            margin = self.total(reason) - need
            if margin >= 0 and (
                best is None or (margin, self.points[reason]) > (best[0], self.points[best[1]])
            ):
                best = (margin, reason)
        if best is None:
            return Accept(self.against())
        named = self.named(best[1])
        told = self.evidence(best[1])
        return Reject(named, told if named in _ERRORS or named is best[1] else self.evidence(named) + told)

    def stands(self, reason: Reason) -> bool:
        """True when what needs no language condemns a page by itself, so that its sentences can only be about that."""
        sight, evidence = self.sight, self.evidence(reason)
        if sight.declared:
            return False
        if any(one.signal == "redirect" for one in evidence):
            return sight.sent_home or sight.prose <= _REDIRECTED
        if sight.weight > TINY or sight.images:
            return False
        found = [one for one in evidence if one.signal in _STRUCTURE]
        known = any(one.signal == "markup" for one in found) or is_foreign(sight.language)
        return known and sum(one.score or 0.0 for one in found) >= _ENOUGH

    def words(self, reason: Reason) -> float:
        """What titles, headings and sentences say, without what numbers and names of servers do."""
        return sum(one.score or 0.0 for one in self.found.get(reason, ()) if one.signal in _WORDS)

    def is_marked(self, reason: Reason) -> bool:
        """True for markup that only such a page has."""
        found = self.found.get(reason, ())
        return any(one.signal == "markup" and (one.score or 0.0) >= 2 * _ENOUGH for one in found)

    def total(self, reason: Reason) -> float:
        if reason in _ERRORS:
            return sum(self.points.get(other, 0.0) for other in _ERRORS)
        return self.points.get(reason, 0.0)

    def named(self, reason: Reason) -> Reason:
        """The most particular of the reasons that were added up: a wall before an error that only a number tells of,
        what is said before what is numbered; a missing page whose server says so is an HTTP error."""
        if reason not in _ERRORS:
            return reason
        wall = max(_WALLS, key=lambda one: self.points.get(one, 0.0))
        spoken = sum(map(self.words, _ERRORS))
        if self.points.get(wall, 0.0) >= max(_WALL, spoken + 0.01):
            return wall
        heaviest = max(
            _ERRORS, key=lambda one: (self.is_marked(one), self.words(one), self.points.get(one, 0.0))
        )
        reported = (self.sight.status or 0) >= 400
        return Reason.HTTP_ERROR if reported and heaviest is Reason.SOFT_404 else heaviest

    def heaviest(self) -> tuple[Reason | None, float]:
        totals = [(self.total(reason), reason) for reason in self.points]
        total, reason = max(totals, default=(0.0, None), key=lambda pair: pair[0])
        return (self.named(reason), total) if reason else (None, 0.0)

    def evidence(self, reason: Reason) -> tuple[Evidence, ...]:
        """What was found for it, the heaviest first: that is what a reader should see."""
        reasons = _ERRORS if reason in _ERRORS else (reason,)
        found = [one for other in reasons for one in self.found.get(other, ())]
        return tuple(sorted(found, key=lambda one: -(one.score or 0.0)))

    def against(self) -> tuple[Evidence, ...]:
        """What is worth telling of a page that was accepted all the same."""
        heavy = [reason for reason in self.points if self.total(reason) >= 2]
        return tuple(one for reason in heavy for one in self.found[reason])
