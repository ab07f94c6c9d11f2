"""32-bit hashes of features, computed alike in training and at run time."""

from __future__ import annotations

import numpy as np
import xxhash
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]

# Multipliers of xxHash32 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
_P1, _P2, _P3 = np.uint32(2654435761), np.uint32(2246822519), np.uint32(3266489917)
_SHIFT = np.uint32(15)


def of(text: str) -> int:
    """Return the hash of a string."""
    return int(xxhash.xxh32_intdigest(text.encode("utf-8", "surrogatepass")))


def mix(a: Hashes, b: Hashes | np.uint32) -> Hashes:
    """Return a hash of each ordered pair of hashes. Arrays are broadcast; arithmetic is modulo 2**32."""
    with np.errstate(over="ignore"):
        mixed: Hashes = a * _P1 + (b * _P2 + _P3)
        mixed ^= mixed >> _SHIFT
        mixed *= _P2
        mixed ^= mixed >> np.uint32(13)
    return mixed


def constant(name: str) -> np.uint32:
    """Return the hash of a name, for use as a constant operand of :func:`mix`."""
    return np.uint32(of(name))
