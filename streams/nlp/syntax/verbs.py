"""English verb morphology by rules and word lists, and the verb classes that quotations and events are found with."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from streams.nlp import data

_VOWELS = "aeiou"
# Verbs of several syllables that double their final consonant (stress on the last syllable, as in "admitted").
_DOUBLING = frozenset(
    {
        "admit",
        "commit",
        "permit",
        "submit",
        "refer",
        "prefer",
        "defer",
        "occur",
        "rebut",
        "expel",
        "compel",
        "regret",
        "embed",
        "rebel",
        "propel",
        "deter",
        "recur",
        "transfer",
        "confer",
        "concur",
        "rebuff",
        "quit",
        "format",
        "kidnap",
        "acquit",
        "bar",
        "demur",
    }
)


def inflect(lemma: str) -> dict[str, str]:
    """Return the forms of a verb, with or without a particle, and their Penn tags (``VB``, ``VBZ``, ``VBD``, ``VBN``, ``VBG``).

    >>> inflect("carry out")
    {'carry out': 'VB', 'carries out': 'VBZ', 'carrying out': 'VBG', 'carried out': 'VBD'}
    """
    verb, _, particle = lemma.partition(" ")
    forms = {verb: "VB", _third(verb): "VBZ", _ing(verb): "VBG"}
    irregular = _irregular().get(verb)
    if irregular:
        third, past, *rest = irregular
        forms[third or _third(verb)] = "VBZ"
        forms[past] = "VBD"
        forms.update(dict.fromkeys(rest, "VBN"))
    else:
        forms[_past(verb)] = "VBD"
    return {f"{form} {particle}".strip(): tag for form, tag in forms.items()}


@functools.cache
def _irregular() -> dict[str, list[str]]:
    """Return lemma -> third person, past tense, and the past participle if it differs."""
    return {
        lemma: [part.strip() for part in row.split(",")]
        for lemma, row in data.table("verbs")["irregular"].items()
    }


def _doubles(verb: str) -> bool:
    """Return whether the final consonant is doubled before "-ed" and "-ing"."""
    if len(verb) < 3 or verb[-1] in "aeiouwxy" or verb[-2] not in _VOWELS or verb[-3] in _VOWELS:
        return False
    syllables = sum(c in _VOWELS and (k == 0 or verb[k - 1] not in _VOWELS) for k, c in enumerate(verb))
    return syllables == 1 or verb in _DOUBLING


def _third(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return f"{verb}es"
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


def forms_of(lemmas: Iterable[str]) -> dict[str, str]:
    """Return every form of these lemmas -> lemma; if two share a form, the first wins."""
    table: dict[str, str] = {}
    for lemma in lemmas:
        for form in inflect(lemma):
            table.setdefault(form, lemma)
    return table


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
    return [lemma for lemma in kinds() if " " not in lemma and lemma not in soft()]


@functools.cache
def ahead() -> frozenset[str]:
    """Return the base forms of verbs of action, as they follow "will", "must" and "to"."""
    return frozenset(_acting())


@functools.cache
def core() -> frozenset[str]:
    """Return the reporting verbs (lemmas) that introduce indirect speech."""
    return frozenset(data.words(data.table("reporting")["en"]["core"]))


@functools.cache
def telling() -> frozenset[str]:
    """Return the verb forms that make a paragraph without quotations worth parsing.

    They are the third person and past forms of verbs that report speech or an action, and "according".
    """
    told = [*_acting(), *core()]
    forms = {form for lemma in told for form, tag in inflect(lemma).items() if tag in ("VBD", "VBZ", "VBN")}
    return frozenset({"according", "According", *forms})


@functools.cache
def kinds() -> Mapping[str, str]:
    """Return lemma, with particle if any -> event class. If a verb is in two classes, the first wins."""
    table: dict[str, str] = {}
    for kind, row in data.table("verbs")["classes"].items():
        for lemma in data.words(row):
            table.setdefault(lemma, kind)
    return MappingProxyType(table)


@functools.cache
def _narrow() -> Mapping[str, tuple[Mapping[str, str], str | None, str | None]]:
    """Return lemma -> (object noun -> class, class with a person as object, class with any other object)."""
    table = {}
    people = data.words(data.table("verbs")["people"]["nouns"])
    for lemma, row in data.table("verbs")["narrow"].items():
        nouns: dict[str, str] = {}
        for kind, listed in row.items():
            if kind != "otherwise":
                words = data.words(listed)
                nouns |= dict.fromkeys((*words, *people) if "people" in words else words, kind)
        human = [kind for kind, listed in row.items() if kind != "otherwise" and "people" in listed]
        table[lemma] = (nouns, human[0] if human else None, row.get("otherwise"))
    return MappingProxyType(table)


def narrowed(lemma: str, kind: str, noun: str, *, person: bool, place: bool = False) -> str | None:
    """Return the event class of a verb with an object, ``None`` if the two are no event.

    ``kind`` is the class of the verb alone, ``noun`` the head of the object; ``person`` and ``place`` say whether the
    object names one.

    >>> narrowed("hold", "arrest", "talks", person=False), narrowed("hold", "arrest", "view", person=False)
    ('meet', None)
    """
    row = _narrow().get(lemma if lemma in kinds() else lemma.partition(" ")[0])
    if row is None:
        return kind
    nouns, human, otherwise = row
    if place:
        return otherwise or kind
    if person and human is not None:
        return human
    return nouns.get(noun.lower()) or nouns.get(singular(noun)) or otherwise


@functools.cache
def people() -> frozenset[str]:
    """Return nouns for persons, in the singular."""
    return frozenset(data.words(data.table("verbs")["people"]["nouns"]))


def singular(noun: str) -> str:
    """Return a noun in lower case without a final "s"."""
    return noun.lower().removesuffix("s")


@functools.cache
def transitive() -> frozenset[str]:
    """Return the verbs (lemmas) that are an event only with an object."""
    return frozenset(data.words(data.table("verbs")["transitive"]["verbs"]))


def said_of(lemma: str, noun: str) -> str | None:
    """Return the event class of an intransitive verb whose class depends on its subject; ``None`` if there is none.

    >>> said_of("collapse", "talks"), said_of("collapse", "roof")
    ('reject', None)
    """
    row = data.table("verbs")["said_of"].get(lemma, {})
    nouns = (noun.lower(), singular(noun))
    return next((kind for kind, listed in row.items() if any(n in data.words(listed) for n in nouns)), None)


@functools.cache
def known() -> Mapping[str, str]:
    """Return the forms of every verb in the tables -> lemma."""
    soft = data.words(data.table("verbs")["soft"]["verbs"])
    single = [
        lemma
        for lemma in (*_irregular(), *kinds(), *soft, *data.words(data.table("reporting")["en"]["verbs"]))
        if " " not in lemma
    ]
    return MappingProxyType(forms_of(single))


@functools.cache
def soft() -> frozenset[str]:
    """Return the verbs (lemmas) that are no action."""
    return frozenset(data.words(data.table("verbs")["soft"]["verbs"]))


def lemma(form: str, tag: str = "") -> str:
    """Return the lemma of a verb form, from the tables or else by the rules of English spelling.

    >>> lemma("presented"), lemma("struck"), lemma("vowing"), lemma("rejigged", "VBD")
    ('present', 'strike', 'vow', 'rejig')
    """
    form = form.lower().replace("’", "'")
    base = known().get(form)
    if base is not None:
        return base
    if tag in ("VB", "VBP"):
        return form
    if form.endswith("ies") and len(form) > 4:
        return f"{form[:-3]}y"
    if form.endswith("ied") and len(form) > 4:
        return f"{form[:-3]}y"
    for ending in ("ing", "ed"):
        if form.endswith(ending) and len(form) > len(ending) + 2:
            return _stem(form[: -len(ending)])
    if form.endswith(("ches", "shes", "sses", "xes", "zes")):
        return form[:-2]
    if form.endswith("s") and not form.endswith("ss") and len(form) > 3:
        return form[:-1]
    return form


def _stem(stem: str) -> str:
    """Return the lemma of a form whose "-ing" or "-ed" is cut off: undo the doubling or restore the final "e"."""
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
        return stem[:-1]
    # Endings after which a final "e" was dropped: "rated", "forced", "merged".
    if stem.endswith(
        (
            "at",
            "iz",
            "is",
            "us",
            "as",
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
