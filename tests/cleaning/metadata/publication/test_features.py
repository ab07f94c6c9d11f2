"""The features of days: how they agree with one another."""

from __future__ import annotations

import lxml.html

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.publication.candidates import Days
from streams.cleaning.metadata.publication.features import FEATURES, candidates

URL = "https://echo.example/news/ferry"


def features(body: str, head: str = "", thread: bool = False) -> dict[str, set[str]]:
    """The features of each candidate, by its time."""
    page = f"<html><head>{head}</head><body><h1>The ferry is back</h1>{body}</body></html>"
    declared = collect_declared(lxml.html.document_fromstring(page))
    node = jsonld.article(declared.jsonld)
    found = candidates(Days(declared, node, URL, "en"), node, URL, thread)
    return {candidate.text: set(candidate.features) for candidate in found}


def stated(day: str) -> str:
    return f'<meta property="article:published_time" content="{day}">'


def test_every_feature_of_a_candidate_is_a_known_one() -> None:
    body = '<time datetime="2024-03-05">x</time><p>Updated March 9, 2024</p><aside><p>Since 1 May 2023</p></aside>'
    found = features(body, stated("2024-03-04T08:00:00Z"), thread=True)
    assert set.union(*found.values()) <= set(FEATURES)


def test_a_page_without_a_day_has_no_candidate_and_one_with_a_day_has_that_of_none() -> None:
    assert features("<p>Nothing</p>") == {}
    assert features("<p>March 5, 2024</p>")[""] == {"none"}
    assert features("", stated("2024-03-05"))[""] == {"none", "none_declared"}


def test_a_day_that_is_only_that_of_a_change_is_no_candidate() -> None:
    assert set(features("", '<meta property="article:modified_time" content="2024-03-05">')) == {""}


def test_a_day_shown_well_before_the_stated_one_is_told_from_one_shown_after() -> None:
    found = features("<p>March 1, 2024</p><p>March 9, 2024</p>", stated("2024-03-05"))
    assert {"shown_well_before", "before_day", "before_first"} <= found["2024-03-01"]
    assert "shown_after" in found["2024-03-09"] and "stated_not_shown" in found["2024-03-05"]


def test_the_time_is_that_of_a_publication_not_of_a_change_on_the_same_day() -> None:
    head = stated("2024-03-05") + '<meta property="article:modified_time" content="2024-03-05T19:00:00Z">'
    assert "2024-03-05" in features("", head)
    assert "2024-03-05T08:00:00+00:00" in features('<time datetime="2024-03-05T08:00:00Z">x</time>', head)


def test_the_same_moment_on_another_day_is_that_of_the_zone_of_the_place() -> None:
    found = features('<time datetime="2024-03-04T22:00:00-05:00">x</time>', stated("2024-03-05T03:00:00Z"))
    assert "same_instant" in found["2024-03-04T22:00:00-05:00"]
    assert "same_instant" not in found["2024-03-05T03:00:00+00:00"]
