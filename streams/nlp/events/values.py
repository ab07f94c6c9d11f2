"""Typed values of events: amounts of money, numbers of people killed or injured, and the number of targets."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple

from streams.nlp import data
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token

_OF_MONEY = frozenset(
    {"for", "of", "to", "by", "with", "at", "in", "over", "on"}
)  # "for $5 million", "worth of ..."
_CLAUSES = frozenset({"advcl", "ccomp", "relcl", "acl", "conj", "xcomp", "parataxis", "csubj", "pcomp"})
_MAX_COUNT = 100_000_000


class Money(NamedTuple):
    """An amount of money, and its currency as ISO 4217 has it."""

    amount: float
    currency: str


class Casualties(NamedTuple):
    """How many people an event killed or injured; ``None`` where it does not say."""

    killed: int | None
    injured: int | None


@functools.cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return data.table("values")  # type: ignore[no-any-return,unused-ignore]


@functools.cache
def _money() -> re.Pattern[str]:
    """Return the pattern of an amount with its currency before or behind it. Linear: no two parts may match the same text."""
    signs = "|".join(re.escape(sign) for sign in sorted(_table()["signs"], key=len, reverse=True))
    names = "|".join(sorted(_table()["currencies"], key=len, reverse=True))
    scales = "|".join(sorted(_table()["scales"], key=len, reverse=True))
    number = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    return re.compile(
        rf"(?:(?<!\w)(?P<sign>{signs})\s?(?P<first>{number})(?:[\s-]?(?P<scale>{scales})\b)?"
        rf"|\b(?P<second>{number})(?:[\s-]?(?P<scale2>{scales}))?[\s-](?P<name>{names})\b)",
        re.IGNORECASE,
    )


def money_in(text: str, *, weighs: bool = False) -> Money | None:
    """Return the first amount of money in a text; ``weighs`` says that pounds in it are a weight: "clocked in at 243 pounds".

    >>> money_in("US$6.9 billion"), money_in("about 50,000 pounds")
    (Money(amount=6900000000.0, currency='USD'), Money(amount=50000.0, currency='GBP'))
    """
    match = next(
        (found for found in _money().finditer(text) if not _is_weight(found, text, weighs=weighs)), None
    )
    if match is None:
        return None
    number = float((match["first"] or match["second"]).replace(",", ""))
    scale = (match["scale"] or match["scale2"] or "").lower()
    amount = number * float(_table()["scales"][scale]) if scale else number
    if match["sign"]:
        signs = {sign.upper(): code for sign, code in _table()["signs"].items()}
        return Money(amount, signs[match["sign"].upper()])
    return Money(amount, _table()["currencies"][match["name"].lower()])


def _is_weight(match: re.Match[str], text: str, *, weighs: bool) -> bool:
    """Return whether a number of pounds is one of weight: "5,200 pounds of water"."""
    named = match["name"] is not None and match["name"].lower() in ("pound", "pounds")
    return named and (weighs or text[match.end() : match.end() + 4] == " of ")


def money(verb: Token, affected: Token | None = None) -> tuple[int, int] | None:
    """Return the first and last token of the phrase of a verb that may be an amount of money, or ``None``.

    ``affected`` is the noun that is acted upon, which a participle has not below it: "a $100 million penalty imposed by the court".
    """
    for child in verb.children:
        if child.dep_ in _CLAUSES or child.dep_ in dependencies.ACTIVE or child.is_punct:
            continue
        if child.dep_ == "prep" and child.lower_ not in _OF_MONEY:
            continue
        first, last = child.left_edge.i, dependencies.without_clauses(child)
        if any(_is_money(token) and _is_amount_of(token, child) for token in child.doc[first : last + 1]):
            return first, last
    if affected is not None and verb.head.i == affected.i and verb.dep_ in ("acl", *dependencies.RELATIVE):
        first = affected.left_edge.i
        if any(_is_money(token) for token in affected.doc[first : affected.i]):
            return first, int(affected.i)
    return None


def _is_amount_of(token: Token, child: Token) -> bool:
    """Return whether money in a phrase of a verb is the verb's: not "for those with incomes of $5 million", "of using $50 million"."""
    prepositions = 0
    while token.i != child.i and token.head.i != token.i:
        token = token.head
        if token.tag_.startswith("VB"):
            return False
        prepositions += token.dep_ == "prep" and token.lower_ != "of"
    return prepositions <= 1


def _is_money(token: Token) -> bool:
    lower = token.lower_
    return (
        token.text[-1:] in "$£€¥"
        or token.text[:1] in "$£€¥"
        or lower in _table()["currencies"]
        or (lower[:1] == "r" and lower[1:2].isdigit())
    )


def number(noun: Token) -> int | None:
    """Return how many things a noun phrase counts: 14 for "14 protesters", ``None`` for amounts, dates and what has no number."""
    if any(child.text[-1:] in "$£€¥%" for child in noun.lefts):
        return None
    if noun.tag_ == "CD":
        return _integer([*(child for child in noun.lefts if child.tag_ == "CD"), noun])
    counted = [child for child in noun.lefts if child.tag_ == "CD" and child.dep_ == "nummod"]
    if not counted or noun.ent_type_ in ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"):
        return None
    if noun.lower_ in (
        "percent",
        "%",
        "cent",
        "points",
        "years",
        "days",
        "hours",
        "months",
        "weeks",
        "minutes",
    ):
        return None
    if any(child.text[-1:] in "$£€¥" for amount in counted for child in amount.lefts):
        return None  # "$250,000 fines"
    last = counted[-1]
    if noun.tag_ in ("NN", "NNP") and re.fullmatch(r"(?:19|20)\d\d", last.text):
        return None  # "the 2016 election"
    return _integer([*(child for child in last.lefts if child.tag_ == "CD"), last])


def _integer(tokens: list[Token]) -> int | None:
    """Return the value of number words ("1,700", "two", "2 million"), ``None`` if there is no whole one."""
    value = 1.0
    for token in tokens:
        word = token.lower_.replace(",", "")
        known = _table()["numbers"].get(word) or _table()["scales"].get(word)
        if known is None and not re.fullmatch(r"\d{1,9}(?:\.\d{1,3})?", word):
            return None
        value *= float(known or word)
    return int(value) if value == int(value) and 0 < value <= _MAX_COUNT else None


def casualties(lemma: str, affected: Token | None, *, person: bool) -> Casualties:
    """Return how many people an event of this verb killed or injured; ``person`` says that the one affected is a named one."""
    table = _table()["casualties"]
    deadly, harmful = lemma in data.words(table["killing"]), lemma in data.words(table["injuring"])
    if affected is None or not (deadly or harmful):
        return Casualties(None, None)
    count = number(affected)
    if count is None and not any(dependencies.joined(affected)):
        article = any(child.lower_ in ("a", "an", "another") for child in affected.lefts)
        one = person or (article and inflection.singular(affected.lower_) in verbs.people())
        count = 1 if one else None
    return Casualties(count if deadly else None, count if harmful else None)
