"""Learning what is acted upon where rules find nothing."""

from __future__ import annotations

from streams.nlp import Models
from streams.nlp.events.targets import choice
from streams.records import Document
from training.events import candidates, role_labels, targets
from training.events.role_labels import Label, Role
from training.events.targets import Case, Counts

TEXT = "The earthquake resulted in the death of Ida Holm."


def rows(count: int = 60) -> list[Case]:
    """Verbs of which one has a target behind "in" and the other none."""
    found = []
    for k in range(count):
        lemma = ("result", "sleep")[k % 2]
        named = [("none", f"none, lemma {lemma}"), ("prep in", f"prep in, lemma {lemma}")]
        found.append(Case(f"site{k}", named, [k % 2 == 1, k % 2 == 0], k % 2 == 1, True))
    return found


def test_which_verbs_have_a_target_is_learnt_without_the_site() -> None:
    found = rows()
    assert targets.left_out(found, 0) == [1 - k % 2 for k in range(len(found))]


def test_the_report_counts_what_is_right_and_what_is_gained() -> None:
    found = rows()
    assert Counts.of(found[:2], [0, 1]) == Counts(missing=1, surplus=1)
    assert "Right choices gained, worth: +30.0" in targets.report(found)


def test_a_labelled_verb_is_a_case_with_its_right_candidate(models: Models) -> None:
    document = Document(
        id="v", url="", site="v.example", text=TEXT, published_at="2024-05-17", declared_language="en"
    )
    start = TEXT.index("resulted")
    verb = candidates.verb_of("v", "text", start)
    nothing, span = Role(), (TEXT.index("death"), len(TEXT) - 1)
    roles = {"actor": nothing, "target": Role((span,)), "time": nothing, "place": nothing}
    label = Label(verb, "site", event=True, worth=True, roles=roles)
    found = list(targets.cases([document], models, {verb: label}))
    assert [case.right for case in found] == [[False, True]]
    assert "prep in, lemma result" in found[0].named[1]


def test_labels_are_readable_and_weights_are_of_known_features() -> None:
    assert len(role_labels.read()) > 3000
    assert all(isinstance(value, float) for value in choice.weights().values())
