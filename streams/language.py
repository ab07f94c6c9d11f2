"""Which language a text is in."""

from __future__ import annotations

import functools
import threading
from typing import Any

_SAMPLE = 4_000  # code points looked at: py3langid's answer no longer changes beyond a few thousand
_lock = threading.Lock()


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with _lock:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def identify(text: str) -> tuple[str | None, float]:
    """The ISO 639-1 code of the language of ``text`` and a confidence from 0 to 1; ``(None, 0.0)`` for no letters.

    py3langid: the best all-round of those measured (docs/performance.md), deterministic, no download.
    """
    sample = text[:_SAMPLE]
    if not any(c.isalpha() for c in sample):
        return None, 0.0
    language, confidence = _identifier().classify(sample)
    return str(language), round(float(confidence), 4)
