"""Fingerprint of a text: MinHash signature, bucket keys and digest. It is the same on every machine and Python version.

MinHash after Broder (1997), "On the resemblance and containment of documents": the share of equal values of two
signatures estimates the Jaccard similarity of their shingle sets.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import xxhash

from streams.dedup.tokens import LONGEST, tokens
from streams.records import Fingerprint

VALUES = 128  # of a signature; the standard error of a similarity of 0.7 is then 0.04
# LSH bands of one row each, a further MinHash value. On the near-duplicate stream of docs/dedup.md two bands suffice for
# F1 1.000; the third is a margin: two texts of similarity 0.7 share a bucket in 97.3 % of cases instead of 91 %.
CONTENT_BUCKETS = 3
SHINGLE = 3  # tokens: words, or characters in scripts without spaces
# Shingles of a text below which its title counts as a part of it. It is the length from which the lookup no longer asks short
# texts to agree almost wholly; ten words of title are then a fifth of two unlike texts.
TITLED = 90

_U64 = npt.NDArray[np.uint64]
_CHUNK = 1_024  # shingles permuted at a time: 131 x 1,024 x 8 bytes, 1 MB, fit into a core's cache


def _constants(label: str, count: int) -> _U64:
    """``count`` odd 64-bit constants: xxHash64 of ``label`` with seeds 0, 1, 2 ..., so that they can be reproduced."""
    return np.array(
        [xxhash.xxh64_intdigest(label.encode(), seed) | 1 for seed in range(count)], dtype=np.uint64
    )


_MULTIPLY = _constants("crawlmill minhash multiply", VALUES + CONTENT_BUCKETS)[:, None]
_ADD = _constants("crawlmill minhash add", VALUES + CONTENT_BUCKETS)[:, None]
_POSITION = _constants("crawlmill shingle place", SHINGLE)
_MIX = _constants("crawlmill shingle mix", 2)


def fingerprint(text: str, canonical_url: str, title: str | None = None) -> Fingerprint:
    """The fingerprint of a document's text; the key of its first bucket is a hash of ``canonical_url``.

    A text without tokens has no content buckets, so it is no copy of another URL's. Where the text is short and does not
    contain ``title``, that comes before it: pages of a shop of which little but terms of delivery is extracted are about
    different things, and only their titles say so.
    """
    found = tokens(text)
    buckets = ["u:" + xxhash.xxh3_64_hexdigest(_bytes(canonical_url))]
    shingles = _shingles(found)
    if title and 0 < len(shingles) < TITLED:
        found = _with_title(found, tokens(title))
        shingles = _shingles(found)
    least = _least(shingles)
    if found:
        buckets += [f"c{k + 1}:{int(value):016x}" for k, value in enumerate(least[VALUES:])]
    return Fingerprint(
        # The low 16 bits: the high bits of a minimum of many values are mostly zero, the low ones are uniform.
        signature=(least[:VALUES] & np.uint64(0xFFFF)).astype("<u2").tobytes(),
        bucket_keys=tuple(buckets),
        digest=xxhash.xxh3_128_hexdigest(_bytes(" ".join(found) + text[LONGEST:])),
        shingles=len(shingles),
    )


def _bytes(text: str) -> bytes:
    """A string as UTF-8, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def _with_title(found: list[str], title: list[str]) -> list[str]:
    """The tokens of a title and a text, or of the text alone where it contains the title."""
    contained = f" {' '.join(title)} " in f" {' '.join(found)} "
    return found if contained else [*title, *found]


def _shingles(found: list[str]) -> _U64:
    """Hashes of the distinct runs of ``SHINGLE`` tokens; a shorter text is one shingle."""
    known = {token: xxhash.xxh3_64_intdigest(_bytes(token)) for token in set(found)}
    hashes = np.array([known[token] for token in found], dtype=np.uint64)
    if 0 < len(hashes) < SHINGLE:
        hashes = np.concatenate([hashes, np.zeros(SHINGLE - len(hashes), dtype=np.uint64)])
    count = max(0, len(hashes) - SHINGLE + 1)
    mixed = np.zeros(count, dtype=np.uint64)
    for offset in range(SHINGLE):
        mixed += hashes[offset : offset + count] * _POSITION[offset]
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIX[0]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX[1]
    mixed ^= mixed >> np.uint64(32)
    return np.unique(mixed)


def _least(shingles: _U64) -> _U64:
    """The least value of each permutation over all shingles; all ones for none."""
    least = np.full(VALUES + CONTENT_BUCKETS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(shingles), _CHUNK):
        permuted = shingles[None, start : start + _CHUNK] * _MULTIPLY
        permuted += _ADD
        np.minimum(least, permuted.min(axis=1), out=least)
    return least
