"""Speakers without a name, by word order: "ein Sprecher der Polizei", "los fiscales", "одна из жительниц"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import Clause
from streams.nlp.quotes.unparsed.succession import AND

_MAX_WORDS = 7
# Relative pronouns, in the languages of the data files: what stands before them does not speak itself.
_RELATIVES = frozenset(
    {
        "che",
        "que",
        "qui",
        "som",
        "die",
        "der",
        "das",
        "dat",
        "który",
        "která",
        "care",
        "koji",
        "koja",
        "който",
    }
)
# "But", in the languages of the data files.
_BUT = frozenset({"aber", "mais", "pero", "però", "mas", "men", "maar", "ale", "а", "но", "але", "a"})
_MAX_BARE = 4
_MAX_NAME = 3
_MAX_ADJECTIVES = 2
_ADJECTIVES = (
    "ый",
    "ий",
    "ой",
    "ая",
    "яя",
    "ые",
    "ие",
    "і",
    "ій",
)  # endings of the nominative in Russian and Ukrainian
_CONJUNCTION = 3  # letters of "and" and "but", in all these languages
_JOINED = re.compile(r"[\s’'‐-]*")  # what may stand between the words of one phrase
_NAMED = re.compile(r"[\s’'‐-]*|\s[„“\"«]\s?")  # the same, or before what somebody is called: 'die „Zeit“'
_OPENING, _CLOSING = '„“"«', '“”"»'


def behind(text: str, clause: Clause, first: int, reporting: Reporting) -> tuple[int, int] | None:
    """Return the offsets of the noun phrase that begins at word ``first`` of a clause, ``None`` if none does.

    It begins with an article, an indefinite word or a possessive, in languages without articles also with a noun for a
    person; and ends before punctuation, a verb or one of the language's words that begin what is no part of it.
    """
    row = clause.words[first : first + _MAX_WORDS]
    if not row or not begins(row[0][2], reporting):
        return None
    if first and not _JOINED.fullmatch(text, clause.words[first - 1][1], row[0][0]):
        return None
    last = row[0]
    count = 1
    for word in row[1:]:
        noun = count == 1 and row[0][2] in reporting.articles and word[2] not in reporting.stops
        if not _NAMED.fullmatch(text, last[1], word[0]) or (_ends(word[2], reporting) and not noun):
            break  # "el comunicado" is no participle
        last, count = word, count + 1
    if count < 2 and row[0][2] not in reporting.persons:
        return None
    end = last[1]
    if any(mark in text[row[0][0] : end] for mark in _OPENING) and text[end : end + 1] in [*_CLOSING]:
        end += 1
    return row[0][0], end


def before(text: str, clause: Clause, verb: int, reporting: Reporting) -> tuple[int, int] | None:
    """Return the offsets of the noun phrase that begins a clause and ends before its verb: "Una vecina declaró: ..."."""
    row = clause.words[:verb]
    joints = [k for k in range(1, len(row)) if not _JOINED.fullmatch(text, row[k - 1][1], row[k][0])]
    if joints and not _JOINED.fullmatch(text, row[-1][1], clause.words[verb][0]):
        row = row[: joints[0]]  # "Una vecina, que ..., declaró"
    elif joints:
        row = row[joints[-1] :]
    while row and len(row[0][2]) <= _CONJUNCTION and not begins(row[0][2], reporting):
        if row[0][2] in reporting.stops and row[0][2] not in AND | _BUT:
            return None  # "von der ... gefordert": no subject
        row = row[1:]
    while row and (row[-1][2] in reporting.auxiliaries or row[-1][2] in reporting.objects):
        row = row[:-1]
    while (
        len(row) > 1
        and not reporting.articles
        and not begins(row[0][2], reporting)
        and not _is_adjective(row[0][2])
    ):
        row = row[1:]
    if not 1 <= len(row) <= _MAX_WORDS or not (begins(row[0][2], reporting) or _qualified(row, reporting)):
        return None
    if row[-1][2] in reporting.stops or row[-1][2] in _RELATIVES:
        return None
    return (row[0][0], row[-1][1]) if len(row) > 1 or row[0][2] in reporting.persons else None


def bare(text: str, clause: Clause, first: int, reporting: Reporting) -> tuple[int, int] | None:
    """Return the offsets of the words from ``first`` on that end before a comma or the clause: "по словам прокуроров, ..."."""
    row = clause.words[first : first + _MAX_BARE]
    last = None
    for word in row:
        if last is not None and not _JOINED.fullmatch(text, last[1], word[0]):
            return row[0][0], last[1]
        if _ends(word[2], reporting) or word[2] in reporting.pronouns:
            return None
        last = word
    ended = last is not None and len(clause.words) <= first + len(row)
    return (row[0][0], last[1]) if last is not None and ended else None


def document(text: str, clause: Clause, reporting: Reporting) -> tuple[int, int, str] | None:
    """Return the offsets of the document that a clause says something stands in, and the phrase that says so.

    It stands behind a preposition, after the phrase ("heißt es in dem Schreiben") or at the beginning ("In dem Antrag heißt es").
    """
    words = [word for _start, _end, word in clause.words]
    for phrase in reporting.says:
        parts = phrase.split()
        at = next((k for k in range(len(words)) if words[k : k + len(parts)] == parts), None)
        if at is None:
            continue
        behind = clause.words[at + len(parts) :]
        if behind and behind[0][2] in reporting.inside:
            row = behind[1 : 1 + _MAX_WORDS]
        else:
            row = clause.words[1:at] if at <= _MAX_WORDS and words[0] in reporting.inside else []
        last = None
        for word in row:
            if last is not None and (
                not _JOINED.fullmatch(text, last[1], word[0]) or _ends(word[2], reporting)
            ):
                break
            last = word
        if last is not None:
            return row[0][0], last[1], phrase
    return None


def name(text: str, clause: Clause, first: int) -> tuple[int, int] | None:
    """Return the offsets of the capitalised words that begin at word ``first``: a name that no model found."""
    row = clause.words[first : first + _MAX_NAME]
    last = None
    for word in row:
        if not text[word[0]].isupper() or text[word[0] : word[1]].isupper():
            break
        if last is not None and not _JOINED.fullmatch(text, last[1], word[0]):
            break
        last = word
    return (row[0][0], last[1]) if last is not None else None


def begins(word: str, reporting: Reporting) -> bool:
    """Return whether a word may begin the noun phrase of a speaker."""
    if word in reporting.pronouns or word in reporting.objects - reporting.articles - reporting.possessives:
        return False
    if word in reporting.articles or word in reporting.indefinite or word in reporting.possessives:
        return True
    return not reporting.articles and word in reporting.persons


def _is_adjective(word: str) -> bool:
    return word.endswith(_ADJECTIVES)


def _qualified(row: Sequence[tuple[int, int, str]], reporting: Reporting) -> bool:
    """Return whether a phrase is a noun for a person behind an adjective, in languages without articles."""
    return not reporting.articles and any(
        word in reporting.persons for _start, _end, word in row[1 : _MAX_ADJECTIVES + 1]
    )


def _ends(word: str, reporting: Reporting) -> bool:
    return word in reporting.stops or word in reporting.verbs or word in reporting.auxiliaries
