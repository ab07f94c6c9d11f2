"""Which parts of a record a pipeline fills."""

from __future__ import annotations

import spacy

from streams.nlp import Models, analysis
from streams.nlp.models.pipelines import Pipeline


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
