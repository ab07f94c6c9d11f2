"""Forms of verbs as headlines use them: which a word may be, and the participle of a verb."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from streams.nlp.events.classes import typical
from streams.nlp.syntax import inflection, verbs

_FINITE_ONLY = frozenset({"be", "have", "do", "may", "might", "must", "can", "will", "shall", "like"})


@functools.cache
def tags() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return a form, in lower case -> the lemmas and Penn tags that it may have; of all verbs known but auxiliaries.

    >>> tags()["found"]
    (('find', 'VBD'), ('find', 'VBN'), ('found', 'VB'))
    """
    found: dict[str, set[tuple[str, str]]] = {}
    lemmas = {*verbs.all_forms().values(), *typical.single_words()} - _FINITE_ONLY
    for lemma in sorted(lemmas):
        found.setdefault(lemma, set()).add((lemma, "VB"))  # also of "cut", whose past form is the same
        for form, tag in inflection.inflect(lemma).items():
            found.setdefault(form, set()).add((lemma, tag))
            if tag == "VBD" and form == participle(lemma):
                found[form].add((lemma, "VBN"))
    return {form: tuple(sorted(uses)) for form, uses in found.items()}


@functools.cache
def participle(lemma: str) -> str:
    """Return the past participle of a verb.

    >>> participle("fuel"), participle("steal"), participle("cut")
    ('fueled', 'stolen', 'cut')
    """
    forms = inflection.inflect(lemma)
    inverse = {tag: form for form, tag in reversed(forms.items())}
    return inverse.get("VBN") or inverse.get("VBD") or lemma


def may_be_noun(form: str, lemma: str) -> bool:
    """Return whether a word of a headline may be a noun as well as a verb: "plan", "rankings"; not "planned", "goes"."""
    form = form.lower()
    if lemma in verbs.all_forms():
        return any(tag in ("VB", "VBZ") for _lemma, tag in tags().get(form, ()))
    return form in (lemma, f"{lemma}s")  # a verb that nobody knows
