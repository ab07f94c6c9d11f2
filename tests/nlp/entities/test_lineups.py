"""Names in line-ups."""

from __future__ import annotations

from streams.nlp import Models, enrich
from streams.nlp.entities import lineups
from streams.records import Document


def test_a_line_up_names_teams_and_players(models: Models) -> None:
    text = (
        "Hamarvik beat Moss Athletic 2-1 in the cup final on Sunday.\n\n"
        "Hamarvik: Iqbal; Sato, Berg (Holm 46), Costa; Adeyemi, Vance. Moss Athletic: Wilk; Roy, Bauer, Marsh; Dunne, Vale."
    )
    record = enrich([Document(id="e", url="", text=text, declared_language="en")], models)[0]
    labels = {entity.text: entity.label for entity in record.entities}
    assert {labels[name] for name in ("Iqbal", "Sato", "Holm", "Costa", "Vance", "Wilk", "Bauer")} == {
        "PERSON"
    }
    assert labels["Hamarvik"] == labels["Moss Athletic"] == "ORG"


def test_a_sentence_with_colons_and_semicolons_is_no_line_up() -> None:
    assert not lineups.is_lineup("They came: Holm, Berg, and Sato; then Costa, Vance; and nobody else.")
