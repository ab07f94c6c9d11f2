"""The contents of one LSH bucket, as a compact binary value.

A MessagePack array: the layout's version, the documents that passed (at the URL's bucket the newest first; at the others
the one that came or was copied last), the copies that were turned away (newest first), marks of the documents that
passed and had to make room since, and what those among them revised that were revisions. Of a signature's 16-bit values the low bytes are kept: 128 bytes a document and bucket.
Two unlike values then agree once in 256 times, which :func:`similarity` takes into account.
"""

from __future__ import annotations

import msgspec
import numpy as np
import xxhash

from streams.errors import StoreFailed
from streams.records import Reason

VERSION = 1
TURNED = 16  # answers kept for copies that come again; a forgotten one is compared afresh and gets the same
LONGEST_ID = 200  # bytes of UTF-8: crawlers' ids are hashes, UUIDs and sometimes URLs
LONGEST_URL = 2_000  # bytes: what browsers and search engines take; it is remembered only to be shown
_CHANCE = 1 / 256  # that two unlike 8-bit values agree
_MARK = 8  # bytes: among the marks of one bucket two are alike once in 10**13 times
_MARKS = (
    1_024  # kept of a bucket: more than a worker has in flight, which is how much a crash has delivered again
)
_REVISIONS = (
    256  # of those marks that keep their lineage: 25 kB with ids of 40 bytes, 110 kB with the longest
)


class Passed(msgspec.Struct, frozen=True, array_like=True):
    """The entry of a document that was not a copy in this bucket.

    ``place`` is the hash of its canonical URL, ``when`` is when it stood before its first bucket, milliseconds since
    the epoch. ``copied`` says that it turned out to be a copy at a later bucket: it stays as a witness of the text.
    """

    when: int
    id: str
    url: str
    place: bytes
    signature: bytes
    digest: bytes
    cluster: str | None = None  # None: its own id
    revision_of: str | None = None
    revision_similarity: float | None = None
    copied: bool = False


class Turned(msgspec.Struct, frozen=True, array_like=True):
    """The entry of a rejected copy, kept so that a redelivery gets the same verdict."""

    when: int
    id: str
    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str
    digest: bytes = b""


class FormerRevision(msgspec.Struct, frozen=True, array_like=True):
    """What an evicted document was a revision of, kept so that a redelivery gets the same lineage."""

    mark: bytes
    revision_of: str
    revision_similarity: float | None
    cluster: str | None  # None: its own id


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """The contents of one bucket."""

    version: int = VERSION
    passed: tuple[Passed, ...] = ()
    turned: tuple[Turned, ...] = ()
    gone: bytes = b""  # marks, the newest first
    revisions: tuple[FormerRevision, ...] = ()  # of those that are gone, the newest first

    def knew(self, name: str, digest: bytes) -> bool:
        """Whether a document passed here and was evicted since."""
        mark = _mark(name, digest)
        return any(self.gone[at : at + _MARK] == mark for at in range(0, len(self.gone), _MARK))

    def former_revision(self, name: str, digest: bytes) -> FormerRevision | None:
        """What an evicted document was a revision of; None for one that was no revision or is unknown."""
        mark = _mark(name, digest)
        return next((former for former in self.revisions if former.mark == mark), None)

    def within(self, bucket: int) -> Memory:
        """The memory cut to ``bucket`` documents; of those evicted, hashes and revision lineage are kept."""
        if len(self.passed) <= bucket:
            return self
        leaving = self.passed[bucket:]
        marks = b"".join(_mark(entry.id, entry.digest) for entry in leaving)
        revisions = tuple(
            FormerRevision(
                _mark(entry.id, entry.digest), entry.revision_of, entry.revision_similarity, entry.cluster
            )
            for entry in leaving
            if entry.revision_of is not None
        )
        return msgspec.structs.replace(
            self,
            passed=self.passed[:bucket],
            gone=(marks + self.gone)[: _MARK * _MARKS],
            revisions=(revisions + self.revisions)[:_REVISIONS],
        )

    def last_seen(self) -> int:
        """When the newest entry was made, milliseconds since the epoch; 0 for a memory without entries."""
        return max([entry.when for entry in self.passed] + [copy.when for copy in self.turned], default=0)


def _mark(name: str, digest: bytes) -> bytes:
    return xxhash.xxh3_64_digest(digest + name.encode("utf-8", "surrogatepass"))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memory)
_EMPTY = Memory()


def read(value: bytes) -> Memory:
    """The memory in a table's value; an empty one for ``b""``.

    Raises :class:`StoreFailed` for a value of another version or one that is no memory: the table then belongs to
    another release, and starting with an empty one is the remedy.
    """
    if not value:
        return _EMPTY
    try:
        memory = _decoder.decode(value)
    except msgspec.MsgspecError as error:
        raise StoreFailed(f"a bucket's memory cannot be read ({error}); {_REMEDY}") from error
    if memory.version != VERSION:
        raise StoreFailed(
            f"a bucket's memory has layout {memory.version}, this release reads {VERSION}; {_REMEDY}"
        )
    return memory


_REMEDY = (
    "start with an empty one: another kafka.group, or delete its changelog topic and the worker's data_dir"
)


def write_within(memory: Memory, bucket: int, limit: int) -> tuple[bytes, int]:
    """The table's value for what of a memory is within ``bucket`` documents and ``limit`` bytes; how many documents had to go.

    The settings see to it that ``bucket`` documents fit. It is bounded here all the same: a value larger than the changelog
    takes could never be written, and neither could anything behind it.
    """
    before = len(memory.passed)
    memory = memory.within(bucket)
    value = write(memory)
    while len(value) > limit and memory.passed:
        memory = memory.within(min(len(memory.passed) - 1, len(memory.passed) * limit // len(value)))
        value = write(memory)
    if len(value) > limit:
        value = write(Memory(gone=memory.gone))
    return value, before - len(memory.passed)


def merge(newer: bytes, older: bytes, bucket: int, limit: int) -> bytes:
    """The memory of both values of one bucket: what ``newer`` says of a document holds, and comes first.

    For a table and a changelog of which each knows what the other does not. Raises as :func:`read`.
    """
    one, other = read(newer), read(older)
    ids = {entry.id for entry in one.passed}
    answered = {(copy.id, copy.digest) for copy in one.turned}
    merged = msgspec.structs.replace(
        one,
        passed=(*one.passed, *(entry for entry in other.passed if entry.id not in ids)),
        turned=(*one.turned, *(copy for copy in other.turned if (copy.id, copy.digest) not in answered))[
            :TURNED
        ],
        gone=(one.gone + other.gone)[: _MARK * _MARKS],
        revisions=(one.revisions + other.revisions)[:_REVISIONS],
    )
    return write_within(merged, bucket, limit)[0]


def write(memory: Memory) -> bytes:
    """The table's value for a memory; ``b""`` for an empty one."""
    return _encoder.encode(memory) if memory.passed or memory.turned else b""


def identity(name: str) -> str:
    """An id as it is remembered and named: a very long one is cut, with a hash that tells it from others cut alike.

    >>> identity("page-1"), len(identity("x" * 10_000))
    ('page-1', 200)
    """
    raw = name.encode("utf-8", "surrogatepass")
    if len(raw) <= LONGEST_ID:
        return name
    return f"{raw[: LONGEST_ID - 33].decode('utf-8', 'ignore')}~{xxhash.xxh3_128_hexdigest(raw)}"


def address(url: str) -> str:
    """A URL as it is remembered: a very long one is cut, with an ellipsis."""
    raw = url.encode("utf-8", "surrogatepass")
    return url if len(raw) <= LONGEST_URL else raw[: LONGEST_URL - 3].decode("utf-8", "ignore") + "\u2026"


def short(signature: bytes) -> bytes:
    """The low bytes of a signature's 16-bit values."""
    return signature[::2]


def similarity(one: bytes, others: list[bytes]) -> list[float]:
    """Estimated Jaccard similarity, 0 to 1, of one short signature to each of the others."""
    if not others:
        return []
    mine = np.frombuffer(one, dtype=np.uint8)
    theirs = np.frombuffer(b"".join(others), dtype=np.uint8).reshape(len(others), len(one))
    agreeing = (theirs == mine).mean(axis=1)
    return [float(share) for share in np.clip((agreeing - _CHANCE) / (1 - _CHANCE), 0.0, 1.0)]
