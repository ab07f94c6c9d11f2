"""Names in rows of tables, result lists and line-ups."""

from __future__ import annotations

from streams.nlp import Models, enrich
from streams.nlp.entities import gazetteer, lists_and_tables
from streams.nlp.entities.mention_boundaries import InputParagraph
from streams.nlp.text.segments import Span
from streams.records import Document, Entity


def named(models: Models, text: str) -> dict[str, Entity]:
    record = enrich([Document(id="e", url="", text=text, declared_language="en")], models)[0]
    return {entity.text: entity for entity in record.entities}


def test_rows_of_a_result_list_name_people_teams_and_countries() -> None:
    gaz = gazetteer.english()

    def row(text: str, *, teams: bool) -> list[tuple[str, str]]:
        line = InputParagraph(Span(0, len(text)), text, 1.0)
        return [
            (text[m.start : m.end], m.label) for m in lists_and_tables.label_row(line, [], gaz, teams=teams)
        ]

    assert row("3. Erik Larsen (Norway) 10.21", teams=False) == [("Erik Larsen", "PERSON"), ("Norway", "GPE")]
    assert row("Hamar 2 Moss 0", teams=True) == [("Hamar", "ORG"), ("Moss", "ORG")]
    assert row("J. Dahl 84, P. Moe 12", teams=True) == [("J. Dahl", "PERSON"), ("P. Moe", "PERSON")]


def test_a_line_up_names_players(models: Models) -> None:
    text = (
        "Hamarvik beat Moss Athletic 2-1 in the cup final on Sunday.\n\n"
        "Hamarvik: Iqbal; Sato, Berg (Holm 46), Costa; Adeyemi, Vance. Moss Athletic: Wilk; Roy, Bauer, Marsh; Dunne, Vale."
    )
    entities = named(models, text)
    assert {
        entities[name].label for name in ("Iqbal", "Sato", "Holm", "Costa", "Vance", "Wilk", "Bauer")
    } == {"PERSON"}
    assert entities["Hamarvik"].label == entities["Moss Athletic"].label == "ORG"
    assert len(entities["Hamarvik"].mentions) == 2
