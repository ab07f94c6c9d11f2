"""The English pipeline, loaded once for all tests of the package, and paragraphs parsed with it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from streams.nlp import Models
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph, shorten
from streams.nlp.text import quotation_marks
from streams.nlp.text.segments import Span


@pytest.fixture(scope="session")
def models() -> Models:
    return Models.load()


@pytest.fixture(scope="session")
def all_candidates(models: Models) -> Models:
    """The same models, with events of any probability."""
    every = copy.copy(models)
    every.options = replace(models.options, event_probability=0.0)
    return every


@pytest.fixture(scope="session")
def parse(models: Models) -> Callable[[str], ParsedParagraph]:
    pipeline = models.pipeline("en")
    assert pipeline is not None

    def parsed(text: str) -> ParsedParagraph:
        span = Span(0, len(text))
        quotations = quotation_marks.quotations(text, [span])
        short = shorten(pipeline.recognise([text])[0], span, quotations)
        doc = pipeline.parse([short.doc])[0]
        return ParsedParagraph(span, doc, short.kept, short.starts, short.ends, quotations)

    return parsed
