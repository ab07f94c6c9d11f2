"""The paragraphs and the title of a document as the models get them: same lengths, casing normalised for English."""

from __future__ import annotations

import re

from streams.nlp.analysed_document import Analysis
from streams.nlp.entities import gazetteer
from streams.nlp.entities.mention_boundaries import InputParagraph
from streams.nlp.events.headlines import headline
from streams.nlp.syntax import verbs
from streams.nlp.text import dateline
from streams.nlp.text.segments import Span
from streams.nlp.text.truecase import Casing

LEADS = 3  # paragraphs at the start of a document in which news tells its main events
OPENING = 5  # paragraphs at the start: these, and the ones after them in which datelines are still looked for
_LONG_PUNCTUATION = re.compile(r"(?<![^\w\s])(?<!_)(?:[^\w\s]|_){100,}+")

_STEP = 25
_PUNCTUATION_AGAIN = re.compile(r"(?:[^\w\s]|_){3}")


def inputs(analysis: Analysis, language: str) -> list[InputParagraph]:
    """Return the paragraphs as the models get them: same lengths, casing normalised for English."""
    # spaCy's tokenizer is quadratic in the length of a run of punctuation, and not in that of a run of letters.
    text = analysis.text
    if _PUNCTUATION_AGAIN.search(text[::_STEP]):  # of a hundred characters in a row it sees four
        text = _LONG_PUNCTUATION.sub(lambda match: "x" * len(match.group()), text)
    if language != "en":
        return [InputParagraph(span, text[span.start : span.end]) for span in analysis.spans]
    text = text.replace("―", "—")  # the models know the em dash and not the horizontal bar
    casing = Casing(text, analysis.spans, gazetteer.english().casing, verbs.all_forms())
    cased = casing.title(analysis.document.title or "")
    analysis.title_inputs = [
        InputParagraph(part, headline.closed(cased[part.start : part.end]))
        for part in headline.parts(analysis.document.title or "")
    ]
    return [_truecased(text, k, span, casing) for k, span in enumerate(analysis.spans)]


def _truecased(text: str, k: int, span: Span, casing: Casing) -> InputParagraph:
    """Return paragraph ``k`` in the case of running text, with the places of its dateline if it has one."""
    written = text[span.start : span.end]
    truecased = casing.apply(written)
    opening = dateline.find(written) if k < OPENING else None
    if opening is None:
        return InputParagraph(span, truecased)
    return InputParagraph(span, casing.opening(truecased, opening.end), opening.places)
