"""What a document gets without a model."""

from __future__ import annotations

from streams.nlp.analysed_document import Analysis
from streams.records import Document
from streams.settings import Nlp


def test_without_a_model_there_are_quotations_and_nothing_else() -> None:
    one = Analysis(Document(id="1", url="", text="Er sagte: „Wir werden morgen gehen.“"), Nlp())
    one.quote_without_model()
    assert [(quote.quote, quote.speaker) for quote in one.quotes] == [("Wir werden morgen gehen.", None)]
    assert not one.entities and not one.events
