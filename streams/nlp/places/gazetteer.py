"""The gazetteer of places: countries, regions, cities and continents of GeoNames, found by 64-bit hashes of their names.

The data, ``data/places.npz``, is made by ``python -m training.places`` and is under CC BY 4.0 (``data/NOTICE``).
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

PLACES = Path(__file__).parent / "data" / "places.npz"
#: Kinds of places, in the order of their codes in the data.
KINDS = ("country", "region", "city", "continent")
#: How a name belongs to a place: GeoNames' or CLDR's own name, another name, an abbreviation that stands only behind
#: a city's name, the stem of an inflected name, or the meaning that a name has unless something speaks against it.
MAIN, OTHER, ABBREVIATION, STEM, MEANT = range(5)
#: Letters that endings of inflected names begin with; a stem is what is left of a name without its final ones.
VOWELS = "aeiouyáéíóúýàèâêîăãąęěůäöüøåıаеёиоуыэюяьйії"
SHORTEST_STEM = 4
_ABBREVIATED = {"st": "saint", "ft": "fort", "mt": "mount"}
_LATIN_END, _LATIN_MORE = 0x250, (0x1E00, 0x1F00)


class Candidate(NamedTuple):
    """A place that a name may mean.

    ``admin`` identifies its region, 0 if unknown; ``spellings`` is the number of its other names in GeoNames, 255 at most;
    ``how`` is one of the codes above.
    """

    row: int
    kind: str
    country: str
    admin: int
    population: int
    capital: bool
    spellings: int
    how: int


class Known(NamedTuple):
    """A place as GeoNames has it: latitude and longitude in degrees (WGS 84), country as an ISO 3166-1 code or None."""

    id: int
    name: str
    latitude: float
    longitude: float
    country: str | None
    kind: str


def fold(name: str) -> str:
    """Return the form of a name in which names are compared.

    >>> fold("The St. Pölten"), fold("Île-de-France")
    ('saint polten', 'ile de france')
    """
    if not name.isascii():
        name = "".join(_plain(c) for c in unicodedata.normalize("NFC", name))
    words = name.casefold().replace("’", "'").replace(".", "").replace("-", " ").split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(_ABBREVIATED.get(word, word) for word in words)


def _plain(character: str) -> str:
    """Return a Latin letter without its marks, and anything else as it is."""
    code = ord(character)
    if 0x80 <= code < _LATIN_END or _LATIN_MORE[0] <= code < _LATIN_MORE[1]:
        return unicodedata.normalize("NFD", character)[0]
    return character


def stem(folded: str) -> str:
    """Return a folded name without its final vowels, ``""`` if it has several words or too little is left of it."""
    short = folded.rstrip(VOWELS)
    return short if " " not in short and len(short) >= SHORTEST_STEM else ""


def key(folded: str) -> int:
    """Return the hash of a folded name."""
    return int(xxhash.xxh64_intdigest(folded.encode("utf-8", "surrogatepass")))


def abbreviation_key(folded: str) -> int:
    """Return the hash of an abbreviation, which is not that of a name with the same letters."""
    return key(f"abbreviation:{folded}")


def stem_key(stemmed: str) -> int:
    """Return the hash of a stem, which is not that of a name with the same letters."""
    return key(f"stem:{stemmed}")


class Gazetteer:
    """All places. Nothing changes after loading, so processes share the memory (5 MB)."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._keys = arrays["keys"]
        self._rows = arrays["rows"]
        self._how = arrays["how"]
        self._ids = arrays["ids"]
        self._latitude = arrays["latitude"]
        self._longitude = arrays["longitude"]
        self._population = arrays["population"]
        self._country = arrays["country"]
        self._admin = arrays["admin"]
        self._kind = arrays["kind"]
        self._spellings = arrays["spellings"]
        self._capital = arrays["capital"]
        self._names = arrays["names"].tobytes()
        self._name_ends = np.cumsum(arrays["name_lengths"], dtype=np.int64)
        about = json.loads(arrays["about"].tobytes())
        self._codes: list[str] = about["countries"]
        #: ISO 639-1 code -> countries where the language comes first.
        self.homes: dict[str, list[str]] = about["homes"]
        #: Country -> countries that it borders.
        self.neighbours: dict[str, list[str]] = about["neighbours"]
        self.countries = frozenset(self._codes) - {""}

    def __len__(self) -> int:
        return len(self._ids)

    def named(self, folded: str) -> list[Candidate]:
        """Return the places with this folded name."""
        return self._found(key(folded))

    def abbreviated(self, folded: str) -> list[Candidate]:
        """Return the regions with this abbreviation, folded."""
        return self._found(abbreviation_key(folded))

    def stemmed(self, folded: str, endings: int = 3) -> list[Candidate]:
        """Return large places of whose names this folded word may be an inflected form.

        Final vowels and up to ``endings`` letters before them may differ.
        """
        for cut in range(endings + 1):
            short = stem(folded[: len(folded) - cut])
            found = self._found(stem_key(short)) if short else []
            if found:
                return found
        return []

    def _found(self, wanted: int) -> list[Candidate]:
        first = int(np.searchsorted(self._keys, np.uint64(wanted)))
        found = []
        while first < len(self._keys) and int(self._keys[first]) == wanted:
            found.append(self._candidate(int(self._rows[first]), int(self._how[first])))
            first += 1
        return found

    def _candidate(self, row: int, how: int) -> Candidate:
        return Candidate(
            row,
            KINDS[int(self._kind[row])],
            self._codes[int(self._country[row])],
            int(self._admin[row]),
            int(self._population[row]),
            bool(self._capital[row]),
            int(self._spellings[row]),
            how,
        )

    def place(self, row: int) -> Known:
        """Return the place of a row."""
        start = int(self._name_ends[row - 1]) if row else 0
        return Known(
            int(self._ids[row]),
            self._names[start : int(self._name_ends[row])].decode("utf-8"),
            *self.position(row),
            self._codes[int(self._country[row])] or None,
            KINDS[int(self._kind[row])],
        )

    def position(self, row: int) -> tuple[float, float]:
        """Return latitude and longitude of a row, in degrees."""
        return int(self._latitude[row]) / 1e5, int(self._longitude[row]) / 1e5


@functools.cache
def load() -> Gazetteer:
    """Return the gazetteer of this package. Loaded once per process, in about 50 ms."""
    with np.load(PLACES) as arrays:
        return Gazetteer({name: arrays[name] for name in arrays.files})
