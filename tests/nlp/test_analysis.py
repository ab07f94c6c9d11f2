"""Which parts of a record a pipeline fills, and which paragraphs are parsed."""

from __future__ import annotations

import spacy

from streams.nlp import Models, analysis
from streams.nlp.models.pipelines import Pipeline
from streams.records import Document
from streams.settings import Nlp


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


def test_without_a_model_there_are_quotations_and_nothing_else() -> None:
    one = analysis.Analysis(Document(id="1", url="", text="Er sagte: „Wir werden morgen gehen.“"), Nlp())
    one.quote_without_model()
    assert [(quote.quote, quote.speaker) for quote in one.quotes] == [("Wir werden morgen gehen.", None)]
    assert not one.entities and not one.events
