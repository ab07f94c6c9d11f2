"""32-bit hashes of features, computed alike in training and at run time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]

# Multipliers of xxHash32 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
_P1, _P2, _P3 = np.uint32(2654435761), np.uint32(2246822519), np.uint32(3266489917)
_SHIFT = np.uint32(15)
_SLOTS = 8  # places of the table of :class:`SortedHashes` for each hash, rounded up to a power of two


def of(text: str) -> int:
    """Return the hash of a string."""
    return int(xxhash.xxh32_intdigest(text.encode("utf-8", "surrogatepass")))


def of_all(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the hash of each string."""
    try:
        return tuple([xxhash.xxh32_intdigest(text.encode()) for text in texts])
    except UnicodeEncodeError:  # a lone surrogate
        return tuple(map(of, texts))


def mix(a: Hashes, b: Hashes | np.uint32) -> Hashes:
    """Return a hash of each ordered pair of hashes. Arrays are broadcast; arithmetic is modulo 2**32."""
    with np.errstate(over="ignore"):
        mixed: Hashes = a * _P1 + (b * _P2 + _P3)
        mixed ^= mixed >> _SHIFT
        mixed *= _P2
        mixed ^= mixed >> np.uint32(13)
    return mixed


class SortedHashes:
    """Distinct sorted hashes that are looked up by many others, most of which are not among them.

    A table by their first bits tells most of the others at once: it has about :data:`_SLOTS` bytes for each hash, and is read once
    where a binary search reads twenty places of memory.
    """

    def __init__(self, keys: Hashes) -> None:
        self.keys = keys
        self._shift = np.uint32(max(0, 32 - max(1, len(keys) * _SLOTS).bit_length()))
        self._taken = np.zeros(1 << (32 - int(self._shift)), np.bool_)
        self._taken[keys >> self._shift] = True

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, hashes: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the positions in ``hashes``, flattened and in order, of those that are here, and their positions here."""
        flat = hashes.ravel()
        near = np.flatnonzero(self._taken[flat >> self._shift])
        wanted = flat[near]
        order = np.argsort(wanted)  # in order they are found in neighbouring memory
        at = np.empty(len(wanted), np.int64)
        at[order] = np.searchsorted(self.keys, wanted[order])
        at[at == len(self.keys)] = 0
        same = self.keys[at] == wanted if len(self.keys) else np.zeros(len(at), np.bool_)
        return near[same], at[same]


def constant(name: str) -> np.uint32:
    """Return the hash of a name, for use as a constant operand of :func:`mix`."""
    return np.uint32(of(name))
