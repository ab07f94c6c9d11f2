"""Language identification of texts with py3langid."""

from __future__ import annotations

import functools
import re
import threading
from typing import Any

_SAMPLE = 4_000  # code points looked at: py3langid's answer no longer changes beyond a few thousand
# Below this a second look is taken. Running text of two or three sentences is above it.
_SURE = 0.9
_ENOUGH = 30  # letters of running text that a second look needs
_HINT = 0.1  # a declared language wins over a doubtful guess if it is at least this likely itself
_LOWER_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*")
_lock = threading.Lock()


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with _lock:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def identify(text: str, declared: str | None = None) -> tuple[str | None, float]:
    """The ISO 639 code of the language of ``text`` (two letters where there are two, else three) and a confidence
    from 0 to 1; ``(None, 0.0)`` for no letters.

    Names and capitals mislead: where the first guess is not sure, the words in lower case are asked alone. What
    the page declares (``en``, ``pt-BR``) is a hint: it decides only where the text leaves doubt.

    py3langid: the best all-round of those tried, deterministic, no download.
    """
    sample = text[:_SAMPLE]
    if not any(c.isalpha() for c in sample):
        return None, 0.0
    ranked = _rank(sample.lower() if _shouts(sample) else sample)
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


def _shouts(sample: str) -> bool:
    """Whether upper-case letters outnumber lower-case ones."""
    upper = sum(c.isupper() for c in sample)
    return upper > sum(c.islower() for c in sample)
