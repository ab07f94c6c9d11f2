"""Scores and thresholds: other prose raises them, related reasons add up."""

from __future__ import annotations

import pytest

from streams.cleaning.classify.features import Features
from streams.cleaning.classify.scoring import Accept, ReasonScores, Reject
from streams.records import Reason


def scores(*added: tuple[Reason, float, str], **features: object) -> ReasonScores:
    found = ReasonScores(Features(url="https://example.org/", **{"weight": 2_000, **features}))  # type: ignore[arg-type]
    for reason, score, signal in added:
        found.add(reason, score, signal, "detail")
    return found


@pytest.mark.parametrize(
    ("score", "prose", "rejected"), [(3.0, 0, True), (2.9, 0, False), (3.0, 500, False), (5.0, 500, True)]
)
def test_the_threshold_is_3_and_rises_by_1_for_250_of_other_prose(
    score: float, prose: int, rejected: bool
) -> None:
    verdict = scores((Reason.SOFT_404, score, "title_phrase")).verdict(prose)
    assert isinstance(verdict, Reject) == rejected


def test_errors_add_up_and_the_one_with_most_phrases_is_reported() -> None:
    verdict = scores((Reason.SOFT_404, 2.0, "title_phrase"), (Reason.HTTP_ERROR, 1.5, "status")).verdict(0)
    assert isinstance(verdict, Reject) and verdict.reason is Reason.SOFT_404
    assert [one.score for one in verdict.evidence] == [2.0, 1.5]


def test_a_declared_article_needs_3_more() -> None:
    added = (Reason.SOFT_404, 5.0, "title_phrase")
    assert isinstance(scores(added, declared=("og:type article",)).verdict(0), Accept)
    assert isinstance(scores(added).verdict(0), Reject)


def test_a_missing_page_with_an_error_status_is_an_http_error() -> None:
    verdict = scores((Reason.SOFT_404, 4.0, "title_phrase"), status=404).verdict(0)
    assert isinstance(verdict, Reject) and verdict.reason is Reason.HTTP_ERROR


def test_evidence_below_the_threshold_is_recorded_from_2_points_on() -> None:
    verdict = scores((Reason.BOT_WALL, 2.0, "markup"), (Reason.CONSENT_WALL, 1.0, "body_phrase")).verdict(
        9_000
    )
    assert isinstance(verdict, Accept) and [one.signal for one in verdict.evidence] == ["markup"]


def test_without_evidence_a_page_is_accepted() -> None:
    assert scores().verdict(0) == Accept()
    assert scores().heaviest() == (None, 0.0)
