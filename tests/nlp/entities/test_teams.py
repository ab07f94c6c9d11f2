"""Cities as teams."""

from __future__ import annotations

import pytest

from streams.nlp.entities import gazetteer, teams
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan
from streams.nlp.text.segments import paragraphs


def labels(text: str, *names: str) -> list[str]:
    rows = [InputParagraph(span, text[span.start : span.end]) for span in paragraphs(text)]
    found = []
    at = 0
    for name in names:
        at = text.index(name, at)
        found.append(LabelledSpan(at, at + len(name), "GPE"))
        at += len(name)
    return [mention.label for mention in teams.label(rows, found, gazetteer.english())]


@pytest.mark.parametrize(
    "text", ["Hamar 2 Moss 0", "Hamar beat Moss 3-1 on Sunday.", "Hamar v Moss", "Hamar 21, Moss 12"]
)
def test_cities_that_play_a_match_are_teams(text: str) -> None:
    assert labels(text, "Hamar")[0] == "ORG"


def test_a_team_is_one_throughout_but_for_the_place_where_it_plays() -> None:
    text = "Leeds beat Hull 3-1.\n\nLeeds are third. The match in Leeds was late."
    assert labels(text, "Leeds", "Leeds", "Leeds") == ["ORG", "ORG", "GPE"]


@pytest.mark.parametrize("text", ["Paris 5 million people love.", "Hamar is a city.", "They met in Hamar."])
def test_other_cities_stay_places(text: str) -> None:
    assert labels(text, "Paris" if "Paris" in text else "Hamar") == ["GPE"]


def test_a_country_stays_a_place() -> None:
    assert labels("Norway 2 Denmark 0", "Norway", "Denmark") == ["GPE", "GPE"]
