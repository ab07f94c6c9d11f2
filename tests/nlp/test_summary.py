"""Lead and statistics."""

from __future__ import annotations

from streams.nlp import summary
from streams.nlp.text import segments

ENGLISH = (
    "The harbour bridge is closed. Engineers found cracks in the harbour bridge on Monday, and ferries now carry the "
    "commuters. The ferries are full. The council will repair the harbour bridge in spring."
)


def test_the_lead_is_the_first_paragraph_of_running_text() -> None:
    text = f"Bridge closed\n\n{ENGLISH}\n\nMore."
    assert summary.lead(text, segments.paragraphs(text), "Bridge closed") == ENGLISH


def test_statistics_count_words_sentences_and_paragraphs() -> None:
    text = "One two three. Dr. Four five!\n\nSix seven."
    found = summary.statistics(text, segments.paragraphs(text))
    assert (found.words, found.sentences, found.paragraphs, found.characters) == (8, 3, 2, len(text))
