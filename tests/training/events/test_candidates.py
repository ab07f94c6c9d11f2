"""Candidates for events, and the sheets on which they are labelled."""

from __future__ import annotations

import pytest

from streams.nlp import Models
from streams.records import Document
from training.events import candidates, sheets

TEXT = (
    "The ferry Rosalind docked in Oslo on Friday. Ida Holm thanked the crew of the ferry.\n"
    "Norway freed the sailors in Madrid, and Peter Lund whistled at Ida Holm."
)


@pytest.fixture(scope="module")
def read(models: Models) -> candidates.Read:
    document = Document(
        id="a",
        url="",
        title="Norway frees sailors",
        text=TEXT,
        published_at="2024-05-17",
        declared_language="en",
    )
    return next(candidates.read([document], models))


def test_verbs_that_no_list_has_are_candidates(read: candidates.Read) -> None:
    assert {"dock", "thank", "whistle"} <= {candidate.event.action for candidate in read.candidates}


def test_what_the_rules_keep_is_marked(read: candidates.Read) -> None:
    kept = {c.event.action for c in read.candidates if c.features.get("rules")}
    assert "free" in kept
    assert "whistle" not in kept


def test_a_key_is_that_of_its_fields(read: candidates.Read) -> None:
    keys = [candidate.key for candidate in read.candidates]
    assert len(set(keys)) == len(keys)
    assert keys == [candidates.key_of("a", candidate.event) for candidate in read.candidates]
    assert keys[0] != candidates.key_of("b", read.candidates[0].event)


def test_weights_of_a_sample_add_up_to_all_candidates(read: candidates.Read) -> None:
    drawn = sheets.draw(read)
    assert sum(one.weight for one in drawn) == pytest.approx(len(read.candidates))
    assert [one.candidate.key for one in drawn] == [one.candidate.key for one in sheets.draw(read)]


def test_a_sheet_shows_the_article_and_each_candidate(read: candidates.Read) -> None:
    drawn = sheets.draw(read)
    lines = "\n".join(sheets.sheet(7, read, drawn))
    assert "Ida Holm thanked the crew" in lines
    assert f"7.{len(drawn)} | " in lines
