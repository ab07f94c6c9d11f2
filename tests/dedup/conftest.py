"""Made documents, changed copies of them, and a dedup table with several partitions."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from streams import dedup
from streams.records import Candidate, CleanDocument, Document, Rejection
from streams.settings import Dedup

Words = list[str]


class Maker:
    """Texts from a seed, changed copies of them, and candidates."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        letters = "abcdefghiklmnoprstuvw"
        self.lexicon = [
            "".join(self.random.choices(letters, k=self.random.randint(3, 9))) for _ in range(3_000)
        ]

    def words(self, count: int = 400) -> Words:
        return self.random.choices(self.lexicon, k=count)

    def changed(self, words: Words, places: int) -> Words:
        """The words with ``places`` of them replaced, evenly spread."""
        words = list(words)
        step = len(words) // places
        for place in range(places):
            words[place * step + self.random.randrange(max(1, step - 3))] = (
                f"new{self.random.randrange(10**9)}"
            )
        return words

    def candidate(self, name: str, words: Words, url: str = "", bucket_index: int = 0) -> Candidate:
        url, text = url or f"https://{name.lower()}.example/story", " ".join(words)
        document = Document(
            id=name, url=f"{url}?from=feed", canonical_url=url, text=text, title=f"Title of {name}"
        )
        return Candidate(
            document=document, fingerprint=dedup.fingerprint(text, url), bucket_index=bucket_index
        )

    def behind(self, candidate: Candidate, keys: dict[int, str]) -> Candidate:
        """The candidate with other bucket keys, by bucket index, to decide which documents share a bucket."""
        buckets = tuple(keys.get(index, key) for index, key in enumerate(candidate.fingerprint.bucket_keys))
        return msgspec.structs.replace(
            candidate, fingerprint=msgspec.structs.replace(candidate.fingerprint, bucket_keys=buckets)
        )


class Table:
    """An in-memory dedup table in partitions."""

    def __init__(self, partitions: int = 1, options: Dedup | None = None) -> None:
        self.options = options or Dedup()
        self.partitions: list[dict[str, bytes]] = [{} for _ in range(partitions)]
        self.evicted = 0

    def number(self, key: str) -> int:
        return sum(key.encode()) % len(self.partitions)

    def partition(self, key: str) -> dict[str, bytes]:
        return self.partitions[self.number(key)]

    def local(self, key: str) -> LocalBuckets:
        """The buckets of the partition that has this key."""
        return LocalBuckets(self, self.number(key))

    def step(self, candidate: Candidate, now: int) -> Candidate | CleanDocument | Rejection:
        """Look a candidate up in its next bucket, and apply its corrections."""
        key = dedup.bucket_key(candidate)
        partition = self.partition(key)
        outcome = dedup.look_up(partition.get(key, b""), candidate, now, self.options)
        partition[key] = outcome.value
        self.evicted += outcome.evicted
        for correction in dedup.corrections_for(candidate, outcome.verdict):
            self.correct(correction, now)
        return dedup.next_step(candidate, outcome.verdict)

    def correct(self, correction: Candidate, now: int) -> None:
        """Apply a correction to its bucket."""
        key = dedup.bucket_key(correction)
        partition = self.partition(key)
        partition[key] = dedup.correct(partition.get(key, b""), correction, now, self.options)

    def check(self, candidate: Candidate, now: int) -> CleanDocument | Rejection:
        """Look a candidate up in all its remaining buckets."""
        step: Candidate | CleanDocument | Rejection = candidate
        while isinstance(step, Candidate):
            step = self.step(step, now)
        return step

    def copy(self) -> list[dict[str, bytes]]:
        return [dict(partition) for partition in self.partitions]


class LocalBuckets:
    """The buckets of one partition."""

    def __init__(self, table: Table, number: int) -> None:
        self._table = table
        self._number = number

    def get(self, key: str) -> bytes:
        return self._table.partitions[self._number].get(key, b"")

    def put(self, key: str, value: bytes) -> None:
        assert self.is_local(key), "another partition's bucket"
        self._table.partitions[self._number][key] = value

    def is_local(self, key: str) -> bool:
        return self._table.number(key) == self._number


@pytest.fixture
def make() -> Maker:
    return Maker(seed=11)


@pytest.fixture(scope="session")
def maker() -> Callable[[int], Maker]:
    return Maker


@pytest.fixture(scope="session")
def table() -> Callable[..., Table]:
    return Table
