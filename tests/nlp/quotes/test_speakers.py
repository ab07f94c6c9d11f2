"""Cues with their speakers, and pronouns."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.speakers import SpeakerResolver
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon
from streams.records import Entity, Mention


def index(text: str, *names: str) -> EntityIndex:
    return EntityIndex(
        [
            Entity(
                text=name,
                label="PERSON",
                mentions=(Mention(start=text.index(name), end=text.index(name) + len(name)),),
                salience=0.5,
            )
            for name in names
        ]
    )


def speakers(parse: Callable[[str], ParsedParagraph], text: str, *names: str) -> list[str]:
    resolver = SpeakerResolver(text, index(text, *names), (), lexicon("en"))
    return [cue.speaker.name for cue in resolver.cues(parse(text))]


def test_a_speaker_is_the_entity_or_else_the_noun_phrase(parse: Callable[[str], ParsedParagraph]) -> None:
    assert speakers(parse, "Ida Holm said the bridge is safe.", "Ida Holm") == ["Ida Holm"]
    assert speakers(parse, "The old mayor said the bridge is safe.") == ["The old mayor"]


def test_a_pronoun_is_the_only_person_named_before(parse: Callable[[str], ParsedParagraph]) -> None:
    assert speakers(parse, "Ida Holm came. She said the bridge is safe.", "Ida Holm") == ["Ida Holm"]


def test_a_pronoun_between_two_people_stays_a_pronoun(parse: Callable[[str], ParsedParagraph]) -> None:
    text = "The talks of Ida Holm and Anna Berg ended. She said the bridge is safe."
    assert speakers(parse, text, "Ida Holm", "Anna Berg") == ["She"]


def test_nobody_in_particular_is_no_speaker(parse: Callable[[str], ParsedParagraph]) -> None:
    assert speakers(parse, "Everyone said the bridge is safe.") == []
