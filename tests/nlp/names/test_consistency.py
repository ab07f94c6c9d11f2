"""Agreement of the names of a document."""

from __future__ import annotations

from streams.nlp.names.consistency import Mention, agree
from streams.nlp.names.tokens import tokenise

LINES = [tokenise(line) for line in ("Ida Holm came from Bergen .", "Holm left Bergen .", "Holm said no .")]


def test_a_surname_is_the_person_of_the_full_name() -> None:
    mentions = [Mention(0, 0, 1, "PER", 0.99), Mention(1, 0, 0, "ORG", 0.5), Mention(2, 0, 0, "LOC", 0.4)]
    assert [mention.kind for mention in agree(LINES, mentions)] == ["PER", "PER", "PER"]


def test_the_sure_mention_decides_the_others_and_finds_what_was_missed() -> None:
    mentions = [Mention(0, 4, 4, "LOC", 0.97)]
    found = agree(LINES, mentions)
    assert [(m.line, m.first, m.kind) for m in found] == [(0, 4, "LOC"), (1, 2, "LOC")]
    assert found[1].probability < found[0].probability


def test_an_unsure_mention_finds_nothing() -> None:
    mentions = [Mention(0, 4, 4, "LOC", 0.6)]
    assert agree(LINES, mentions) == mentions


def test_kinds_that_are_as_likely_stay_as_they_are() -> None:
    mentions = [Mention(0, 4, 4, "LOC", 0.7), Mention(1, 2, 2, "ORG", 0.7)]
    assert [mention.kind for mention in agree(LINES, mentions)] == ["LOC", "ORG"]


def test_mentions_do_not_overlap_and_are_in_order() -> None:
    lines = [tokenise("Bergen Bank and Bergen and Bergen Bank")]
    mentions = [Mention(0, 0, 1, "ORG", 0.9), Mention(0, 3, 3, "LOC", 0.9)]
    found = agree(lines, mentions)
    assert [(m.first, m.last, m.kind) for m in found] == [(0, 1, "ORG"), (3, 3, "LOC"), (5, 6, "ORG")]
