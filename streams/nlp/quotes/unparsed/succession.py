"""What stands between quotations and around them: whether one goes on with the one before, is a sentence, a term or a name."""

from __future__ import annotations

from streams.nlp.quotes import speech
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import CLAUSE_END, WORD, sentence_start
from streams.nlp.text.quotation_marks import Quotation

# "And", in the languages of the data files.
AND = frozenset({"und", "et", "y", "e", "en", "och", "og", "i", "ja", "și", "и", "та", "і"})
# "That", in the languages of the data files.
CONJUNCTIONS = frozenset(
    {"que", "dass", "daß", "что", "che", "dat", "att", "at", "że", "že", "că", "да", "що", "qu", "että"}
)
_MAX_JOINT = 2  # words of "and", "and to" between two parts of one sentence
_SENTENCE_ENDS = ".!?…。！？,"
_BRACKETS = "[(…. "  # what an editor puts before a quotation's first word
_LONGEST_NAME = 12  # words


def goes_on(text: str, before: Quotation, this: Quotation, *, names: bool) -> bool:
    """Return whether a quotation continues the one before, is a sentence right behind it, or another part of its sentence.

    ``names`` says whether anybody is named between them.
    """
    if this.continues:
        return True
    if before.paragraph != this.paragraph:
        return False
    between = text[before.outer_end : this.outer_start]
    ends = len(CLAUSE_END.findall(between))
    words = WORD.findall(between.lower())
    if _is_interposed(between) and ends <= 1:
        return True
    if ends == 0 and words and words[0] in AND and len(words) <= _MAX_JOINT:
        return True
    first = _first(text, this)
    if (
        ends == 0
        and first.islower()
        and not names
        and text[before.end - 1] not in ".!?…"
        and text[before.start].islower()
    ):
        return True
    begins = not between[sentence_start(between, 0, len(between)) :].strip(" \t\n—–―-")
    return first.isupper() and _ends(text, this) and begins and ends <= 1


def is_sentence(text: str, quotation: Quotation) -> bool:
    """Return whether a quotation is a sentence of its own."""
    stop = text[quotation.end - 1] in ".!?…" or text[quotation.outer_end : quotation.outer_end + 1] == "."
    return _first(text, quotation).isupper() and stop


def is_term(text: str, quotation: Quotation) -> bool:
    """Return whether words in marks are a name or a term within their sentence: 'the founder of "New Home" said: ...'."""
    said = text[quotation.start : quotation.end]
    return speech.word_count(said) < speech.MINIMUM_WORDS and said[-1] not in _SENTENCE_ENDS


def is_named(text: str, low: int, quotation: Quotation, reporting: Reporting) -> bool:
    """Return whether words in marks are what the noun before them is called: 'the film "Noises of the night"'.

    They begin with a capital within a sentence that is told from ``low`` on, without comma or colon before them; the word before
    them is written small and no verb of speech or word that leads to a clause.
    """
    said = text[quotation.start : quotation.end]
    before = WORD.findall(text, low, quotation.outer_start)
    if not before or not text[low : quotation.outer_start].rstrip()[-1].isalnum():
        return False
    leads = (
        reporting.verbs,
        reporting.pronouns,
        reporting.stops,
        reporting.auxiliaries,
        reporting.objects,
        CONJUNCTIONS,
    )
    return (
        (said[0].isupper() or said[0].isdigit())
        and said[-1] not in ".!?…"
        and speech.word_count(said) <= _LONGEST_NAME
        and before[-1].islower()
        and not any(before[-1] in words for words in leads)
    )


def is_listed(text: str, before: Quotation, this: Quotation) -> bool:
    """Return whether a comma or "and" alone stands between two quotations."""
    between = text[before.outer_end : this.outer_start].strip().lower()
    return before.paragraph == this.paragraph and (between == "," or between in AND)


def introduces_next(text: str, quotation: Quotation, high: int) -> bool:
    """Return whether what stands between a quotation that ends its sentence and the next one leads to that with a colon."""
    between = text[quotation.outer_end : high].rstrip()
    ends = text[quotation.end - 1] in ".!?…"
    return ends and between.endswith(":") and CLAUSE_END.search(between) is None


def _is_interposed(between: str) -> bool:
    """Return whether a clause between two quotations parts one sentence: "...", he says, "..."."""
    return between.lstrip(" \"'”’»“").startswith(",") and between.rstrip(" \"'“„«‘").endswith((",", "—", "–"))


def _first(text: str, quotation: Quotation) -> str:
    """Return the first character of what is said, behind brackets."""
    return text[quotation.start : quotation.end].lstrip(_BRACKETS)[:1]


def _ends(text: str, quotation: Quotation) -> bool:
    last = text[quotation.end - 1]
    return (last if last in _SENTENCE_ENDS else text[quotation.outer_end : quotation.outer_end + 1]) in [
        *_SENTENCE_ENDS
    ]
