"""How many documents a second one core fingerprints: ``python -m benchmarks.dedup.fingerprint [WORDS [DOCUMENTS]]``."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from streams.dedup import fingerprint


def _english(source: random.Random, words: int) -> str:
    lexicon = [
        "".join(source.choices("etaoinshrdlucmfwypvbgk", k=source.randint(2, 10))) for _ in range(20_000)
    ]
    picked = source.choices(lexicon, weights=[1 / (rank + 1) for rank in range(len(lexicon))], k=words)
    return " ".join(word + ("." if n % 18 == 17 else "") for n, word in enumerate(picked))


def _typographic(source: random.Random, words: int) -> str:
    return "“" + _english(source, words).replace("e", "é") + "”"


def _chinese(source: random.Random, words: int) -> str:
    return "".join(chr(0x4E00 + min(int(source.expovariate(1 / 400)), 6_000)) for _ in range(2 * words))


def main(words: int = 750, documents: int = 300) -> None:
    """Print the rate for plain ASCII, for text with accents and curly quotes, and for Chinese."""
    texts: dict[str, Callable[[random.Random, int], str]] = {
        "ascii": _english, "accents": _typographic, "chinese": _chinese,
    }  # fmt: skip
    for name, write in texts.items():
        source = random.Random(7)
        made = [write(source, words) for _ in range(documents)]
        fingerprint(made[0], "https://a.example/")
        started = time.process_time()
        for number, text in enumerate(made):
            fingerprint(text, f"https://a.example/{number}")
        seconds = time.process_time() - started
        print(
            f"{name:8} {words} words: {documents / seconds:8,.0f} documents/s/core, {seconds / documents * 1e6:6,.0f} µs each"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
