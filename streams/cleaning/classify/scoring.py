"""Scores of the evidence against a page, summed by rejection reason and compared with the page's other prose.

A score of 3 rejects a page without other prose. The threshold grows with the amount of other prose, because error pages
are short and about themselves while articles about errors are long. Weights were tuned on error pages of servers and
sites in 65 languages and on articles, manuals and pages about errors; ``tests/cleaning/classify/test_classifier.py``
holds the bounds.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from streams.cleaning.classify.features import Features
from streams.cleaning.classify.phrases import is_foreign
from streams.records import Evidence, Reason

# Reasons that often occur together on one page: their scores are summed and the highest one is reported.
_ERRORS = (Reason.SOFT_404, Reason.HTTP_ERROR, Reason.MAINTENANCE)
# Walls also come with a status code and a server signature, which are less specific than the wall itself.
_WALLS = (
    Reason.BOT_WALL,
    Reason.LOGIN_WALL,
    Reason.CONSENT_WALL,
    Reason.PARKED_DOMAIN,
    Reason.DEFAULT_PAGE,
    Reason.EMPTY_SHELL,
)
# Links that offset one point: front pages also contain such boxes, and have many links.
_LINKS_PER_POINT = {
    Reason.LOGIN_WALL: 20,
    Reason.CONSENT_WALL: 8,
    Reason.BOT_WALL: 8,
    Reason.PARKED_DOMAIN: 15,
    Reason.EMPTY_SHELL: 8,
}
_WORDS = frozenset(("title_phrase", "heading_phrase", "body_phrase"))
_STRUCTURE = frozenset(("markup", "shape", "way_back", "code", "form", "bare_error"))

TINY = 700  # text weight up to which a page can hold only one statement
_ENOUGH = 3.0
_PROSE_PER_POINT = {  # weight of other prose that offsets one point of evidence
    Reason.LOGIN_WALL: 120,
    Reason.CONSENT_WALL: 120,
    Reason.EMPTY_SHELL: 120,
    Reason.BOT_WALL: 200,
    Reason.DEFAULT_PAGE: 500,  # they explain at length where the server's files are
}
_PROSE_PER_POINT_ELSE = 250
_DECLARED = 3.0  # added to the threshold of a page that declares itself an article
_WALL = 1.5  # score from which a wall is reported instead of an HTTP error
_REDIRECTED = 3_000  # maximum prose weight for a redirect to an error, log-in or consent URL to be conclusive


class Reject(msgspec.Struct, frozen=True):
    """The page is rejected for ``reason``."""

    reason: Reason
    evidence: tuple[Evidence, ...]


class Accept(msgspec.Struct, frozen=True):
    """The page is accepted. ``evidence`` is the evidence against it that stayed below the threshold."""

    evidence: tuple[Evidence, ...] = ()
    paywalled: bool = False


Verdict = Reject | Accept


class ReasonScores:
    """Evidence and summed scores by reason. ``own_prose`` is the text weight of sentences that are evidence themselves."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self.points: dict[Reason, float] = defaultdict(float)
        self.found: dict[Reason, list[Evidence]] = defaultdict(list)
        self.own_prose = 0
        self.languages: frozenset[str] = frozenset()  # of the statements in the title

    def add(self, reason: Reason, score: float, signal: str, detail: str) -> None:
        """Record one piece of evidence; ``detail`` is cut to 200 characters."""
        self.points[reason] += score
        self.found[reason].append(Evidence(signal=signal, detail=detail[:200], score=round(score, 2)))

    def verdict(self, other_prose: int) -> Verdict:
        """Reject for the reason that exceeds its threshold by most, or Accept; ``other_prose`` raises the thresholds."""
        best: tuple[float, Reason] | None = None
        for reason in self.points:
            per_point = _PROSE_PER_POINT.get(reason, _PROSE_PER_POINT_ELSE)
            need = _ENOUGH + _DECLARED * bool(self.features.declared)
            if not self.is_conclusive(reason):
                need += other_prose / per_point
            if reason in _LINKS_PER_POINT:
                need += self.features.links / _LINKS_PER_POINT[reason] + (reason is Reason.LOGIN_WALL)
            margin = self.total(reason) - need
            if margin >= 0 and (
                best is None or (margin, self.points[reason]) > (best[0], self.points[best[1]])
            ):
                best = (margin, reason)
        if best is None:
            return Accept(self.counter_evidence())
        reported = self.most_specific(best[1])
        told = self.evidence(best[1])
        return Reject(
            reported,
            told if reported in _ERRORS or reported is best[1] else self.evidence(reported) + told,
        )

    def is_conclusive(self, reason: Reason) -> bool:
        """Whether language-independent evidence alone reaches the threshold, so that other prose must not offset it."""
        features, evidence = self.features, self.evidence(reason)
        if features.declared:
            return False
        if any(one.signal == "redirect" for one in evidence):
            return features.sent_home or features.prose <= _REDIRECTED
        if features.weight > TINY or features.images:
            return False
        found = [one for one in evidence if one.signal in _STRUCTURE]
        known = any(one.signal == "markup" for one in found) or is_foreign(features.language)
        return known and sum(one.score or 0.0 for one in found) >= _ENOUGH

    def phrase_points(self, reason: Reason) -> float:
        """The score from phrases in title, headings and body, without status codes and server signatures."""
        return sum(one.score or 0.0 for one in self.found.get(reason, ()) if one.signal in _WORDS)

    def has_unique_markup(self, reason: Reason) -> bool:
        """Whether markup was found that only pages rejected for ``reason`` have."""
        found = self.found.get(reason, ())
        return any(one.signal == "markup" and (one.score or 0.0) >= 2 * _ENOUGH for one in found)

    def total(self, reason: Reason) -> float:
        """The score of ``reason``; the errors are summed."""
        if reason in _ERRORS:
            return sum(self.points.get(other, 0.0) for other in _ERRORS)
        return self.points.get(reason, 0.0)

    def most_specific(self, reason: Reason) -> Reason:
        """The reason to report among those that are summed with ``reason``.

        A wall precedes an error known only by a status code, and phrases precede status codes. A missing page served
        with an error status is an HTTP error.
        """
        if reason not in _ERRORS:
            return reason
        wall = max(_WALLS, key=lambda one: self.points.get(one, 0.0))
        spoken = sum(map(self.phrase_points, _ERRORS))
        if self.points.get(wall, 0.0) >= max(_WALL, spoken + 0.01):
            return wall
        heaviest = max(
            _ERRORS,
            key=lambda one: (self.has_unique_markup(one), self.phrase_points(one), self.points.get(one, 0.0)),
        )
        reported = (self.features.status or 0) >= 400
        return Reason.HTTP_ERROR if reported and heaviest is Reason.SOFT_404 else heaviest

    def heaviest(self) -> tuple[Reason | None, float]:
        """The reason to report with the highest score, and the score; ``(None, 0.0)`` without evidence."""
        totals = [(self.total(reason), reason) for reason in self.points]
        total, reason = max(totals, default=(0.0, None), key=lambda pair: pair[0])
        return (self.most_specific(reason), total) if reason else (None, 0.0)

    def evidence(self, reason: Reason) -> tuple[Evidence, ...]:
        """The evidence for ``reason`` and the reasons summed with it, highest score first."""
        reasons = _ERRORS if reason in _ERRORS else (reason,)
        found = [one for other in reasons for one in self.found.get(other, ())]
        return tuple(sorted(found, key=lambda one: -(one.score or 0.0)))

    def counter_evidence(self) -> tuple[Evidence, ...]:
        """The evidence to record with an accepted page: that of reasons with a score of at least 2."""
        heavy = [reason for reason in self.points if self.total(reason) >= 2]
        return tuple(one for reason in heavy for one in self.found[reason])
