"""How far a candidate agrees with the title of its document: a title names the main fact, or those who have part in it."""

from __future__ import annotations

import functools
import re

from streams.nlp.text.stop_words import stop_words
from streams.records import Event

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SHORTEST = 3  # characters of a word that is compared
_STEM = 3  # characters that are left of a word without its ending
_ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")


class TitleWords:
    """The words of a title without their endings, and what events share with them."""

    def __init__(self, title: str) -> None:
        self._title = words(title)
        self._shares: dict[tuple[int, int], float] = {}  # by sentence

    def features(self, event: Event, text: str) -> dict[str, float]:
        """Return the features of an event of the text: which of its fields have a word of the title, and how many of those its sentence
        has."""
        if not self._title:
            return {}
        fields = (
            ("title_actor", event.actor),
            ("title_target", event.target),
            ("title_action", event.action),
        )
        found = {name: 1.0 for name, value in fields if value and not self._title.isdisjoint(words(value))}
        at = (event.sentence_start, event.sentence_end)
        if at not in self._shares:
            shared = self._title & words(text[slice(*at)])
            self._shares[at] = len(shared) / len(self._title)
        found["title_share"] = self._shares[at]
        return found


@functools.lru_cache(maxsize=256)
def words(text: str) -> frozenset[str]:
    """Return the words of an English text that mean something, without endings and in lower case.

    >>> sorted(words("Hollande and Putin are meeting")), sorted(words("Putin meets him"))
    (['holland', 'meet', 'putin'], ['meet', 'putin'])
    """
    lower = (match.group().removesuffix("'s").removesuffix("’s") for match in _WORD.finditer(text.lower()))
    common = stop_words("en")
    return frozenset(_stem(word) for word in lower if len(word) >= _SHORTEST and word not in common)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            stem = word[: -len(ending)]
            return stem[:-1] if stem[-1] == stem[-2] else stem  # "beginning"
    return word
