"""Which parts of a record a pipeline fills."""

from __future__ import annotations

import spacy

from streams.nlp import Models, analysis, enrich
from streams.nlp.models.pipelines import Pipeline
from streams.records import Document


def test_coverage_depends_on_components_and_language(models: Models) -> None:
    always = ("language", "keywords", "quotes")
    assert analysis.coverage("en", None, None) == always
    english = analysis.coverage("en", models.pipeline("en"), models.names("en"))
    assert english == (*always, "entities", "quote_speakers", "events")
    assert analysis.coverage("de", None, models.names("de")) == (*always, "entities", "quote_speakers")
    assert analysis.coverage("hu", None, models.names("hu")) == (*always, "entities")
    assert analysis.coverage("sw", None, models.names("sw")) == always


def test_a_parser_is_not_used_for_a_language_without_reporting_verbs() -> None:
    for language, parts in (("de", ()), ("fr", ("quote_speakers",))):
        nlp = spacy.blank(language)
        nlp.add_pipe("parser")
        assert analysis.coverage(language, Pipeline(nlp, language), None) == (
            "language",
            "keywords",
            "quotes",
            *parts,
        )


def test_a_photographer_behind_a_bar_does_nothing_of_the_caption(all_candidates: Models) -> None:
    caption = "Ida Holm, Northern Wire | President Jonas Winter shakes hands with Petra Sund in Velby"
    text = f"{caption}\nThe harbour of Velby was closed on Monday after a ship hit the quay, the police said."
    found = enrich([Document(id="caption", url="", text=text)], all_candidates)[0]
    assert [event.actor for event in found.events if event.action == "shake"] == ["Jonas Winter"]


def test_cells_of_a_table_are_no_name_together(models: Models) -> None:
    table = (
        "Name | Town | Founded\nOlin School of Business | Velby | 1914\nRice College of Music | Oslo | 1921"
    )
    found = enrich([Document(id="table", url="", text=table)], models)[0]
    names = {entity.text for entity in found.entities}
    assert {"Olin School of Business", "Rice College of Music", "Oslo"} <= names
    assert not any("|" in name for name in names)
