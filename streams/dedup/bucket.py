"""The contents of one LSH bucket, as a compact binary value.

A MessagePack array: the layout's version; the documents in the bucket (in the URL's bucket newest first, in a content
bucket the one that was added or copied last first); the rejected copies, newest first; hashes of evicted documents; and
what those evicted documents were revisions of. Signatures keep the low byte of each 16-bit value: 128 bytes an entry.
Two unlike values then agree by chance once in 256 times, which :func:`similarity` corrects for.
"""

from __future__ import annotations

import msgspec
import numpy as np
import xxhash

from streams.errors import StoreFailed
from streams.records import Reason

VERSION = 1
MAX_COPIES = (
    16  # entries of rejected copies; a copy without an entry is compared again, with the same verdict
)
LONGEST_ID = 200  # bytes of UTF-8: crawlers' ids are hashes, UUIDs and sometimes URLs
LONGEST_URL = 2_000  # bytes: what browsers and search engines accept; it is stored only to be shown
_CHANCE = 1 / 256  # that two unlike 8-bit values agree
_HASH_BYTES = 8  # of an evicted entry: among 1,024 in one bucket two collide once in 10**13 times
_MAX_EVICTED = 1_024  # hashes: more than a worker has in flight, which is as much as a crash redelivers
_MAX_REVISIONS = 256  # evicted revisions: 25 kB with ids of 40 bytes, 110 kB with the longest


class DocumentEntry(msgspec.Struct, frozen=True, array_like=True):
    """A document that was not a copy in this bucket.

    ``when`` is when it reached its first bucket, milliseconds since the epoch; ``url_hash`` is of its canonical URL.
    ``copied`` says that a later bucket found it to be a copy: it stays, as later copies resemble it as much.
    """

    when: int
    id: str
    url: str
    url_hash: bytes
    signature: bytes
    digest: bytes
    cluster: str | None = None  # None: its own id
    revision_of: str | None = None
    revision_similarity: float | None = None
    copied: bool = False


class CopyEntry(msgspec.Struct, frozen=True, array_like=True):
    """A rejected copy and its verdict, kept so that a redelivery gets the same one.

    ``mark``: a hash of its title, where it counts toward an error template (:mod:`streams.dedup.error_templates`).
    """

    when: int
    id: str
    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str
    digest: bytes = b""
    mark: bytes = b""

    def teaches(self) -> bool:
        """Whether it counted toward an error template before that was learnt."""
        return bool(self.mark) and self.reason is not Reason.ERROR_TEMPLATE


class EvictedRevision(msgspec.Struct, frozen=True, array_like=True):
    """What an evicted document was a revision of, kept so that a redelivery gets the same lineage."""

    entry_hash: bytes
    revision_of: str
    revision_similarity: float | None
    cluster: str | None  # None: its own id


class Bucket(msgspec.Struct, frozen=True, array_like=True):
    """The contents of one bucket."""

    version: int = VERSION
    documents: tuple[DocumentEntry, ...] = ()
    copies: tuple[CopyEntry, ...] = ()
    evicted_hashes: bytes = b""  # concatenated, newest first
    revisions: tuple[EvictedRevision, ...] = ()  # among the evicted, newest first

    def has_evicted(self, name: str, digest: bytes) -> bool:
        """Whether a document was in this bucket and was evicted since."""
        wanted = _entry_hash(name, digest)
        starts = range(0, len(self.evicted_hashes), _HASH_BYTES)
        return any(self.evicted_hashes[at : at + _HASH_BYTES] == wanted for at in starts)

    def evicted_revision(self, name: str, digest: bytes) -> EvictedRevision | None:
        """What an evicted document was a revision of; None for one that was no revision or is unknown."""
        wanted = _entry_hash(name, digest)
        return next((former for former in self.revisions if former.entry_hash == wanted), None)

    def limited_to(self, most: int) -> Bucket:
        """The bucket cut to ``most`` documents; of those evicted, hashes and revision lineage are kept."""
        if len(self.documents) <= most:
            return self
        leaving = self.documents[most:]
        hashes = b"".join(_entry_hash(entry.id, entry.digest) for entry in leaving)
        revisions = tuple(
            EvictedRevision(
                _entry_hash(entry.id, entry.digest),
                entry.revision_of,
                entry.revision_similarity,
                entry.cluster,
            )
            for entry in leaving
            if entry.revision_of is not None
        )
        return msgspec.structs.replace(
            self,
            documents=self.documents[:most],
            evicted_hashes=(hashes + self.evicted_hashes)[: _HASH_BYTES * _MAX_EVICTED],
            revisions=(revisions + self.revisions)[:_MAX_REVISIONS],
        )

    def last_seen(self) -> int:
        """When the newest entry was made, milliseconds since the epoch; 0 for a bucket without entries."""
        return max([entry.when for entry in self.documents] + [copy.when for copy in self.copies], default=0)


def _entry_hash(name: str, digest: bytes) -> bytes:
    return xxhash.xxh3_64_digest(digest + name.encode("utf-8", "surrogatepass"))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Bucket)
_EMPTY = Bucket()
_REMEDY = (
    "start with an empty one: another kafka.group, or delete its changelog topic and the worker's data_dir"
)


def decode_bucket(value: bytes) -> Bucket:
    """The bucket in a table's value; an empty one for ``b""``.

    Raises :class:`StoreFailed` for a value of another version or one that is no bucket: the table then belongs to
    another release, and starting with an empty one is the remedy.
    """
    if not value:
        return _EMPTY
    try:
        bucket = _decoder.decode(value)
    except msgspec.MsgspecError as error:
        raise StoreFailed(f"a bucket of the dedup table cannot be decoded ({error}); {_REMEDY}") from error
    if bucket.version != VERSION:
        raise StoreFailed(
            f"a bucket of the dedup table has layout {bucket.version}, this release reads {VERSION}; {_REMEDY}"
        )
    return bucket


def encode_bucket(bucket: Bucket) -> bytes:
    """The table's value for a bucket; ``b""`` for an empty one."""
    return _encoder.encode(bucket) if bucket.documents or bucket.copies else b""


def encode_within(bucket: Bucket, most: int, limit: int) -> tuple[bytes, int]:
    """The table's value for a bucket cut to ``most`` documents and ``limit`` bytes, and how many documents were evicted.

    The settings are checked so that ``most`` documents fit. The size is bounded here all the same: a value larger than the
    changelog accepts could never be written, and would block all later changes of the bucket.
    """
    before = len(bucket.documents)
    bucket = bucket.limited_to(most)
    value = encode_bucket(bucket)
    while len(value) > limit and bucket.documents:
        count = len(bucket.documents)
        bucket = bucket.limited_to(min(count - 1, count * limit // len(value)))
        value = encode_bucket(bucket)
    if len(value) > limit:
        value = encode_bucket(Bucket(evicted_hashes=bucket.evicted_hashes))
    return value, before - len(bucket.documents)


def merge(newer: bytes, older: bytes, most: int, limit: int) -> bytes:
    """The value of two values of one bucket merged; entries of ``newer`` take precedence and come first.

    For a table and a changelog of which each has changes that the other lacks. Raises as :func:`decode_bucket`.
    """
    one, other = decode_bucket(newer), decode_bucket(older)
    ids = {entry.id for entry in one.documents}
    answered = {(copy.id, copy.digest) for copy in one.copies}
    unanswered = (copy for copy in other.copies if (copy.id, copy.digest) not in answered)
    merged = msgspec.structs.replace(
        one,
        documents=(*one.documents, *(entry for entry in other.documents if entry.id not in ids)),
        copies=recent_copies((*one.copies, *unanswered)),
        evicted_hashes=(one.evicted_hashes + other.evicted_hashes)[: _HASH_BYTES * _MAX_EVICTED],
        revisions=(one.revisions + other.revisions)[:_MAX_REVISIONS],
    )
    return encode_within(merged, most, limit)[0]


def recent_copies(copies: tuple[CopyEntry, ...]) -> tuple[CopyEntry, ...]:
    """The first ``MAX_COPIES`` of copies that are ordered newest first; those that taught a template leave last."""
    surplus = len(copies) - MAX_COPIES
    if surplus <= 0:
        return copies
    leaving = sorted(range(len(copies)), key=lambda at: (copies[at].teaches(), -at))[:surplus]
    return tuple(copy for at, copy in enumerate(copies) if at not in leaving)


def short_id(name: str) -> str:
    """An id as it is stored: one over ``LONGEST_ID`` bytes is cut, and ends in a hash of the whole.

    >>> short_id("page-1"), len(short_id("x" * 10_000))
    ('page-1', 200)
    """
    raw = name.encode("utf-8", "surrogatepass")
    if len(raw) <= LONGEST_ID:
        return name
    return f"{raw[: LONGEST_ID - 33].decode('utf-8', 'ignore')}~{xxhash.xxh3_128_hexdigest(raw)}"


def short_url(url: str) -> str:
    """A URL as it is stored: one over ``LONGEST_URL`` bytes is cut, with an ellipsis."""
    raw = url.encode("utf-8", "surrogatepass")
    return url if len(raw) <= LONGEST_URL else raw[: LONGEST_URL - 3].decode("utf-8", "ignore") + "\u2026"


def short_signature(signature: bytes) -> bytes:
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
