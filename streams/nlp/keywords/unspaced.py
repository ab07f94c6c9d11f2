"""Candidates in scripts without spaces between words: repeated sequences of words, and names.

Chinese and Japanese are segmented by lists of known words, Thai by BudouX (a linear model over characters). For Lao,
Khmer and Burmese there are neither: candidates are sequences of letters that occur between different neighbours, as
words do (accessor variety: Feng, Chen, Deng, Zheng 2004, "Accessor Variety Criteria for Chinese Word Extraction").
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING

import msgspec
import regex

from streams.nlp.keywords.selection import Candidate
from streams.nlp.names import recognition, segmentation

if TYPE_CHECKING:
    from budoux import Parser

_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_CLUSTER = regex.compile(r"\P{M}\p{M}*+|\p{M}")
_RUN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1780-\u17ff]+|[\u1000-\u109f]+"
)
_UNSPACED = re.compile(r"[\u0e00-\u109f\u1780-\u17ff\u3040-\u9fff\uf900-\ufaff]")  # what may be in a run
_HIRAGANA = re.compile(r"[\u3041-\u309f]+")  # function words and endings in Japanese
_LONGEST = 3  # words per phrase
_LENGTH = 0.75  # as in streams.nlp.keywords.spaced
_LETTERS = (2, 3, 4, 5, 6)  # sizes of candidates in scripts that are not segmented
_SHORTEST = 2  # characters
_SHARE = 3  # a text is unspaced if more than one character of three is
_BEGINNING = 2_000  # characters looked at for that
# Particles between content words in Japanese and Chinese: no phrase crosses them.
_PARTICLES = re.compile(
    r"[のをはがにでとへもやかねよっただしいるれてなあえおうくけこさすせそ、。的了是在和有我不人这這他她它们們也就都而及与與着或被把对對从從但以其之]"
)


def is_unspaced(text: str) -> bool:
    """Return whether a text is in a script without spaces, by its beginning."""
    beginning = text[:_BEGINNING]
    if _UNSPACED.search(beginning) is None:
        return False
    return sum(len(m.group()) for m in _RUN.finditer(beginning)) * _SHARE > len(beginning.strip())


def candidates(text: str, stop: Collection[str], names: Mapping[str, int]) -> list[Candidate]:
    """Return the sequences of words of a text that may be its keywords, and the names in it, best first."""
    count: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], int] = {}
    matches = list(_RUN.finditer(text))
    for match, segmented in zip(matches, _segmented([m.group() for m in matches]), strict=True):
        for words in _content(segmented, stop):
            for key in _sequences(words):
                count[key] += 1
                first.setdefault(key, match.start())
    found = {"".join(key): (key, n) for key, n in count.items() if n > 1}
    found |= _letters(text, stop)
    for name, mentions in names.items():
        if _RUN.fullmatch(name) and len(name) >= _SHORTEST:
            key = found[name][0] if name in found else (name,)
            found[name] = key, max(2, mentions, text.count(name))
    rows = [
        Candidate(
            run, tuple(run), n, _score(run, key, n, first.get(key, text.find(run)), len(text)), run in names
        )
        for run, (key, n) in found.items()
        if len(run) >= _SHORTEST
    ]
    return sorted(rows, key=lambda one: (-one.score, one.text))


def _score(run: str, key: tuple[str, ...], n: int, first: int, size: int) -> float:
    return n * math.log2(len(run) + 1) * (1 + _LENGTH * (len(key) - 1)) * (1.2 - first / size)


def _sequences(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the sequences of up to ``_LONGEST`` words."""
    for size in range(1, _LONGEST + 1):
        for k in range(len(words) - size + 1):
            yield tuple(words[k : k + size])


def _content(segmented: Sequence[str], stop: Collection[str]) -> Iterator[list[str]]:
    """Yield the adjacent content words of a segmented run of characters."""
    content: list[str] = []
    for word in [*segmented, ""]:
        if word and word not in stop and not _PARTICLES.fullmatch(word) and not _HIRAGANA.fullmatch(word):
            content.append(word)
            continue
        if content:
            yield content
        content = []


def _segmented(runs: Sequence[str]) -> list[list[str]]:
    """Return the words of each run of Chinese, Japanese or Thai; nothing for other scripts."""
    east = [bool(_HAN_OR_KANA.match(run)) for run in runs]
    own = [run for run, is_east in zip(runs, east, strict=True) if is_east]
    cut = iter(segmentation.segment(own, recognition.load().gazetteer) if own else ())
    return [
        next(cut) if is_east else list(_thai().parse(run)) if _THAI.match(run) else []
        for run, is_east in zip(runs, east, strict=True)
    ]


@functools.cache
def _thai() -> Parser:
    """Return BudouX's segmenter for Thai. Its own loader opens the file in the encoding of the locale."""
    from budoux import Parser

    model = resources.files("budoux").joinpath("models", "th.json").read_bytes()
    return Parser(msgspec.json.decode(model, type=dict[str, dict[str, int]]))


def _letters(text: str, stop: Collection[str]) -> dict[str, tuple[tuple[str, ...], int]]:
    """Return the sequences of letters, with their marks, that occur between different neighbours, with their counts."""
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for match in _RUN.finditer(text):
        run = match.group()
        if _HAN_OR_KANA.match(run) or _THAI.match(run):
            continue
        letters = ["", *_CLUSTER.findall(run), ""]
        for size in _LETTERS:
            for k in range(1, len(letters) - size):
                piece = "".join(letters[k : k + size])
                count[piece] += 1
                before[piece].add(
                    letters[k - 1] or f"{match.start()}"
                )  # every border is a neighbour of its own
                after[piece].add(letters[k + size] or f"{match.start()}")
    return {
        piece: ((piece,), n)
        for piece, n in count.items()
        if n > 1 and len(before[piece]) > 1 and len(after[piece]) > 1 and piece not in stop
    }
