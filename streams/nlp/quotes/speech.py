"""Selection of quoted text that is speech: neither a scare quote nor a title."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from streams.nlp.text.quotation_marks import Quotation
from streams.records import Quote

_COMMAS = ",，、،"  # of Latin, Chinese and Arabic script
_WORDS = re.compile(r"\w+(?:[’'-]\w+)*")


MINIMUM_WORDS = 4  # words; a shorter quotation counts only when it has a speaker


MAX_CHARACTERS = 8_000  # code points; anything longer is the result of an unclosed quotation mark


def quotes_without_speakers(text: str, quotations: Sequence[Quotation]) -> list[Quote]:
    """Return the direct quotations found by punctuation alone, in any language; no scare quotes or titles."""
    return [
        Quote(quote=text[q.start : q.end], start=q.start, end=q.end)
        for q in quotations
        if q.end - q.start <= MAX_CHARACTERS and is_speech(text[q.start : q.end])
    ]


def with_later_speakers(quotes: list[Quote], continuing: Collection[int]) -> list[Quote]:
    """Return quotations in order, those of several paragraphs with the speaker that only a later paragraph names.

    ``continuing`` are the starts of those that continue the one before.
    """
    for k in range(len(quotes) - 1, 0, -1):
        quote, before = quotes[k], quotes[k - 1]
        if quote.start in continuing and quote.speaker and before.direct and before.speaker is None:
            fields = ("speaker", "speaker_start", "speaker_end", "speaker_id")
            quotes[k - 1] = replace(before, **{name: getattr(quote, name) for name in fields})
    return quotes


def without_comma(quote: Quote) -> Quote:
    """Return the quotation without a comma at its end, which belongs to the sentence around it: ``"We go," she said.``

    Some typographies put it inside of the quotation marks, others outside; a reader gets the same words from both.
    """
    said = quote.quote.rstrip(_COMMAS + " ") if quote.quote.endswith(tuple(_COMMAS)) else quote.quote
    if not quote.direct or not said or said == quote.quote:
        return quote
    return replace(quote, quote=said, end=quote.start + len(said))


def is_speech(said: str) -> bool:
    """Return whether quoted text is speech rather than a scare quote or a title."""
    return word_count(said) >= MINIMUM_WORDS and not is_title(said)


def word_count(said: str) -> int:
    """Return the length in words; in scripts without spaces, two characters count as one word."""
    wide = sum("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in said)
    return wide // 2 if wide > len(said) // 3 else len(_WORDS.findall(said))


def is_title(said: str) -> bool:
    """Return whether every word of more than three letters is capitalised, as in the title of a film or a programme."""
    row = _WORDS.findall(said)
    if not 2 <= len(row) <= 12 or said[-1] in "!?":
        return False
    if said.isupper():
        return True
    rest = [word for word in row[1:] if len(word) > 3]
    return bool(rest) and all(word[0].isupper() for word in rest) and row[0][0].isupper()
