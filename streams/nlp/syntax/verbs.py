"""English verbs of speech and of action: lemmas, event classes, and the word lists that select paragraphs to parse."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from types import MappingProxyType

from streams.nlp import data
from streams.nlp.syntax import hyphenated_words
from streams.nlp.syntax.inflection import forms_of, inflect, irregular

# Ends of stems behind which a final "e" was dropped: one vowel and one consonant of a single syllable ("hoped"; it would be doubled in
# "hopped"), and those of "pursued", "changed", "compiled", "masqueraded", "quarantined", "proposed", "restored"; and two vowels before a
# consonant, behind which none was.
_SILENT = re.compile(
    r"^[^aeiou]*[aeiouy][bcdfgklmnprstvz]$|[^aeiou]u$|[gq]u$|[a-z]{2}eng$|(?:r|ch)ang$|[pl]ung$|[^aeiou]il$|[^eo]ad$|[^aeiouw]in$"
    r"|[^eo]ak$|[^eo]ar$|[^o]od$|[ph]on$|[^aeiou]am$|(?:pl|st|sc|gn)or$|os$|yp$|yz$|(?:un|inv|rec|inc|exc|ign)it$|(?:m|qu|[^i]v)ot$"
    r"|[cr]ul$|plet$|ced$|(?:con|inter|tra)ven$|lcom$"
)
# Prefixes behind which a verb tells the same as without.
_REPEATING = frozenset({"re", "co", "pre"})
_PLAIN = re.compile(r"(?:(?<!cr)ea|oa|oi|ou|oo|ai|au)[dtrklpn]$")


@functools.cache
def reporting() -> Mapping[str, str]:
    """Return the forms of reporting verbs ("said", "told") -> lemma."""
    return MappingProxyType(forms_of(data.words(data.table("reporting")["en"]["verbs"])))


@functools.cache
def weak_reporting() -> frozenset[str]:
    """Return the reporting verbs (lemmas) that mostly have another meaning."""
    return frozenset(data.words(data.table("reporting")["en"]["weak"]))


def _acting() -> list[str]:
    """Return the verbs of action (lemmas) without a particle."""
    return [lemma for lemma in event_classes() if " " not in lemma and lemma not in excluded()]


@functools.cache
def base_forms() -> frozenset[str]:
    """Return the base forms of verbs of action, as they follow "will", "must" and "to"."""
    return frozenset(_acting())


@functools.cache
def indirect_reporting() -> frozenset[str]:
    """Return the reporting verbs (lemmas) that introduce indirect speech."""
    return frozenset(data.words(data.table("reporting")["en"]["core"]))


@functools.cache
def parse_triggers() -> frozenset[str]:
    """Return the verb forms that make a paragraph without quotations worth parsing.

    They are the third person and past forms of verbs that report speech or an action, and "according".
    """
    told = [*_acting(), *indirect_reporting()]
    forms = {form for lemma in told for form, tag in inflect(lemma).items() if tag in ("VBD", "VBZ", "VBN")}
    return frozenset({"according", "According", *forms})


@functools.cache
def event_classes() -> Mapping[str, str]:
    """Return lemma, with particle if any -> event class. If a verb is in two classes, the first wins."""
    table: dict[str, str] = {}
    for kind, row in data.table("verbs")["classes"].items():
        for lemma in data.words(row):
            table.setdefault(lemma, kind)
    return MappingProxyType(table)


@functools.cache
def people() -> frozenset[str]:
    """Return nouns for persons, in the singular, with those of who holds an office with another one or no more: "co-founder"."""
    return hyphenated_words.people(data.words(data.table("verbs")["people"]["nouns"]))


@functools.cache
def all_forms() -> Mapping[str, str]:
    """Return the forms of every verb in the tables -> lemma."""
    excluded = data.words(data.table("verbs")["excluded"]["verbs"])
    single = [
        lemma
        for lemma in (
            *irregular(),
            *event_classes(),
            *data.table("frames")["frames"],
            *excluded,
            *data.words(data.table("reporting")["en"]["verbs"]),
            *data.words(data.table("verbs")["headline"]["verbs"]),
        )
        if " " not in lemma
    ]
    return MappingProxyType(forms_of(single))


@functools.cache
def excluded() -> frozenset[str]:
    """Return the verbs (lemmas) that are no action."""
    return frozenset(data.words(data.table("verbs")["excluded"]["verbs"]))


def lemma(form: str, tag: str = "") -> str:
    """Return the lemma of a verb form, from the tables or else by the rules of English spelling.

    >>> lemma("presented"), lemma("struck"), lemma("vowing"), lemma("rejigged", "VBD")
    ('present', 'strike', 'vow', 'rejig')
    """
    form = form.lower().replace("’", "'")
    base = all_forms().get(form)
    if base is not None:
        return base
    prefix, hyphen, rest = form.partition("-")
    if hyphen and rest:
        return f"{prefix}-{lemma(rest, tag)}"
    if tag in ("VB", "VBP"):
        return form
    if form.endswith("ies") and len(form) > 4:
        return f"{form[:-3]}y"
    if form.endswith("ied") and len(form) > 4:
        return f"{form[:-3]}y"
    if form.endswith("eed") and len(form) > 5:
        return form[:-1]
    for ending in ("ing", "ed"):
        if form.endswith(ending) and len(form) > len(ending) + 2:
            return _stem(form[: -len(ending)])
    if form.endswith(("ches", "shes", "sses", "xes", "zes")):
        return form[:-2]
    if form.endswith("s") and not form.endswith("ss") and len(form) > 3:
        return form[:-1]
    return form


def repeated(lemma: str) -> str:
    """Return the verb that one with "re-", "co-" or "pre-" is a kind of: "found" of "co-found"; others are returned as they are."""
    prefix, _hyphen, rest = lemma.partition("-")
    return rest if rest and prefix in _REPEATING and lemma not in event_classes() else lemma


def _stem(stem: str) -> str:
    """Return the lemma of a form whose "-ing" or "-ed" is cut off: undo the doubling or restore the final "e"."""
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
        return stem[:-1]
    if _PLAIN.search(stem):
        return stem
    if _SILENT.search(stem):
        return f"{stem}e"
    # Endings after which a final "e" was dropped: "rated", "forced", "merged".
    if stem.endswith(
        (
            "at",
            "iz",
            "is",
            "us",
            "as",
            "ac",
            "ag",
            "cl",
            "dl",
            "eg",
            "fl",
            "gl",
            "ib",
            "ic",
            "kl",
            "ns",
            "ps",
            "rfer",
            "rs",
            "um",
            "ys",
            "zl",
            "uc",
            "nc",
            "rc",
            "rg",
            "dg",
            "v",
            "bl",
            "pl",
            "tl",
            "ur",
            "ir",
            "ut",
            "id",
            "ud",
            "ap",
            "ok",
            "dul",
        )
    ):
        return f"{stem}e"
    return stem
