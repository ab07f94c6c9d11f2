"""Where events happen."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


def places(models: Models, text: str) -> dict[str, str | None]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event.place for event in enrich([document], models)[0].events}


@pytest.mark.parametrize(
    ("sentence", "action", "place"),
    [
        ("The missile struck the town of Larvik in the Kyiv region on Friday.", "strike", "Kyiv region"),
        ("Ida Holm was taken to Royal Larvik hospital on Friday.", "take", "Royal Larvik hospital"),
        ("Ida Holm met Peter Lund at London's Royal Auditorium on Friday.", "meet", "London"),
        ("Norway negotiated with Russia over Syria on Friday.", "negotiate", None),
        ("Militants blew up the embassy in Kenya on Friday, killing 12 people.", "kill", "Kenya"),
        ("Norway condemned the strike on a school in Kyiv on Friday.", "condemn", None),
        ("Volvo announced a partnership with Norsk Hydro in Denmark.", "announce", None),
        ("Norway published files about the war in Mali.", "publish", None),
        ("Norway sold 12 ships to Mali.", "sell", None),
        ("Norway suspended exports of gas to Chile.", "suspend", None),
        ("Norway launched a strike on a school in Kyiv.", "launch", "Kyiv"),
        ("Norway opened a mill in Kenya, where Denmark had signed a treaty with Iceland.", "sign", "Kenya"),
        ("Norway opened a mill in Kenya after Denmark had signed a treaty with Iceland.", "sign", None),
    ],
)
def test_a_phrase_names_the_place(
    all_candidates: Models, sentence: str, action: str, place: str | None
) -> None:
    assert places(all_candidates, sentence)[action] == place


@pytest.mark.parametrize(
    ("text", "action", "place"),
    [
        ("Ida Holm was born in Norway, where she was appointed minister of trade.", "appoint", "Norway"),
        ("The trade minister served in Lisbon where Ida Holm signed a treaty with Spain.", "sign", "Lisbon"),
    ],
)
def test_a_relative_clause_tells_what_happened_at_its_place(
    models: Models, text: str, action: str, place: str
) -> None:
    assert places(models, text)[action] == place
