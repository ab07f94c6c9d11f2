"""English nouns for organisations, and for which names each may stand, by the words of the name: "the agency" for no parliament."""

from __future__ import annotations

import functools

from streams.nlp import data
from streams.nlp.entities import gazetteer


@functools.cache
def listed(key: str) -> frozenset[str]:
    """Return a word list of ``data/organisations.toml``."""
    return frozenset(data.words(data.table("organisations")[key]))


def is_body(noun: str) -> bool:
    """Return whether a noun (lower case) is one for organisations."""
    return noun in listed("nouns") or noun in gazetteer.english().bodies


def is_authority(name: str) -> bool:
    """Return whether the name of an organisation says that it is an authority: "Department of Transport"."""
    return not listed("authorities").isdisjoint(name.lower().split())


def may_stand_for(noun: str, name: str) -> bool:
    """Return whether a noun may stand for the organisation of a name: "the agency" for no parliament, "the company" for no authority."""
    words = set(name.lower().split())
    if noun in words:
        return True
    initials = name.isupper() and len(words) == 1
    if noun in listed("in_name") | listed("by_initials"):
        return initials and noun in listed(
            "by_initials"
        )  # "the league" may be the NFL, and is no Northquay Holdings
    if noun in listed("authorities"):
        return is_authority(name) or (initials and words.isdisjoint(listed("chambers")))
    if noun in listed("firms") and not words.isdisjoint(listed("by_initials")):
        return False  # "the company" is no union
    return words.isdisjoint(listed("authorities") | listed("public_names"))
