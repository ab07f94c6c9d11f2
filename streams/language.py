"""Language identification with py3langid: the best all-round of the libraries tried, deterministic, no download."""

from __future__ import annotations

import functools
import re
import shutil
import tempfile
import threading
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.errors import ModelError

_SAMPLE = 4_000  # code points classified: py3langid's answer no longer changes beyond a few thousand
# Probability below which the words in lower case are classified alone. Two or three sentences of running text are above it.
_SURE = 0.9
_ENOUGH = 30  # characters of words in lower case that are enough to classify
_HINT = 0.1  # probability from which the declared language is preferred to an answer below _SURE
_LOWER_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Parts in which the bytes of a sample are looked at side by side, and bytes before a part that decide with which state it begins:
# as many as the longest feature of the model has.
_PARTS, _MEMORY = 256, 6
_SHORT = 400  # bytes that are not worth parting
_BIAS = 127 - 15  # of a float's exponent beyond that of a half (IEEE 754)
_lock = threading.Lock()


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # The library walks its automaton in Python, byte by byte. Its methods are the same otherwise.
    parallel: Any = type(
        "ParallelIdentifier", (LanguageIdentifier,), {"_raw_score": _raw_score, "__slots__": ("automaton",)}
    )
    with _lock:
        try:
            identifier = parallel.from_model_file(MODEL_FILE, norm_probs=True)
            identifier.automaton = Automaton(
                np.frombuffer(identifier.tk_nextmove, np.uint32),
                np.array(identifier.tk_row, np.uint32) << np.uint32(8),
                np.array(identifier.tk_output, np.int32),
            )
            return identifier
        except (OSError, MemoryError, ValueError) as error:
            raise ModelError(
                f"the model that identifies languages cannot be loaded: {type(error).__name__}: {error}. It is unpacked into "
                f"{tempfile.gettempdir()}, where {shutil.disk_usage(tempfile.gettempdir()).free / 1e6:.0f} MB are free and 70 MB are "
                "needed once a worker or command; TMPDIR names another folder"
            ) from error


class Automaton(NamedTuple):
    """The automaton (Aho and Corasick 1975) with which py3langid finds the features of a text."""

    moves: NDArray[np.uint32]  # row of a state + byte -> state
    rows: NDArray[np.uint32]  # state -> row
    outputs: NDArray[np.int32]  # state -> feature, or -1

    def features(self, data: bytes) -> NDArray[np.int32]:
        """Return the features of a text in UTF-8, in order. A state depends on as many bytes as the longest feature has, so parts of the
        text are walked through side by side, each from so many bytes before it."""
        step = -(-len(data) // _PARTS)
        padded = np.zeros(_MEMORY + step * _PARTS, np.uint32)
        padded[_MEMORY : _MEMORY + len(data)] = np.frombuffer(data, np.uint8)
        starts = np.arange(_PARTS) * step
        state = np.zeros(_PARTS, np.uint32)
        found = np.empty((step, _PARTS), np.int32)
        for k in range(_MEMORY + step):
            if k == _MEMORY:
                state[0] = 0  # nothing stands before the first part
            state = self.moves[self.rows[state] + padded[starts + k]]
            if k >= _MEMORY:
                found[k - _MEMORY] = self.outputs[state]
        ordered = found.T.ravel()[: len(data)]
        features: NDArray[np.int32] = ordered[ordered >= 0]
        return features


def _raw_score(identifier: Any, data: bytes) -> Any:
    """Return what ``LanguageIdentifier._raw_score`` does: the logarithm of each language's likelihood, by naive Bayes."""
    features = identifier.automaton.features(data) if len(data) > _SHORT else None
    if features is None or not len(features):
        return super(type(identifier), identifier)._raw_score(data)
    which, counts = _counted(features)
    return _weighed(np.log1p(counts.astype(np.float32)), identifier.nb_ptc.take(which, 0)) + identifier.nb_pc


def _counted(features: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct features and their numbers, in the order in which they first occur: sums of floats depend on it."""
    keys = (features.astype(np.int64) << 32) + np.arange(len(features))
    keys.sort()  # a quarter of the time of the stable sort in ``numpy.unique``
    starts = np.flatnonzero(np.diff(keys >> 32, prepend=-1))
    counts = np.diff(starts, append=len(keys))
    first = keys[starts]
    order = np.argsort(first & 0xFFFFFFFF)
    return first[order] >> 32, counts[order]


def _weighed(weights: NDArray[np.float32], table: NDArray[Any]) -> NDArray[np.float32]:
    """Return ``weights @ table`` for a table of finite halves, bit for bit; NumPy converts these one by one, five times as slowly.

    Shifted into place, the bits of a half are those of a float that is its value divided by 2**112, which the weights make up for.
    """
    if table.dtype != np.float16:
        return np.asarray(weights @ table)
    bits = table.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~0x70000000  # copies of the sign
    return np.asarray((weights * np.float32(2.0**_BIAS)) @ bits.view(np.float32))


def identify(text: str, declared: str | None = None) -> tuple[str | None, float]:
    """The ISO 639 code of the language of ``text`` (two letters where there is such a code, else three) and its probability,
    0 to 1. ``(None, 0.0)`` for a text without letters.

    Names and capitals mislead the classifier: where its answer is uncertain, the words in lower case are classified alone.
    ``declared`` is the language that the page declares (``en``, ``pt-BR``); it decides only where the text leaves doubt.
    Deterministic.
    """
    sample = text[:_SAMPLE]
    if not any(c.isalpha() for c in sample):
        return None, 0.0
    ranked = _rank(sample.lower() if _is_upper_case(sample) else sample)
    if ranked[0][1] < _SURE:
        words = " ".join(word for word in _LOWER_WORD.findall(sample) if word.islower())
        again = _rank(words) if len(words) >= _ENOUGH else ranked
        ranked = max(ranked, again, key=lambda ranking: ranking[0][1])
        hint = (declared or "").replace("_", "-").split("-")[0].lower()
        chances = dict(ranked)
        if ranked[0][1] < _SURE and chances.get(hint, 0.0) >= _HINT:
            return hint, round(chances[hint], 4)
    language, confidence = ranked[0]
    return language, round(confidence, 4)


def _rank(sample: str) -> list[tuple[str, float]]:
    """Return the five most likely languages with their probabilities, most likely first."""
    return [(str(language), float(chance)) for language, chance in _identifier().rank(sample)[:5]]


def _is_upper_case(sample: str) -> bool:
    """Whether upper-case letters outnumber lower-case ones."""
    lower = sum(map(str.islower, sample))
    return len(sample) > 2 * lower and sum(map(str.isupper, sample)) > lower
