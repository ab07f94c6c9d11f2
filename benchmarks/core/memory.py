"""``make bench-memory [DOCUMENTS=50000]``: whether the memory of a process stays flat while it enriches documents.

Runs what a pool process runs, ``streams.execution.jobs.enrich``, on batches of encoded documents that are generated here and
kept no longer. Vocabulary grows as in natural text: words are drawn by Zipf's law from a supply without end, so that new
ones, names among them, keep coming (Heaps' law). Prints the resident set every tenth of the way, and its slope by least
squares from the first of these points on: what a document leaves behind. Ends with 1 when that is more than ``--limit``.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from streams import settings
from streams.execution import jobs
from streams.execution.results import Processed
from streams.records import CleanDocument, encode

_STEPS = 10
_SEED = 5
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Ranks r of words are drawn with probability ~ r^-1.6 above the head, which gives a vocabulary of about n^0.6 words in
# n: what Heaps (1978) and those after him find in English text (0.4 to 0.6), on the hard side.
_TAIL = 0.6
_ONSETS = [*"bcdfghjklmnprstvw", "br", "ch", "dr", "gr", "kl", "pr", "sh", "st", "tr"]
_RIMES = [*"aeiou", "an", "ar", "el", "en", "er", "in", "is", "on", "or", "um", "ane", "ire", "ote"]
_SENTENCES = (
    "{Name} {Name} met {Name} {Name} in {Name} on {day} to discuss the {word} {word} of the {Name} {body}.",
    '"We will not sell the {word} before the {word} is {word}," said {Name} {Name}, the head of the {Name} {body}.',
    "Police arrested {number} people in {Name} after the {word} at the {word} of {Name}.",
    "The {Name} {body} accused {Name} of a {word} {word} and said that the {word} would cost {number} euros.",
    "According to {Name}, the {word} between {Name} and the {body} has {number} members, most of them {word}.",
    "{Name} did not sign the {word}, which the {body} had rejected last week.",
)
_WORD = re.compile(r"[^\W\d_]+")
_BODIES = ("Council", "Company", "Union", "Ministry", "University", "Bank", "Party")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def main() -> None:
    """Enrich, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=50_000)
    parser.add_argument("--limit", type=float, default=1_000, help="bytes that a document may leave behind")
    options = parser.parse_args()
    options.documents = max(options.documents, 100)
    jobs.prepare(settings.load())
    jobs.warm()
    print(f"models loaded: {resident() / 1e6:.1f} MB", flush=True)
    points = list(measured(options.documents, settings.load().worker.enrich_batch))
    slope = bytes_a_document(points)
    print(f"{vocabulary(points[-1][0]):,} different words, figures aside")
    print(f"{slope:.0f} bytes a document from {points[0][0]:,} documents on; limit {options.limit:.0f}")
    sys.exit(slope > options.limit)


def measured(documents: int, batch: int) -> Iterator[tuple[int, int]]:
    """Enriches so many documents; after each tenth of them how many there were, and the resident set in bytes."""
    chance = random.Random(_SEED)
    started = time.perf_counter()
    done = facts = 0
    for mark in range(1, _STEPS + 1):
        while done < documents * mark // _STEPS:
            values = [encode(document(chance, done + k)) for k in range(batch)]
            results = jobs.enrich(values)
            facts += sum(len(result.outputs) - 1 for result in results if isinstance(result, Processed))
            done += batch
        used = resident()
        minutes = (time.perf_counter() - started) / 60
        print(
            f"{done:>9,} documents  {used / 1e6:8.1f} MB  {facts:>9,} facts  {minutes:6.1f} min",
            flush=True,
        )
        yield done, used


def vocabulary(documents: int) -> int:
    """How many different words the first so many documents have. Counted apart: the set itself takes memory."""
    chance = random.Random(_SEED)
    return len({found for k in range(documents) for found in _WORD.findall(document(chance, k).text)})


def document(chance: random.Random, number: int) -> CleanDocument:
    """A short report, full of words and names that come up seldom or never again."""
    text = "\n\n".join(_paragraph(chance) for _ in range(2))
    return CleanDocument(id=f"m{number}", url=f"https://memory.example/{number}", text=text)


def _paragraph(chance: random.Random) -> str:
    return " ".join(_filled(chance, chance.choice(_SENTENCES)) for _ in range(2))


def _filled(chance: random.Random, sentence: str) -> str:
    parts = sentence.split("{")
    made = [parts[0]]
    for part in parts[1:]:
        field, _, rest = part.partition("}")
        made += (_field(chance, field), rest)
    return "".join(made)


def _field(chance: random.Random, field: str) -> str:
    match field:
        case "Name":
            return word(chance).capitalize()
        case "word":
            return word(chance)
        case "body":
            return chance.choice(_BODIES)
        case "day":
            return chance.choice(_DAYS)
        case _:
            return f"{chance.randint(2, 99_999):,}"


def word(chance: random.Random) -> str:
    """A word by its rank, frequent ones most of the time. Every rank has a spelling of its own."""
    rank = min(int(40 * chance.paretovariate(_TAIL)), 1 << 60)
    spelling = []
    while rank:
        rank, onset = divmod(rank, len(_ONSETS))
        rank, rime = divmod(rank, len(_RIMES))
        spelling.append(_ONSETS[onset] + _RIMES[rime])
    return "".join(spelling)


def resident() -> int:
    """The resident set of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES


def bytes_a_document(points: Sequence[tuple[int, int]]) -> float:
    """The slope of the least-squares line through the points."""
    middle = sum(x for x, _ in points) / len(points)
    mean = sum(y for _, y in points) / len(points)
    return sum((x - middle) * (y - mean) for x, y in points) / sum((x - middle) ** 2 for x, _ in points)


if __name__ == "__main__":
    main()
