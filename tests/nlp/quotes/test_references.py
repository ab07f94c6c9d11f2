"""Pronouns and offices that speak, in articles of our own."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import References
from streams.records import Document, Entity, Mention

SAID = "“There is no more money for this project at all,”"


def speakers(models: Models, text: str) -> list[str | None]:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    return [quote.speaker for quote in record.quotes if quote.direct]


@pytest.mark.parametrize(
    ("before", "clause", "speaker"),
    [
        ("Anna Berg met Maria Lund in Oslo on Monday.", "she said", "Anna Berg"),
        ("The council has to thank Paul Winter for it.\n\nHowever, budget director Anna Berg has doubts.", "she said", "Anna Berg"),
        ("“We must wait a little longer,” Anna Berg said. She spoke of Paul Winter’s earlier plan.", "she added", "Anna Berg"),
        ("At a meeting of the council last week, Mr. Paul Winter, its chairman, spoke to Anna Berg.", "he said", "Paul Winter"),
        ("Ms. Anna Berg began. Then came Mr. Paul Winter.", "she said", "Anna Berg"),
        ("Gov. Paul Winter met Anna Berg in Oslo.", "the Republican governor said", "Paul Winter"),
        ("Paul Winter, 56, met Anna Berg in Oslo.", "the 56-year-old said", "Paul Winter"),
        ("Paul Winter met the mayor of Oslo, Anna Berg.", "the mayor said", "Anna Berg"),
        ("Paul Winter met Anna Berg in Oslo.", "the governor said", "the governor"),
        ("Vice President Paul Winter met Anna Berg in Oslo.", "the president said", "the president"),
    ],
)  # fmt: skip
def test_the_one_whom_the_text_is_about_speaks(
    models: Models, before: str, clause: str, speaker: str
) -> None:
    assert speakers(models, f"{before}\n\n{SAID} {clause}.")[-1] == speaker


def test_it_is_the_organisation_or_paper_that_spoke_before(models: Models) -> None:
    text = (
        "“The bridge must be closed for the whole winter,” the report said.\n\n"
        "It called the old bridge “a danger for everybody who crosses it”."
    )
    assert speakers(models, text) == ["the report", "the report"]


def test_the_artist_of_a_profile_is_whom_the_paragraph_begins_with(models: Models) -> None:
    text = f"Anna Berg was born in Oslo and paints the sea in large formats. {SAID} the artist said."
    assert speakers(models, text) == ["Anna Berg"]
    assert speakers(models, text.replace("the artist", "the judge")) == ["the judge"]


@pytest.mark.parametrize(
    ("names", "full"),
    [
        (("Northquay Institute",), "Northquay Institute"),
        (("Northquay Institute", "Vega Institute"), "Institute"),
        (("Northquay Bank",), "Institute"),
    ],
)
def test_a_noun_alone_is_short_for_the_only_name_with_it(names: tuple[str, ...], full: str) -> None:
    entities = [
        Entity(text=name, label="ORG", mentions=(Mention(start=20 * k, end=20 * k + len(name)),))
        for k, name in enumerate((*names, "Institute"))
    ]
    references = References(" " * 100, EntityIndex(entities), ())
    assert references.full(entities[-1]).text == full


def test_a_name_that_ends_a_longer_one_is_the_longer_one() -> None:
    text = "National Weather Service met Ida Cardinal Holm. Weather Service and Cardinal Holm left."
    labels = {"National Weather Service": "ORG", "Ida Cardinal Holm": "PERSON"}
    short = {"Weather Service": "ORG", "Cardinal Holm": "PRODUCT"}

    def entity(name: str, label: str, start: int) -> Entity:
        return Entity(text=name, label=label, mentions=(Mention(start=start, end=start + len(name)),))

    index = EntityIndex(
        [entity(name, label, text.index(name)) for name, label in labels.items()]
        + [entity(name, label, text.rindex(name)) for name, label in short.items()]
    )
    references = References(text, index, ())
    assert [references.full(one).text for one in index.entities[2:]] == list(labels)


@pytest.mark.parametrize(
    ("before", "clause", "speaker"),
    [
        ("Anna Berg met Maria Lund in Oslo.", "she told Anna Berg", "she"),
        (
            "The ships left, according to Paul Winter, and Peter Lund declared that they were late.",
            "he said",
            "Peter Lund",
        ),
    ],
)
def test_a_pronoun_is_neither_who_is_spoken_to_nor_a_source_beside(
    models: Models, before: str, clause: str, speaker: str
) -> None:
    assert speakers(models, f"{before} {SAID} {clause}.") == [speaker]


@pytest.mark.parametrize(
    ("text", "surname", "full"),
    [
        ("It is cold, said Lake Board meteorologist Gaborn Holm. Holm laughed.", "Holm", "Gaborn Holm"),
        ("Gov. Krista HolmKrista Lynn Holm met the board.", "Holm", "Krista Holm"),
        ("Reds DL Paul Winter, who ran, said so.", "Winter", "Paul Winter"),
        ("The Red Winter was cold, and the mayor Dr. Winter laughed.", "Winter", None),
        ("Holm met HOLM.", "HOLM", None),
    ],
)
def test_a_surname_that_no_name_was_found_for_has_the_given_name_before_it(
    text: str, surname: str, full: str | None
) -> None:
    index = EntityIndex(())
    assert References(text, index, ()).written_in_full(surname) == full


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "Peter D'Ambria runs for the council. The old seat was his.\n\n“There is no more money for this,” D’Ambria said.",
            "Peter D'Ambria",
        ),
        (
            "Paul Winter spoke of his aims. Peter Lund met Karl Berg in the old town.\n\n“It is a great race for all of us,” he continued.",
            "Peter Lund",
        ),
        (
            "“It is a great race for all of us,” Paul Winter said. Peter Lund won it twice in the past.\n\n“We want to win it again,” he continued.",
            "Paul Winter",
        ),
    ],
)
def test_surnames_with_apostrophes_and_who_goes_on(models: Models, text: str, speaker: str) -> None:
    assert speakers(models, text)[-1] == speaker


@pytest.mark.parametrize(
    ("before", "clause", "speaker"),
    [
        ("“We are ready,” Paul Winter said. Emil Berg pointed to the two trees.", "he said", "Emil Berg"),
        ("“We are ready,” Paul Winter told them. Emil Berg was ill.", "he said", "Emil Berg"),
        ("Emil Berg came to Leeds.\n\nThe Brazilian confirmed that he had met coach Paul Winter.", "he said", "Emil Berg"),
        ("Lib Dem leader Ida Holm is in Leeds this week.", "she said", "Ida Holm"),
    ],
)  # fmt: skip
def test_who_begins_the_sentence_before_speaks(
    models: Models, before: str, clause: str, speaker: str
) -> None:
    assert speakers(models, f"{before} {SAID} {clause}.")[-1] == speaker


def test_nobody_speaks_of_himself_by_name_or_as_he(models: Models) -> None:
    before = "“We are ready,” Paul Winter said. Emil Berg was ill."
    assert speakers(models, f"{before} “He is the best of them,” he said.")[-1] == "Paul Winter"
    assert speakers(models, f"{before} “Emil is the best of them,” he said.")[-1] == "Paul Winter"
