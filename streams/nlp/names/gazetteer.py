"""Hashed lists of known names: countries, cities, given names, surnames, and words of Chinese and Japanese dictionaries.

Entries are sequences of tokens. Only their hashes are kept, sorted, with the classes each belongs to as bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.nlp.names import hashing
from streams.nlp.names.hashing import Hashes, SortedHashes
from streams.nlp.names.tokens import tokenise

#: Classes of entries, in the order of their bits.
CLASSES = (
    "country",
    "city",
    "town",
    "given",
    "surname",
    "person",
    "place",
    "organisation",
    "word",
    "place_stem",
    "person_stem",
)
#: Maximum tokens of an entry: words, or characters in scripts without spaces.
LONGEST = 8
# Names of these classes are also known by what is left without their final vowels: Slavic and Finnic languages inflect
# names, and "Malt" is what "Malta", "Maltu" and "Malty" have in common.
_STEMMED = {"country": "place_stem", "city": "place_stem", "given": "person_stem"}
_SHORTEST_STEM = 4
_VOWELS = "aeiouyáéíóúýàèâêîăãąęěůäöüøåıаеёиоуыэюяьйії"

Masks = NDArray[np.uint16]


def bit(name: str) -> int:
    """Return the bit of a class."""
    return 1 << CLASSES.index(name)


def build(lists: Mapping[str, Iterable[str]]) -> tuple[Hashes, Masks]:
    """Return sorted hashes and class bits of the entries of ``lists``, a mapping of class to names."""
    masks: dict[int, int] = {}
    for name in sorted(lists):
        for entry in sorted(lists[name]):
            tokens = [token.text.lower() for token in tokenise(entry)]
            if 0 < len(tokens) <= LONGEST:
                key = sequence_key(tokens)
                masks[key] = masks.get(key, 0) | bit(name)
            stem = tokens[0].rstrip(_VOWELS) if len(tokens) == 1 and name in _STEMMED else ""
            if len(stem) >= _SHORTEST_STEM:
                key = hashing.of(f"stem:{stem}")
                masks[key] = masks.get(key, 0) | bit(_STEMMED[name])
    keys = np.array(sorted(masks), np.uint32)
    return keys, np.array([masks[int(key)] for key in keys], np.uint16)


def sequence_key(tokens: Sequence[str]) -> int:
    """Return the hash of a sequence of lower-cased tokens, as :meth:`Gazetteer.matches` computes it."""
    key = np.array([hashing.of(tokens[0])], np.uint32)
    for token in tokens[1:]:
        key = hashing.mix(key, np.array([hashing.of(token)], np.uint32))
    return int(key[0])


class Gazetteer:
    """Known names, by hash."""

    def __init__(self, keys: Hashes, masks: Masks) -> None:
        self._keys = SortedHashes(keys)
        self._masks = masks

    def classes(self, hashes: Hashes) -> Masks:
        """Return the class bits of each hash, 0 for an unknown one."""
        known = np.zeros(hashes.size, np.uint16)
        places, rows = self._keys.find(hashes)
        known[places] = self._masks[rows]
        return known.reshape(hashes.shape)

    def mask(self, tokens: Sequence[str]) -> int:
        """Return the class bits of a sequence of lower-cased tokens, 0 for an unknown one."""
        return int(self.classes(np.array([sequence_key(tokens)], np.uint32))[0])

    def matches(self, words: Hashes, longest: int) -> Iterator[tuple[int, Masks]]:
        """Yield each length up to ``longest`` with the class bits of the sequence of that length at each position.

        ``words`` holds the hashes of the lower-cased tokens.
        """
        keys = [words]
        for length in range(2, min(longest, LONGEST, len(words)) + 1):
            keys.append(hashing.mix(keys[-1][:-1], words[length - 1 :]))
        known = self.classes(np.concatenate(keys))  # together: a look-up costs more than a hash
        at = 0
        for length, key in enumerate(keys, start=1):
            yield length, known[at : at + len(key)]
            at += len(key)
