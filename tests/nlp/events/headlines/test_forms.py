"""Forms of verbs as headlines use them."""

from __future__ import annotations

import pytest

from streams.nlp.events.headlines import forms


@pytest.mark.parametrize(
    ("form", "tags"),
    [
        ("cut", {"VB", "VBD", "VBN"}),
        ("tinkers", {"VBZ"}),
        ("sold", {"VBD", "VBN"}),
        ("gave", {"VBD"}),
        ("oak", set()),
    ],
)
def test_a_word_has_the_tags_of_its_verbs(form: str, tags: set[str]) -> None:
    assert {tag for _lemma, tag in forms.tags().get(form, ())} == tags


def test_a_word_that_may_be_a_verb_in_the_present_may_be_a_noun() -> None:
    assert forms.may_be_noun("plans", "plan") and forms.may_be_noun("rankings", "ranking")
    assert not forms.may_be_noun("planned", "plan")
