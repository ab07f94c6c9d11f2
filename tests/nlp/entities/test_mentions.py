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
