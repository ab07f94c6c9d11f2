"""Changes to a bucket other than by a lookup: marking a document as a copy, and inserting one from earlier output."""

from __future__ import annotations

import msgspec

from streams.dedup.bucket import decode_bucket, encode_within, recent_copies, short_id
from streams.dedup.bucket_entries import copy_entry, digest, document_entry, unexpired
from streams.records import Candidate
from streams.settings import Dedup


def correct(value: bytes, correction: Candidate, now: int, options: Dedup) -> bytes:
    """The bucket's value with the document of ``correction`` (a candidate with ``copied``) marked as a copy.

    Its entry stays, with the cluster it belongs to. The URL's bucket also stores the verdict, so that a redelivered page
    is rejected there. A document without an entry changes nothing.
    """
    copied, name, text = correction.copied, short_id(correction.document.id), digest(correction)
    bucket = unexpired(decode_bucket(value), now, options)
    meant = [entry.id == name and entry.digest == text and not entry.copied for entry in bucket.documents]
    if copied is None or not any(meant):
        return value
    documents = tuple(
        msgspec.structs.replace(entry, cluster=short_id(copied.cluster), copied=True) if this else entry
        for entry, this in zip(bucket.documents, meant, strict=True)
    )
    copies = bucket.copies
    if correction.bucket_index == 0:
        copies = recent_copies((copy_entry(correction, copied, now), *copies))
    corrected = msgspec.structs.replace(bucket, documents=documents, copies=copies)
    return encode_within(corrected, options.bucket_documents, options.bucket_bytes)[0]


def insert(value: bytes, candidate: Candidate, options: Dedup) -> bytes:
    """The bucket's value with an entry for a document that was kept before, ordered by ``candidate.seen``.

    It is compared with nothing. For filling an empty table from earlier output.
    """
    bucket = decode_bucket(value)
    name = short_id(candidate.document.id)
    others = [entry for entry in bucket.documents if entry.id != name]
    entries = sorted(
        [document_entry(candidate, candidate.lineage, candidate.seen), *others],
        key=lambda entry: entry.when,
        reverse=True,
    )
    filled = msgspec.structs.replace(bucket, documents=tuple(entries))
    return encode_within(filled, options.bucket_documents, options.bucket_bytes)[0]
