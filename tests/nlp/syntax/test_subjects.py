"""The subject of a verb, its own or one that it shares."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.nlp.syntax import subjects
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph


@pytest.mark.parametrize(
    ("sentence", "verb", "subject", "passive"),
    [
        ("The minister signed the treaty.", "signed", "minister", False),
        ("The treaty was signed by the minister.", "signed", "treaty", True),
        ("Police said two were arrested and 40 injured in the clash.", "injured", "40", True),
        ("Police raided the office and arrested a man.", "arrested", "Police", False),
        ("The army seeks the rebels who attacked the village.", "attacked", "rebels", False),
        ("Norway urged Moscow to withdraw its soldiers.", "withdraw", "Moscow", False),
        (
            "As the leaders of Norway meet in Oslo to discuss Sudan, Russian President Vladimir Putin and his French counterpart François"
            " Hollande are holding private talks.",
            "holding",
            "Putin",
            False,
        ),
        ("A judge banned Acme from bidding and barred banks from lending to it.", "barred", "judge", False),
        (
            "Many firms agree that Norway has gained from the deal and support the plan of Ida Holm.",
            "support",
            "firms",
            False,
        ),
        (
            "Acme believes students should not feel pressed to decide and has created a series of guidelines.",
            "created",
            "Acme",
            False,
        ),
        (
            "The band, which finished second and has been nominated for a prize, played on Monday.",
            "nominated",
            "band",
            True,
        ),
        ("Norway fears that demand could spark a crisis and wants to prevent it.", "wants", "Norway", False),
        ("Holm argued against Acme working with such groups.", "working", "Acme", False),
        ("The farmers have lodged papers seeking a review of the ban.", "seeking", "farmers", False),
        ("Holm praised a film seeking to explain the war.", "seeking", "film", False),
        ("Challenged on the remark, he denied it.", "Challenged", "he", True),
        ("Officials claim it was Holm, not Lund, who briefed newspapers.", "briefed", "Holm", False),
    ],
)
def test_the_subject_and_the_voice_of_a_verb(
    parse: Callable[[str], ParsedParagraph], sentence: str, verb: str, subject: str, passive: bool
) -> None:
    parsed = parse(sentence)
    found = subjects.subject(parsed.doc[parsed.words.index(verb)])
    assert found is not None
    assert (found[0].text, found[1]) == (subject, passive)


def test_an_imperative_has_no_subject(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("Close the door.")
    assert subjects.subject(parsed.doc[0]) is None


def test_the_subject_of_the_reporting_verb_above_a_pronoun(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("The company said it had agreed to the deal.")
    found = subjects.reporting_subject(parsed.doc[parsed.words.index("it")])
    assert found is not None and found.text == "company"


def test_a_negation_is_no_subject(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("You don’t need to say “I’m so hungry I could literally eat a horse.”")
    for verb in ("say", "need"):
        found = subjects.subject(parsed.doc[parsed.words.index(verb)])
        assert found is None or found[0].text == "You"


def test_the_name_behind_an_opening_clause_is_the_subject_of_the_verb_behind_it(
    parse: Callable[[str], ParsedParagraph],
) -> None:
    parsed = parse(
        "After chief executive and co-founder Peter Lund left the firm in October, Norfund, its largest investor, committed to"
        " a $9 billion lifeline to bail out the firm, and installed a new chief to run it."
    )
    found = subjects.subject(parsed.doc[parsed.words.index("committed")])
    assert found is not None and found[0].text == "Norfund"
