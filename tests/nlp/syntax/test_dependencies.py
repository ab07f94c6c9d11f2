"""Objects, agents, phrases and negation in dependency trees."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp.syntax import dependencies
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph


def test_objects_and_agents(parse: Callable[[str], ParsedParagraph]) -> None:
    active = parse("The minister signed the treaty.")
    assert [token.text for token in dependencies.objects(active.doc[2])] == ["treaty"]
    passive = parse("The treaty was signed by the minister.")
    verb = passive.doc[passive.words.index("signed")]
    agent = dependencies.agent(verb)
    assert agent is not None and agent.text == "minister"
    assert dependencies.has_passive_auxiliary(verb) and dependencies.agent(active.doc[2]) is None


def test_prepositional_phrases_are_pairs_of_preposition_and_noun(
    parse: Callable[[str], ParsedParagraph],
) -> None:
    parsed = parse("Norway sent a frigate to Iceland on Friday.")
    found = [(word, noun.text) for word, noun in dependencies.prepositional(parsed.doc[1])]
    assert ("to", "Iceland") in found and ("on", "Friday") in found


def test_a_noun_phrase_ends_before_its_relative_clause(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("The old mayor of Leeds who left in May spoke.")
    first, last = dependencies.phrase(parsed.doc[parsed.words.index("mayor")])
    assert parsed.words[first : last + 1] == ["The", "old", "mayor", "of", "Leeds"]


def test_negation_by_adverb_and_by_subject(parse: Callable[[str], ParsedParagraph]) -> None:
    for sentence, verb, negated in (
        ("Norway did not sign the treaty.", "sign", True),
        ("Nobody signed the treaty.", "signed", True),
        ("Norway signed the treaty.", "signed", False),
    ):
        parsed = parse(sentence)
        assert dependencies.negated(parsed.doc[parsed.words.index(verb)]) is negated


def test_coordination_by_and_is_joined_and_by_or_is_not(parse: Callable[[str], ParsedParagraph]) -> None:
    both, either = parse("France and Spain signed it."), parse("France or Spain signed it.")
    assert [token.text for token in dependencies.joined(both.doc[0])] == ["Spain"]
    assert dependencies.joined(either.doc[0]) == []


def test_the_amount_of_a_change(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("Shares fell 4.2 percent in Oslo.")
    assert dependencies.amount(parsed.doc[1]) == (2, 3)


def test_a_token_s_sentence_is_spacy_s(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("Norway sent a frigate. Iceland, which had asked for it, thanked them! Why? It was late.")
    expected = [(token.sent.start, token.sent.end) for token in parsed.doc]
    assert len(set(expected)) > 2
    assert [dependencies.sentence(token) for token in parsed.doc] == expected
