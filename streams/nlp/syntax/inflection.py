"""English inflection by spelling rules and a table of irregular verbs."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from streams.nlp import data

_VOWELS = "aeiou"


# Verbs of several syllables that double their final consonant: the stress is on the last one, as in "admitted".
_DOUBLING = frozenset(
    {"admit", "commit", "permit", "submit", "omit", "emit", "remit", "transmit", "refer", "prefer", "defer", "infer"}
    | {"confer", "transfer", "deter", "inter", "occur", "recur", "incur", "concur", "demur", "abhor", "rebut", "abut"}
    | {"expel", "compel", "propel", "repel", "dispel", "impel", "excel", "rebel", "control", "patrol", "extol", "enrol"}
    | {"regret", "abet", "embed", "imbed", "rebuff", "format", "kidnap", "acquit", "equip", "debar", "disbar", "unplug"}
    | {"program", "outbid", "underpin", "entrap", "handicap", "airdrop", "backpedal", "zigzag", "debug", "fulfil", "annul"}
)  # fmt: skip
# Those that British spelling doubles besides the ones in "l", whose stress is not on the last syllable.
_BRITISH = frozenset({"worship", "focus", "bias", "program", "benefit", "combat"})


def inflect(lemma: str) -> dict[str, str]:
    """Return the forms of a verb, with or without a particle, and their Penn tags (``VB``, ``VBZ``, ``VBD``, ``VBN``, ``VBG``).

    >>> inflect("carry out")
    {'carry out': 'VB', 'carries out': 'VBZ', 'carrying out': 'VBG', 'carried out': 'VBD'}
    """
    verb, _, particle = lemma.partition(" ")
    forms = {verb: "VB", _third(verb): "VBZ", _ing(verb): "VBG"}
    row = irregular().get(verb)
    if row:
        third, past, *rest = row
        if third:
            del forms[_third(verb)]
            forms[third] = "VBZ"
        forms[past] = "VBD"
        forms.update(dict.fromkeys(rest, "VBN"))
    else:
        forms[_past(verb)] = "VBD"
    if _may_double(verb):  # British beside American spelling
        forms |= {f"{verb}{verb[-1]}ing": "VBG"} | ({} if row else {f"{verb}{verb[-1]}ed": "VBD"})
    return {f"{form} {particle}".strip(): tag for form, tag in forms.items()}


@functools.cache
def irregular() -> dict[str, list[str]]:
    """Return lemma -> third person, past tense, and the past participle if it differs."""
    return {
        lemma: [part.strip() for part in row.split(",")]
        for lemma, row in data.table("verbs")["irregular"].items()
    }


def forms_of(lemmas: Iterable[str]) -> dict[str, str]:
    """Return every form of these lemmas -> lemma; if two share a form, the first wins."""
    table: dict[str, str] = {}
    for lemma in lemmas:
        for form in inflect(lemma):
            table.setdefault(form, lemma)
    return table


def _doubles(verb: str) -> bool:
    """Return whether the final consonant is doubled before "-ed" and "-ing"."""
    if not _ends_short(verb):
        return False
    return _syllables(verb) == 1 or verb in irregular() or verb in _DOUBLING


def _may_double(verb: str) -> bool:
    """Return whether British spelling doubles a final consonant where American spelling does not: "cancelled", "worshipped"."""
    return not _doubles(verb) and _ends_short(verb) and (verb[-1] == "l" or verb in _BRITISH)


def _ends_short(verb: str) -> bool:
    """Return whether a verb ends in one vowel and one consonant that can be doubled; "u" behind "q" is no vowel."""
    if len(verb) < 3 or verb[-1] in "aeiouwxyhcjq" or verb[-2] not in _VOWELS:
        return False
    return verb[-3] not in _VOWELS or verb[-4:-2] == "qu"


def _syllables(verb: str) -> int:
    return sum(c in _VOWELS + "y" and (k == 0 or verb[k - 1] not in _VOWELS) for k, c in enumerate(verb))


def _third(verb: str) -> str:
    if verb.endswith(("ss", "x", "ch", "sh", "zz")) or (verb[-1] == "o" and verb[-2] not in _VOWELS):
        return f"{verb}es"
    if verb.endswith(("s", "z")):
        return f"{verb}{verb[-1]}es" if _doubles(verb) else f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if _doubles(verb) else f"{verb}ed"


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:
        return f"{verb[:-1]}ing"
    return f"{verb}{verb[-1]}ing" if _doubles(verb) else f"{verb}ing"


# Plurals that end like those of nouns in "y" or "ch", and are not.
_NOUNS_WITH_IE = frozenset(
    {"movies", "cookies", "calories", "zombies", "rookies", "hoodies", "selfies", "series", "species", "prairies"}
    | {"brownies", "smoothies", "veggies", "foodies", "newbies", "indies", "junkies", "genies", "birdies", "bogies"}
)  # fmt: skip
_NOUNS_WITH_CHE = frozenset({"aches", "caches", "headaches", "avalanches", "niches", "moustaches", "axes"})


def singular(noun: str) -> str:
    """Return a noun in lower case without the ending of the plural.

    >>> singular("companies"), singular("churches"), singular("movies"), singular("congress"), singular("forces")
    ('company', 'church', 'movie', 'congress', 'force')
    """
    lower = noun.lower()
    if lower.endswith("ies") and len(lower) > 4 and lower not in _NOUNS_WITH_IE:
        return f"{lower[:-3]}y"
    if lower.endswith(("ches", "shes", "sses", "xes")) and lower not in _NOUNS_WITH_CHE:
        return lower[:-2]
    return lower if lower.endswith("ss") else lower.removesuffix("s")
