"""Words that count what is named elsewhere, as participants: "most" is nobody, "most of the banks" is."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token

_SEVERAL = frozenset({"several", "many", "dozens"})  # words that number others without a numeral


def is_bare(head: Token) -> bool:
    """Return whether a noun phrase says of nothing what it is: "others", "most"; not "118,000 others", "several others", "most of the banks", "the half",
    "anyone who saw it"."""
    word = head.lower_
    if word not in word_lists.NON_PARTICIPANTS | word_lists.QUANTIFIERS or head.tag_.startswith("NNP"):
        return False  # "US" is none
    several = any(child.dep_ == "nummod" or child.lower_ in _SEVERAL for child in head.lefts)
    numbered = several and word in ("others", "more")
    noun = word not in word_lists.NON_PARTICIPANTS and any(
        child.dep_ in ("det", "poss") for child in head.lefts
    )
    told = word in word_lists.ANYBODY and any(
        child.dep_ in dependencies.RELATIVE and child.left_edge.i == head.i + 1 for child in head.rights
    )
    return not (numbered or noun or told or (word in word_lists.QUANTIFIERS and counted(head) is not None))


def counts(head: Token) -> bool:
    """Return whether a numeral stands for people or money: "killed 26", "seized $6,490 in cash"."""
    money = any(child.text[-1:] in "$£€¥" for child in head.lefts)
    return money or (head.tag_ == "CD" and head.ent_type_ not in ("DATE", "TIME", "PERCENT"))


def counted(head: Token) -> Token | None:
    """Return the noun that stands behind "of", right behind a word: "banks" in "most of the banks", not "whom" in "most of whom"."""
    of = next((child for child in head.rights if child.lower_ == "of" and child.i == head.i + 1), None)
    return (
        next((noun for noun in of.rights if noun.dep_ == "pobj" and noun.tag_ not in ("WP", "WDT")), None)
        if of
        else None
    )


def is_of_something(head: Token) -> bool:
    """Return whether a noun for a time or a share belongs to something: "Holm's last days", "60 percent of the people"."""
    owned = any(child.dep_ == "poss" for child in head.lefts)
    return owned or (head.ent_type_ == "PERCENT" and counted(head) is not None)
