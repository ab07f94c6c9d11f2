"""Reporting words of English and French: verbs of speech, pronouns and the auxiliaries that stand with them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

from streams.nlp import data
from streams.nlp.syntax import verbs

# French verbs of the first group: present, imperfect and simple past of the third person, the participles.
_ER = ("e", "ent", "ait", "aient", "a", "èrent", "é", "ée", "és", "ées", "ant")


class Lexicon(NamedTuple):
    """Reporting verbs, pronouns and auxiliaries of one language."""

    forms: Mapping[str, str]
    weak: frozenset[str]
    according: frozenset[str]
    pronouns: frozenset[str]
    personal: frozenset[str]
    naming: frozenset[str] = frozenset()  # weak verbs that say what somebody calls a thing: "dub"
    auxiliaries: frozenset[str] = frozenset()  # that may stand between a quotation and its verb: "a déclaré"


@functools.cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language (ISO 639-1), empty if there is no word list for it."""
    nothing: frozenset[str] = frozenset()
    if language == "fr":
        return _french()
    if language != "en":
        return Lexicon({}, nothing, nothing, nothing, nothing)
    pronouns = data.table("reporting")["pronouns"]
    return Lexicon(
        forms=verbs.reporting(),
        weak=verbs.weak_reporting(),
        according=frozenset({"according"}),
        pronouns=frozenset(data.words(pronouns["en"])),
        personal=frozenset(data.words(pronouns["he"])) | frozenset(data.words(pronouns["she"])),
        naming=frozenset(data.words(data.table("reporting")["en"]["naming"])),
    )


def _french() -> Lexicon:
    """Return the French lexicon, with the regular verbs in "-er" inflected by rule ("annonça", "jugeait")."""
    table = data.table("reporting")["fr"]

    def listed(key: str) -> tuple[str, ...]:
        return data.words(table[key])

    forms = {form: form for form in listed("forms")}
    for verb in listed("verbs"):
        stem = verb.removesuffix("er")
        excluded = f"{stem[:-1]}ç" if stem.endswith("c") else f"{stem}e" if stem.endswith("g") else stem
        forms |= {(excluded if ending.startswith("a") else stem) + ending: verb for ending in _ER}
    return Lexicon(
        forms=forms,
        weak=frozenset(listed("weak")),
        according=frozenset(listed("according")),
        pronouns=frozenset(listed("pronouns")),
        personal=frozenset(listed("personal")),
        auxiliaries=frozenset(listed("auxiliaries")),
    )
