"""English verb forms back to their lemma, and lemmas to what they report, without a lemmatizer."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from streams.nlp import data

_VOWELS = "aeiou"
# Two-syllable verbs stressed at the end double their consonant, like one-syllable ones; others do not.
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
    """The forms of a lemma, each with its Penn tag (``VB``, ``VBZ``, ``VBD``, ``VBN``, ``VBG``)."""
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
    return {
        lemma: [part.strip() for part in row.split(",")]
        for lemma, row in data.table("verbs")["irregular"].items()
    }


def _doubles(verb: str) -> bool:
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
    """Every form of these lemmas -> the lemma; of two that share a form the first wins."""
    table: dict[str, str] = {}
    for lemma in lemmas:
        for form in inflect(lemma):
            table.setdefault(form, lemma)
    return table


@functools.cache
def reporting() -> Mapping[str, str]:
    """Forms of the verbs that give somebody's words -> lemma."""
    return MappingProxyType(forms_of(data.words(data.table("reporting")["en"]["verbs"])))


@functools.cache
def weak_reporting() -> frozenset[str]:
    """Lemmas of those that mostly mean something else."""
    return frozenset(data.words(data.table("reporting")["en"]["weak"]))


def _acting() -> list[str]:
    return [lemma for lemma in kinds() if " " not in lemma and lemma not in soft()]


@functools.cache
def ahead() -> frozenset[str]:
    """Verbs of action as they stand behind "will", "must" and "to"."""
    return frozenset(_acting())


@functools.cache
def core() -> frozenset[str]:
    """Lemmas of the verbs that reports of speech without marks are made with."""
    return frozenset(data.words(data.table("reporting")["en"]["core"]))


@functools.cache
def telling() -> frozenset[str]:
    """Forms of the verbs for which a sentence that quotes nobody is worth parsing: those that report speech or an
    action; as they are told, in the third person and the past."""
    told = [*_acting(), *core()]
    forms = {form for lemma in told for form, tag in inflect(lemma).items() if tag in ("VBD", "VBZ", "VBN")}
    return frozenset({"according", "According", *forms})


@functools.cache
def kinds() -> Mapping[str, str]:
    """Lemma, with its particle if it has one -> coarse class. Where a verb is in two classes the first wins."""
    table: dict[str, str] = {}
    for kind, row in data.table("verbs")["classes"].items():
        for lemma in data.words(row):
            table.setdefault(lemma, kind)
    return MappingProxyType(table)


@functools.cache
def _narrow() -> Mapping[str, tuple[Mapping[str, str], str | None, str | None]]:
    """Lemma -> the class by object noun, the class for a person, the class of all else."""
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
    """The class of an action, ``kind`` by its verb alone, when it is done to ``noun``, which may name a person or a place; ``None`` if that is no action.

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
    """Nouns for persons, in the singular."""
    return frozenset(data.words(data.table("verbs")["people"]["nouns"]))


def singular(noun: str) -> str:
    """A noun without its plural ending, in lower case."""
    return noun.lower().removesuffix("s")


@functools.cache
def transitive() -> frozenset[str]:
    """Lemmas that say nothing without an object."""
    return frozenset(data.words(data.table("verbs")["transitive"]["verbs"]))


def said_of(lemma: str, noun: str) -> str | None:
    """The class of a verb without an object, where it depends on what it is said of.

    >>> said_of("collapse", "talks"), said_of("collapse", "roof")
    ('reject', None)
    """
    row = data.table("verbs")["said_of"].get(lemma, {})
    nouns = (noun.lower(), singular(noun))
    return next((kind for kind, listed in row.items() if any(n in data.words(listed) for n in nouns)), None)


@functools.cache
def known() -> Mapping[str, str]:
    """Forms of every verb that we know -> lemma."""
    soft = data.words(data.table("verbs")["soft"]["verbs"])
    single = [
        lemma
        for lemma in (*_irregular(), *kinds(), *soft, *data.words(data.table("reporting")["en"]["verbs"]))
        if " " not in lemma
    ]
    return MappingProxyType(forms_of(single))


@functools.cache
def soft() -> frozenset[str]:
    """Lemmas that are no action."""
    return frozenset(data.words(data.table("verbs")["soft"]["verbs"]))


def lemma(form: str, tag: str = "") -> str:
    """The lemma of a verb form: from the table of known verbs, else by the rules of English spelling.

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
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
        return stem[:-1]
    # A single consonant after a single vowel, or one of these clusters, lost an e: "rated", "forced", "merged".
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
