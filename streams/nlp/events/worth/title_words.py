"""Which events of a text tell what its title names, by the words that they share."""

from __future__ import annotations

import functools
import re

from streams.nlp.text.stop_words import stop_words
from streams.records import Event

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SHORTEST = 3  # characters of a word that is compared
_STEM = 3  # characters that are left of a word without its ending
_ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")
_OPENING = 1500  # code points of a text in which the fact of its title is told again
_SHARED = 0.5  # of the title's words, from which on a sentence tells what the title does


class TitleWords:
    """The words of a title without their endings."""

    def __init__(self, title: str) -> None:
        self._title = words(title)
        self._agreeing: dict[tuple[int, int], bool] = {}  # by sentence

    def are_told(self, event: Event, text: str) -> bool:
        """Return whether an event of the opening of a text tells what the title does: its sentence has half of the title's words, and
        its verb or a participant one of them."""
        if not self._title or event.sentence_start > _OPENING:
            return False
        at = (event.sentence_start, event.sentence_end)
        if at not in self._agreeing:
            shared = self._title & words(text[slice(*at)])
            self._agreeing[at] = len(shared) >= _SHARED * len(self._title)
        if not self._agreeing[at]:
            return False
        own = words(f"{event.action} {event.actor or ''} {event.target or ''}")
        return not self._title.isdisjoint(own)


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
