"""Rules switched off."""

from __future__ import annotations

import pytest

from streams.nlp.entities import gazetteer, mentions
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan
from streams.nlp.text.segments import Span
from training.entities.rules import RULES, Rule, without


def corrected(text: str, name: str, label: str) -> list[tuple[str, str]]:
    start = text.index(name)
    found = mentions.correct(
        [InputParagraph(Span(0, len(text)), text)],
        [[LabelledSpan(start, start + len(name), label)]],
        gazetteer.english(),
    )
    return [(text[m.start : m.end], m.label) for m in found]


def test_a_rule_is_off_within_the_context_and_on_again_after_it() -> None:
    (titles,) = [rule for rule in RULES if rule.name == "titles"]
    text = "They met President Anna Berg there."
    with without((titles,)):
        assert corrected(text, "President Anna Berg", "PERSON") == [("President Anna Berg", "PERSON")]
    assert corrected(text, "President Anna Berg", "PERSON") == [("Anna Berg", "PERSON")]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_names_are_found_without_any_of_the_rules(rule: Rule) -> None:
    with without((rule,)):
        assert ("Anna Berg", "PERSON") in corrected("Yesterday Anna Berg left.", "Anna Berg", "PERSON")
