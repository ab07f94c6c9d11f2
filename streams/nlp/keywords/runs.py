"""Runs of content words: the parts of a paragraph between stop words and punctuation."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

import msgspec
import regex

from streams.nlp.keywords import grammar as grammars
from streams.nlp.keywords.grammar import Grammar
from streams.nlp.text.segments import Span

_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'‐.&][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")
# The same for texts with combining marks, which Python's ``\w`` leaves out: a word of Hindi is letters and marks.
_TOKEN_WITH_MARKS = regex.compile(
    r"\p{L}[\p{L}\p{M}\u200c\u200d]*+(?:[-’'‐.&]\p{L}[\p{L}\p{M}\u200c\u200d]*+)*|\d[\d.,]*|[^\w\s]", regex.V1
)
_MARK = regex.compile(r"\p{M}")
# English endings: the possessive is cut off, the others make the word a function word ("didn't", "they've").
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_CONTRACTED = re.compile(r"n['’]t$|['’](?:ve|re|ll|d|m|all)$", re.IGNORECASE)
_BEFORE_SENTENCE = frozenset('.!?:…«"“„‘')
_KNOWN = 8_000  # tokens whose words are kept, about 600 bytes each


def token_pattern(text: str) -> re.Pattern[str] | regex.Pattern[str]:
    """Return the pattern of words, numbers and punctuation for a text."""
    return _TOKEN_WITH_MARKS if _MARK.search(text) else _TOKEN


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word ``token[start:end]`` of a token, or punctuation or a number, of which nothing else is said."""

    start: int = 0
    end: int = 0
    folded: str = ""
    key: tuple[str, ...] = ()  # ``folded`` alone
    capital: bool = False
    opens: bool = False  # first of its sentence if its token is, so that a capital says nothing
    content: bool = False
    joins: bool = False  # a function word that phrases may contain
    article: bool = False  # a noun phrase follows
    preposition: bool = False


class Run(msgspec.Struct, frozen=True):
    """Adjacent content words of a paragraph, and what stands before them."""

    paragraph: int
    words: list[Word]
    places: list[int]  # where the words' tokens begin in the text
    before: Word | None
    opens: bool  # whether the first word opens its sentence


_BREAK = Word()


def runs(text: str, spans: Sequence[Span], language: str) -> Iterator[Run]:
    """Yield the runs of the paragraphs ``spans`` of a text in order, each with the number of its paragraph."""
    grammar, pattern = grammars.of(language), token_pattern(text)
    for number, span in enumerate(spans):
        yield from _runs(number, pattern.finditer(text, span.start, span.end), language, grammar)


def _runs(
    number: int, tokens: Iterator[re.Match[str]] | Iterator[regex.Match[str]], language: str, grammar: Grammar
) -> Iterator[Run]:
    """Yield the runs of paragraph ``number``. What is written together ("l'accord", "city's") are two words."""
    words: list[Word] = []
    places: list[int] = []
    before: Word | None = None
    opens = first_opens = True
    for match in tokens:
        token = match.group()
        if not token[0].isalpha():
            if words:
                yield from _run(number, words, places, before, opens=first_opens)
                words, places = [], []
            before = _BREAK
            opens = token[0] in _BEFORE_SENTENCE
            continue
        for word in _parts(token, language):
            if word.content or (word.joins and words):
                if word.capital and words and not grammar.nouns_capitalised and _name_begins(words, word):
                    yield from _run(number, words, places, before, opens=first_opens)
                    words, places = [], []
                if not words:
                    first_opens = opens and word.opens
                words.append(word)
                places.append(match.start())
                continue
            if words:
                yield from _run(number, words, places, before, opens=first_opens)
                words, places = [], []
            before = word
        opens = False
    if words:
        yield from _run(number, words, places, before, opens=first_opens)


def _name_begins(words: Sequence[Word], word: Word) -> bool:
    """Return whether a capital after a word in lower case begins a name: "president | Dilma Rousseff"."""
    return word.content and not words[-1].joins and not words[-1].capital


def _run(
    number: int, words: list[Word], places: list[int], before: Word | None, *, opens: bool
) -> Iterator[Run]:
    """Yield one run without the joining words at its end."""
    while words[-1].joins:  # its first word is no joining word
        words.pop()
        places.pop()
    yield Run(number, words, places, before, opens)


@functools.lru_cache(maxsize=_KNOWN)
def _parts(token: str, language: str) -> tuple[Word, ...]:
    """Return the words that are written together as one token, with offsets into it."""
    grammar = grammars.of(language)
    at = _elided(token, grammar)
    cut = at + _ending(token[at:], language, grammar)
    word = _word(token[at:cut], at, grammar)
    parts = [word]
    if at:
        elided = token[:at].casefold().replace("’", "'")
        parts.insert(0, Word(0, at, elided, joins=elided in grammar.inside, article=True))
    if language == "en" and word.content and cut < len(token):
        parts.append(Word(cut, len(token), article=True))  # what somebody owns follows
    return tuple(parts)


def _word(surface: str, start: int, grammar: Grammar) -> Word:
    folded = surface.casefold().replace("’", "'")
    joins = folded in grammar.inside
    stops = joins or folded in grammar.stop or len(folded) < 2 or _CONTRACTED.search(folded) is not None
    return Word(
        start,
        start + len(surface),
        folded,
        (folded,),
        capital=surface[:1].isupper(),
        opens=True,
        content=not stops,
        joins=joins,
        article=folded in grammar.articles,
        preposition=folded in grammar.prepositions,
    )


def _elided(word: str, grammar: Grammar) -> int:
    """Return the length of an elided article or preposition at the start of a word, with its apostrophe; 0 if there is none."""
    if not grammar.elided:
        return 0
    head, mark, rest = word.replace("’", "'").partition("'")
    return len(head) + 1 if mark and rest and f"{head.casefold()}'" in grammar.elided else 0


def _ending(word: str, language: str, grammar: Grammar) -> int:
    """Return the length of a word without what follows an apostrophe: the English possessive, Turkish endings."""
    if language == "en":
        cut = _POSSESSIVE.search(word)
        return cut.start() if cut is not None and cut.start() else len(word)
    at = word.replace("’", "'").find("'") if grammar.suffixed else -1
    return at if at > 0 else len(word)
