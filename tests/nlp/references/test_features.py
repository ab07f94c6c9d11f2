"""The features of names as what an anaphor stands for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.references import anaphors
from streams.nlp.references.anaphors import Anaphor
from streams.nlp.references.features import COLUMN, FEATURES, Ranking
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

Ranked = Callable[..., tuple[Ranking, ParsedParagraph, EntityIndex]]
TEXT = "Governor Ida Holm met Peter Lund in Oslo. She thanked Norfund, and the governor left. Lund stayed."
NAMES = {"Ida_Holm": "PERSON", "Peter_Lund": "PERSON", "Oslo": "GPE", "Norfund": "ORG"}


def anaphor(parsed: ParsedParagraph, noun: str) -> Anaphor:
    return next(
        one
        for token in parsed.doc
        if token.lower_ == noun and (one := anaphors.read(parsed, token)) is not None
    )


def test_candidates_are_the_names_of_a_kind_but_for_who_acts(ranked: Ranked) -> None:
    ranking, parsed, index = ranked(TEXT, **NAMES)
    she = anaphor(parsed, "she")
    assert [one.entity.text for one in ranking.candidates(she)] == ["Ida Holm", "Peter Lund"]
    holm = index.entities[0]
    assert [one.entity.text for one in ranking.candidates(she, holm)] == ["Peter Lund"]


def test_a_pronoun_has_gender_and_distance_but_no_description(ranked: Ranked) -> None:
    ranking, parsed, _ = ranked(TEXT, title="Holm meets lawyers", **NAMES)
    she = anaphor(parsed, "she")
    rows = ranking.rows(she, ranking.candidates(she), None, ruled=False)
    assert rows.shape == (2, len(FEATURES))
    column = {name: rows[:, COLUMN[name]].tolist() for name in FEATURES}
    assert column["gender"] == [1, -1]
    assert column["sentences"] == [1, 1]
    assert column["sentences_ahead"] == [9, 1]
    assert column["previous_subject"] == [1, 0]
    assert column["titled"] == [1, 0]
    assert column["rule"] == [-1, -1]
    assert column["title_before"] == [-9, -9]
    assert column["she"] == column["PERSON"] == [1, 1]


def test_a_description_has_the_office_that_stands_before_a_name(ranked: Ranked) -> None:
    ranking, parsed, index = ranked(TEXT, **NAMES)
    governor = anaphor(parsed, "governor")
    rows = ranking.rows(governor, ranking.candidates(governor), index.entities[1], ruled=True)
    assert rows[:, COLUMN["title_before"]].tolist() == [2, 0]
    assert rows[:, COLUMN["rule"]].tolist() == [1, 2]
    assert (rows[:, COLUMN["gender"]] == -9).all()


def test_rows_do_not_depend_on_what_was_asked_before(ranked: Ranked) -> None:
    ranking, parsed, _ = ranked(TEXT, **NAMES)
    she = anaphor(parsed, "she")
    first = ranking.rows(she, ranking.candidates(she), None, ruled=False)
    governor = anaphor(parsed, "governor")
    ranking.rows(governor, ranking.candidates(governor), None, ruled=False)
    assert np.array_equal(first, ranking.rows(she, ranking.candidates(she), None, ruled=False))


def test_nobody_is_described_by_his_own_name(ranked: Ranked) -> None:
    names = {"Ida_Holm": "PERSON", "Vega": "PERSON"}
    ranking, parsed, _ = ranked(
        "Ida Holm left in May. Vega grew. The Vega founder returned to Vega.", **names
    )
    founder = anaphor(parsed, "founder")
    assert [one.entity.text for one in ranking.candidates(founder)] == ["Ida Holm"]
