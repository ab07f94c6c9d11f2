"""Texts that tell what happened, and others."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp import Models, enrich
from streams.nlp.events import narrative
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Document

GUIDE = """A good mouse fits the hand. It rests on the desk, moves well and is light. The buttons click softly, and the wheel turns.
Makers such as Orbital sell them in three sizes. Orbital supports Linux. Users in Norway like it, and it costs little.

The cable is long. The battery lasts a week and charges fast. Reviewers praise it, shops in Oslo stock it, and nobody complains."""


def test_the_past_and_the_perfect_tell_what_happened(parse: Callable[[str], ParsedParagraph]) -> None:
    told = [parse("Norway has signed the treaty. Denmark refused. " * 5)]
    assert narrative.share_of_past(told) == 1.0
    assert narrative.share_of_past([parse("The mouse is light and fits the hand. " * 6)]) == 0.0


def test_a_few_verbs_say_nothing_about_a_text(parse: Callable[[str], ParsedParagraph]) -> None:
    assert narrative.share_of_past([parse("Norway has to approve the deal.")]) == 1.0


def test_a_guide_has_no_events_but_what_happened(models: Models, all_candidates: Models) -> None:
    def told(text: str, models: Models) -> list[str]:
        document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
        found = enrich([document], models)[0].events
        return [event.action for event in sorted(found, key=lambda event: -event.probability)]

    assert set(told(GUIDE, models)) <= {"support"}
    assert told(f"{GUIDE}\n\nOrbital acquired Ferrovax in 2019.", all_candidates)[0] == "acquire"


def test_what_is_always_so_is_no_event_below_the_opening(models: Models) -> None:
    opening = "Norway signed a treaty with Denmark on Monday. " * 2
    body = "The office in Oslo supports many small farms. Anna Berg builds boats for traders. Police arrested Carlos Vega."
    text = "\n\n".join(
        [opening, *(f"The talks in Oslo took {k} weeks and ended late." for k in range(2, 8)), body]
    )
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    actions = {event.action for event in enrich([document], models)[0].events}
    assert "arrest" in actions
    assert actions.isdisjoint({"support", "build"})
