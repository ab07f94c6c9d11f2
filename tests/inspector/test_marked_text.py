"""The text of a page, divided where marks begin and end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inspector.made import TEXT, enriched

from streams.inspector.marked_text import marked
from streams.records import Entity, Event, Mention, Residue, ResidueKind


def test_entities_quotations_speakers_and_events_are_marked_where_they_stand() -> None:
    found = {
        stretch.text: {mark.kind for mark in stretch.marks} for stretch in marked(enriched()) if stretch.marks
    }
    assert found == {
        "Ada Quill": {"entity", "speaker"},
        "spoke": {"event"},
        "The bridge will stay,": {"quote"},
    }


def test_events_of_the_title_are_not_marked_in_the_text() -> None:
    event = Event(
        source="title", action="open", kind="make", start=4, end=9, sentence_start=0, sentence_end=20
    )
    found = [mark.kind for stretch in marked(enriched(events=(event,))) for mark in stretch.marks]
    assert "event" not in found


def test_residue_stands_where_it_was_cut() -> None:
    stretches = marked(enriched())
    position = next(number for number, stretch in enumerate(stretches) if stretch.cut is not None)
    assert "".join(stretch.text for stretch in stretches[:position]) == TEXT[:26]
    assert stretches[position].text == ""


def test_residue_behind_the_text_stands_at_its_end() -> None:
    piece = Residue(kind=ResidueKind.RELATED, text="More", at=10_000, evidence="list")
    assert marked(enriched(residue=(piece,)))[-1].cut == piece


spans = st.tuples(st.integers(-3, 80), st.integers(-3, 80))


@given(st.lists(spans, max_size=12), st.lists(st.integers(-5, 90), max_size=4))
def test_the_stretches_are_the_text_whatever_a_record_says(
    places: list[tuple[int, int]], cuts: list[int]
) -> None:
    entities = tuple(
        Entity(text="e", label="ORG", mentions=(Mention(start=start, end=end),)) for start, end in places
    )
    residue = tuple(Residue(kind=ResidueKind.SHARE, text="cut", at=at, evidence="") for at in cuts)
    stretches = marked(enriched(entities=entities, residue=residue))
    assert "".join(stretch.text for stretch in stretches) == TEXT
    assert [stretch.cut for stretch in stretches if stretch.cut] != [] or not cuts
    for stretch in stretches:
        for mark in stretch.marks:
            assert TEXT[mark.start : mark.end].find(stretch.text) >= 0
