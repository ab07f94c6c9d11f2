"""Subjects of clauses, with entities given by hand."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.unparsed import reporting
from streams.nlp.quotes.unparsed.clause_subjects import ClauseSubjects
from streams.nlp.quotes.unparsed.reporting_clause import clause_of
from streams.records import Entity, Mention


def subjects(text: str, *names: str) -> ClauseSubjects:
    words = reporting.words("es")
    assert words is not None
    entities = [
        Entity(
            text=name,
            label="PERSON",
            mentions=(Mention(start=text.index(name), end=text.index(name) + len(name)),),
        )
        for name in names
    ]
    return ClauseSubjects(text, EntityIndex(entities), words)


def test_a_name_behind_the_verb_needs_no_model() -> None:
    text = "dijo Durán ayer"
    found = subjects(text).by_capitals(clause_of(text, 0, len(text)), 0)
    assert found is not None
    assert (found.name, found.entity, text[found.start : found.end]) == ("Durán", None, "Durán")
    assert subjects("dijo ayer").by_capitals(clause_of("dijo ayer", 0, 9), 0) is None


def test_who_begins_a_clause_leads_it_and_nobody_else() -> None:
    text = "La ministra Ana Sol fue más dura"
    found = subjects(text, "Ana Sol").leading(clause_of(text, 0, len(text)), len(text))
    assert found is not None and found.name == "Ana Sol"
    text = "En la fábrica que dirigía el padre de Ana Sol"
    assert subjects(text, "Ana Sol").leading(clause_of(text, 0, len(text)), len(text)) is None
    assert subjects("").leading(clause_of("", 0, 0), 0) is None


def test_a_verb_with_its_auxiliary_behind_a_comma_has_its_subject_behind_it() -> None:
    text = "faire appel à la Marine, a révélé Ida Holm"
    words = reporting.words("fr")
    assert words is not None
    entities = [
        Entity(text=name, label=label, mentions=(Mention(start=k, end=k + len(name)),))
        for name, label in (("Marine", "ORG"), ("Ida Holm", "PERSON"))
        for k in [text.index(name)]
    ]
    clause = clause_of(text, 0, len(text))
    verb = [word for _start, _end, word in clause.words].index("révélé")
    found = ClauseSubjects(text, EntityIndex(entities), words)
    assert found.subject(clause, verb, before=True) is None
    speaker = found.subject(clause, verb, before=False)
    assert speaker is not None and speaker.name == "Ida Holm"
