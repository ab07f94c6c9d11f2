"""Counts of characters by class, for many texts at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# classes of characters, for counting
_LONGEST = 50_000  # characters of a text that are counted
_PART = 1_000_000  # characters counted at once; bounds memory
SPACE, DIGIT, UPPER, COMMA, STOP, MONEY, MARK, DENSE, LOWER = range(1, 10)


def _table() -> npt.NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for code in range(0x3000):
        char = chr(code)
        if char.isspace():
            table[code] = SPACE
        elif char.isdigit():
            table[code] = DIGIT
        elif char.isupper():
            table[code] = UPPER
        elif char.islower():
            table[code] = LOWER
    for chars, kind in (
        (",;、，،", COMMA),
        (".!?…。！？।۔", STOP),
        ("$€£¥₹₽₩", MONEY),
        ("|•·›»>/©→▼✓", MARK),
    ):
        for char in chars:
            table[ord(char)] = kind
    for low, high in (
        (0xE00, 0xEFF),
        (0x1000, 0x109F),
        (0x1780, 0x17FF),
        (0x3040, 0x30FF),
        (0x3400, 0x9FFF),
        (0xAC00, 0xD7A3),
    ):
        table[low : high + 1] = DENSE
    return table


CLASSES = _table()


def counts_of(texts: list[str]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return, for each text, how many characters of each class it has, and its length. Of very long texts the beginning
    is counted, for the whole.
    """
    lengths = np.array([len(text) for text in texts], np.int64)
    read = np.minimum(lengths, _LONGEST)
    parts: list[npt.NDArray[np.int64]] = []
    start = size = 0
    for at, length in enumerate(read.tolist()):
        size += length
        if size > _PART or at == len(texts) - 1:
            parts.append(_counts(texts[start : at + 1], read[start : at + 1]))
            start, size = at + 1, 0
    return np.concatenate(parts) * (lengths / read)[:, None], lengths


def _counts(texts: list[str], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    joined = "".join([text[:_LONGEST] for text in texts])
    cells = np.repeat(np.arange(0, 10 * len(texts), 10), lengths)
    cells += CLASSES[_codes(joined)]
    return np.bincount(cells, minlength=10 * len(texts)).reshape(len(texts), 10)


def classes_of(characters: list[str]) -> npt.NDArray[np.uint8]:
    """Return the class of each character; 0 where it has none."""
    return np.asarray(CLASSES[_codes("".join(characters))])


def _codes(text: str) -> npt.NDArray[np.uint16] | npt.NDArray[np.uint32]:
    """Return the code points of ``text``, at most 0xFFFF. Few texts have any that take two units of UTF-16."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    if len(units) == len(text):
        return units
    return np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32), 0xFFFF)
