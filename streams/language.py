"""Language identification with py3langid: the best all-round of the libraries tried, deterministic, no download."""

from __future__ import annotations

import functools
import re
import shutil
import tempfile
import threading
from typing import Any

from streams.errors import ModelError

_SAMPLE = 4_000  # code points classified: py3langid's answer no longer changes beyond a few thousand
# Probability below which the words in lower case are classified alone. Two or three sentences of running text are above it.
_SURE = 0.9
_ENOUGH = 30  # characters of words in lower case that are enough to classify
_HINT = 0.1  # probability from which the declared language is preferred to an answer below _SURE
_LOWER_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*")
_lock = threading.Lock()


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with _lock:
        try:
            return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        except (OSError, MemoryError, ValueError) as error:
            raise ModelError(
                f"the model that identifies languages cannot be loaded: {type(error).__name__}: {error}. It is unpacked into "
                f"{tempfile.gettempdir()}, where {shutil.disk_usage(tempfile.gettempdir()).free / 1e6:.0f} MB are free and 70 MB are "
                "needed once a worker or command; TMPDIR names another folder"
            ) from error


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
    return sum(map(str.isupper, sample)) > sum(map(str.islower, sample))
