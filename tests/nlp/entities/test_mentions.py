"""All mentions of a name in a document get one label."""

from __future__ import annotations

from streams.nlp import Models, enrich
from streams.records import Document, Entity


def named(models: Models, text: str) -> dict[str, Entity]:
    record = enrich([Document(id="e", url="", text=text, declared_language="en")], models)[0]
    return {entity.text: entity for entity in record.entities}


def test_the_noun_beside_a_name_says_what_it_names(models: Models) -> None:
    text = (
        "The Swiss cheesemaker Alpenthal was sold on Tuesday, and the airline Corvane bid too. "
        "The chief executive, Sigrun Aasmo, said Aasmo had not been asked. "
        "Talks with the operator, Northkey, collapsed in the port of Wielau. Northkey left Wielau at night."
    )
    labels = {name: entity.label for name, entity in named(models, text).items()}
    assert labels["Alpenthal"] == labels["Corvane"] == labels["Northkey"] == "ORG"
    assert labels["Sigrun Aasmo"] == "PERSON"
    assert labels["Wielau"] == "GPE"


def test_names_whose_first_word_looks_like_something_else_stay_whole(models: Models) -> None:
    text = "The rocket left French Guiana on Monday, and judges in The Hague will hear Papua New Guinea on Friday."
    labels = {name: entity.label for name, entity in named(models, text).items()}
    assert labels == {"French Guiana": "GPE", "The Hague": "GPE", "Papua New Guinea": "GPE"}


def test_a_word_that_the_text_also_writes_small_is_a_name_only_where_the_model_says_so(
    models: Models,
) -> None:
    text = "The firm Target sold it. Target rose. Their target was missed. Target practice is on Friday."
    found = named(models, text).get("Target")
    assert found is None or len(found.mentions) < 4


def test_an_acronym_that_is_a_word_is_none_among_words_in_capitals(models: Models) -> None:
    text = "Lost in town on Sunday: a small grey cat. Anybody WHO WANTS TO HELP may call the number below in Leeds."
    assert "WHO" not in named(models, text)
