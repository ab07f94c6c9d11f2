"""Counts dispositions: by reason, site, page type, language, and minute by minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from streams.inspector.entries import Entry

_MOST_NAMES = 20_000  # sites, types or languages counted apart; those beyond are counted together
OTHER = "(others)"
MINUTE = 60_000  # milliseconds


class Share(NamedTuple):
    """How many pages have one label, and what part of all that is (0 to 1)."""

    label: str
    pages: int
    part: float


class Tally:
    """Counts of entries. Every name comes from pages, so the number of different ones is bounded."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.pages = 0
        self.labels: Counter[str] = Counter()
        self.dispositions: Counter[str] = Counter()
        self.sites: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        self.pages += 1
        self.labels[entry.label] += 1
        self.dispositions[str(entry.disposition)] += 1
        _count(self.sites, entry.site)
        _count(self.types, entry.page_type)
        _count(self.languages, entry.language)
        if entry.status is not None:
            _count(self.statuses, str(entry.status))


def outcomes(entries: Iterable[Entry]) -> Tally:
    """A tally of the labels alone, which is quicker."""
    tally = Tally()
    tally.labels.update(entry.label for entry in entries)
    tally.pages = tally.labels.total()
    return tally


def _count(counter: Counter[str], name: str | None) -> None:
    if name:
        counter[name if name in counter or len(counter) < _MOST_NAMES else OTHER] += 1


def shares(counts: Counter[str], most: int | None = None) -> list[Share]:
    """The counts as shares of their sum, the largest first; with ``most`` the rest is summed up as :data:`OTHER`."""
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if most is not None and len(ordered) > most:
        rest = sum(number for _, number in ordered[most - 1 :])
        ordered = [*ordered[: most - 1], (OTHER, rest)]
    return [Share(label, number, number / total) for label, number in ordered]


class Timeline(NamedTuple):
    """Counts by label in equal steps of time; ``start`` and ``step`` in milliseconds."""

    start: int
    step: int
    labels: dict[str, list[int]]  # by label: one number a step

    def totals(self) -> list[int]:
        """The sum over all labels in each step."""
        return [sum(numbers) for numbers in zip(*self.labels.values(), strict=True)]


def timeline(entries: Iterable[Entry], until: int, steps: int = 30, step: int = MINUTE) -> Timeline:
    """Count the entries of the last ``steps`` steps before ``until``, which is in the last one."""
    start = (until // step - steps + 1) * step
    labels: dict[str, list[int]] = {}
    for entry in entries:
        position = (entry.at - start) // step
        if 0 <= position < steps:
            labels.setdefault(entry.label, [0] * steps)[position] += 1
    return Timeline(start, step, labels)


def fitting_step(entries: Iterable[Entry], until: int, steps: int = 30) -> int:
    """The step, of a few round ones, with which ``steps`` of them reach over most of the entries; milliseconds."""
    times = sorted(entry.at for entry in entries)
    span = until - times[len(times) // 10] if times else 0
    return next((step for step in _STEPS if step * steps >= span), _STEPS[-1])


_STEPS = tuple(minutes * MINUTE for minutes in (1, 5, 15, 60, 240, 1_440, 10_080))


class Change(NamedTuple):
    """A label that became more frequent: its share before and now, and how many standard errors lie between."""

    label: str
    before: float
    now: float
    score: float


_LEAST_NOW, _LEAST_BEFORE = 10, 20  # entries on each side, below which shares say little
_SCORE = 3.0  # standard errors; with twenty labels one false alarm in some forty comparisons of all of them
_GROWTH = 0.1  # of all pages: a smaller change is not worth a look


def risen(before: Tally, now: Tally, growth: float = _GROWTH) -> list[Change]:
    """The labels whose share rose by ``growth`` and by three standard errors (two-proportion z-test), the largest rise first."""
    if before.pages < _LEAST_BEFORE or now.pages < _LEAST_NOW:
        return []
    found = []
    for label, number in now.labels.items():
        old, new = before.labels[label] / before.pages, number / now.pages
        pooled = (before.labels[label] + number) / (before.pages + now.pages)
        error = (pooled * (1 - pooled) * (1 / before.pages + 1 / now.pages)) ** 0.5
        score = (new - old) / error if error else 0.0
        if new - old >= growth and score >= _SCORE:
            found.append(Change(label, old, new, score))
    return sorted(found, key=lambda change: change.before - change.now)


def halves(entries: list[Entry], part: float = 0.25) -> tuple[list[Entry], list[Entry]]:
    """Split entries by time: those before, and the newest ``part`` of them."""
    ordered = sorted(entries, key=lambda entry: entry.at)
    cut = len(ordered) - int(len(ordered) * part)
    return ordered[:cut], ordered[cut:]
