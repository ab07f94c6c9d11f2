"""What a language's phrases look like: words before nouns, words within phrases, words that say nothing by themselves."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from streams.nlp import data
from streams.nlp.text.stop_words import stop_words

_NOT_EVIDENCE = re.compile(r"(?!)")


class Grammar(NamedTuple):
    """Words of one language, case-folded, with ``'`` as the apostrophe."""

    stop: frozenset[str]  # no phrase contains them, except those of ``inside``
    articles: frozenset[str]  # articles and possessives: a noun phrase follows
    prepositions: frozenset[str]
    inside: frozenset[str]  # what joins the words of one phrase: "de" in "banque de France"
    bare: frozenset[str]  # titles and general nouns: no keyword by themselves
    elided: frozenset[str]  # what is written together with the next word: "l'", "dell'"
    verbal: re.Pattern[str]  # a word that is a noun behind an article only: "the meeting", "by meeting"
    plural: str  # ending of plurals or genitives, which are one candidate with the word without it
    head_first: bool  # whether a phrase begins with its noun: "politique monétaire"
    nouns_capitalised: bool  # whether every noun is written with a capital
    suffixed: bool  # whether endings follow an apostrophe: "Ankara'da"


@functools.cache
def of(language: str) -> Grammar:
    """Return the words of a language (ISO 639 code); empty sets where nothing is known of it."""
    table = data.table("phrases").get(language, {})

    def words(key: str) -> frozenset[str]:
        return frozenset(word.casefold() for word in data.words(table.get(key, "")))

    return Grammar(
        stop=stop_words(language),
        articles=words("articles"),
        prepositions=words("prepositions"),
        inside=words("inside"),
        bare=words("bare"),
        elided=words("elided"),
        verbal=re.compile(table["verbal"]) if "verbal" in table else _NOT_EVIDENCE,
        plural=table.get("plural", ""),
        head_first=table.get("head_first", False),
        nouns_capitalised=table.get("nouns_capitalised", False),
        suffixed=table.get("suffixed", False),
    )
