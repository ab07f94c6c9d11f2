"""Lookup of one document in one LSH bucket: does it pass, or is it a copy? Pure: a bucket's value in, value and verdict out.

A copy that is found in a later bucket keeps its entries in the earlier ones, marked ``copied``: a further copy may share
a bucket with it and not with its original. Consequences:

* A later copy C that matches such a copy B names B, and B's own rejection names the original. ``cluster`` is the end of
  that chain: B's earlier buckets are corrected (:func:`streams.dedup.corrections.correct`). Only a C that comes before the
  correction is given B's id.
* A revision of the original must not be taken for a copy of B: see :func:`_copies_older_version`.
* A revision of B itself meets the original in some bucket, as B did, and is rejected like B.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from streams.dedup import bucket_entries, error_templates
from streams.dedup.bucket import (
    Bucket,
    DocumentEntry,
    decode_bucket,
    encode_within,
    recent_copies,
    short_id,
    short_signature,
    similarity,
)
from streams.dedup.verdicts import Duplicate, Pass
from streams.records import Candidate, Lineage, Prior, Reason
from streams.settings import Dedup

# A brief of 30 words of which one differs has 25 of 31 shingles in common, 0.81: another town's weather, or an edit?
# Nobody can tell, so a short text has to agree almost wholly. From 90 shingles on, three changed numbers are taken
# for an edit, as in long texts.
_SHORT, _SHORT_NEEDS, _LONG = 30, 0.95, 90


class Lookup(msgspec.Struct, frozen=True):
    """The result of a lookup: the bucket's new value, the verdict, and how many documents a full bucket evicted."""

    value: bytes
    verdict: Pass | Duplicate
    evicted: int = 0


def look_up(value: bytes, candidate: Candidate, now: int, options: Dedup) -> Lookup:
    """Look ``candidate`` up in its next bucket, whose value is ``value``, and add an entry for it.

    ``now`` is milliseconds since the epoch by the clock of the bucket's owner. The same id with the same text gets the same
    verdict again within the window and changes nothing, so redelivery and replay are harmless. With another text (the
    crawler's ids are not of one fetch, or the page was cleaned by another release) it replaces its entry. Raises
    :class:`~streams.errors.StoreFailed` for a value of another release.
    """
    bucket = bucket_entries.unexpired(decode_bucket(value), now, options)
    repeated = _repeated(bucket, candidate, options)
    if repeated is not None:
        return Lookup(value, repeated)
    # Buckets lag one behind another, so the order of arrival is by the clock of the first one, everywhere.
    candidate = msgspec.structs.replace(candidate, seen=candidate.seen or now)
    bucket, former = _without(bucket, candidate)
    verdict = error_templates.judge(bucket, candidate, _compare(bucket, former, candidate, options), options)
    if isinstance(verdict, Duplicate):
        mark = error_templates.mark_of(candidate, verdict, options)
        copies = recent_copies((bucket_entries.copy_entry(candidate, verdict, now, mark), *bucket.copies))
        documents = _original_first(bucket.documents, verdict) if candidate.bucket_index else bucket.documents
        return _lookup(msgspec.structs.replace(bucket, documents=documents, copies=copies), verdict, options)
    at = former.at if former and candidate.bucket_index == 0 else 0
    entry = bucket_entries.document_entry(candidate, verdict.lineage, verdict.seen)
    documents = (*bucket.documents[:at], entry, *bucket.documents[at:])
    return _lookup(msgspec.structs.replace(bucket, documents=documents), verdict, options)


def needed(shingles: int, options: Dedup) -> float:
    """The similarity from which a text of so many distinct shingles is a copy: higher for short texts."""
    short_by = min(max((_LONG - shingles) / (_LONG - _SHORT), 0.0), 1.0)
    return options.similarity + max(0.0, _SHORT_NEEDS - options.similarity) * short_by


def _lookup(bucket: Bucket, verdict: Pass | Duplicate, options: Dedup) -> Lookup:
    value, evicted = encode_within(bucket, options.bucket_documents, options.bucket_bytes)
    return Lookup(value, verdict, evicted)


class _Former(NamedTuple):
    """The entry that this id had in the bucket, and its index among the others."""

    at: int
    entry: DocumentEntry


def _repeated(bucket: Bucket, candidate: Candidate, options: Dedup) -> Pass | Duplicate | None:
    """The verdict that this id got before with this text; None for a first lookup."""
    name, digest = short_id(candidate.document.id), bucket_entries.digest(candidate)
    for copy in bucket.copies:
        if copy.id == name and copy.digest == digest:
            return Duplicate(copy.reason, copy.of_id, copy.of_url, copy.similarity, copy.cluster)
    for index, entry in enumerate(bucket.documents):
        if entry.id == name and entry.digest == digest:
            if candidate.bucket_index > 0:
                return Pass(candidate.lineage, candidate.prior, candidate.seen or entry.when)
            return _former_verdict(bucket, _Former(index, entry), 0, options)
    if bucket.has_evicted(name, digest):
        lineage = candidate.lineage if candidate.bucket_index else _evicted_lineage(bucket, name, digest)
        return Pass(lineage, candidate.prior, candidate.seen)
    return None


def _evicted_lineage(bucket: Bucket, name: str, digest: bytes) -> Lineage:
    """The lineage that the URL's bucket gave to a document evicted since."""
    former = bucket.evicted_revision(name, digest)
    if former is None:
        return Lineage(cluster=name)
    return Lineage(
        revision_of=former.revision_of,
        revision_similarity=former.revision_similarity,
        cluster=former.cluster or name,
    )


def _former_verdict(bucket: Bucket, former: _Former, removed: int, options: Dedup) -> Pass:
    """The earlier verdict of the URL's bucket; ``removed`` is 1 where the entry has been taken out of the bucket, else 0."""
    entry = former.entry
    lineage = Lineage(
        revision_of=entry.revision_of,
        revision_similarity=entry.revision_similarity,
        cluster=entry.cluster or entry.id,
    )
    later = bucket.documents[former.at + 1 - removed :]
    older = [other for other in later if other.url_hash == entry.url_hash]
    return Pass(lineage, _prior(older, options) if entry.revision_of else None, entry.when)


def _without(bucket: Bucket, candidate: Candidate) -> tuple[Bucket, _Former | None]:
    """The bucket without this id, as a page is never compared with itself, and the entry it had."""
    name, url_hash = short_id(candidate.document.id), bucket_entries.url_hash(candidate)
    former = next(
        (
            _Former(at, entry)
            for at, entry in enumerate(bucket.documents)
            if entry.id == name and entry.url_hash == url_hash
        ),
        None,
    )
    documents = tuple(entry for entry in bucket.documents if entry.id != name)
    copies = tuple(copy for copy in bucket.copies if copy.id != name)
    return msgspec.structs.replace(bucket, documents=documents, copies=copies), former


def _compare(
    bucket: Bucket, former: _Former | None, candidate: Candidate, options: Dedup
) -> Pass | Duplicate:
    if candidate.bucket_index > 0:
        return _in_content_bucket(bucket, candidate, options)
    if former is not None:
        return _former_verdict(bucket, former, 1, options)
    return _in_url_bucket(bucket, candidate, options)


def _original_first(documents: tuple[DocumentEntry, ...], verdict: Duplicate) -> tuple[DocumentEntry, ...]:
    """The entries with the original first: a document that is still being copied should be evicted last."""
    return tuple(sorted(documents, key=lambda entry: entry.id != verdict.of_id))


def _prior(older: list[DocumentEntry], options: Dedup) -> Prior | None:
    """The history that a revision carries, of its page's ``older`` versions, newest first; None where there is none.

    ``since`` is when the page first showed the text of its newest version or one like it: what it showed before that
    was another text, and says nothing about who copied whom.
    """
    older = [entry for entry in older if not entry.copied]  # a version that was a copy is no text of its own
    if not older:
        return None
    newest = older[0]
    likeness = similarity(newest.signature, [entry.signature for entry in older])
    alike = (entry for entry, likely in zip(older, likeness, strict=True) if likely >= options.similarity)
    return Prior(signature=newest.signature, since=min((entry.when for entry in alike), default=newest.when))


def _in_url_bucket(bucket: Bucket, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    """The verdict among documents of one URL: the same content is a copy, changed content a revision of the newest."""
    url_hash = bucket_entries.url_hash(candidate)
    # A bucket's key is a hash, which other URLs may share.
    versions = [entry for entry in bucket.documents if entry.url_hash == url_hash]
    if not versions:
        return Pass(Lineage(cluster=short_id(candidate.document.id)), seen=candidate.seen)
    signature = short_signature(candidate.fingerprint.signature)
    likeness = similarity(signature, [entry.signature for entry in versions])
    best = max(range(len(versions)), key=likeness.__getitem__)
    nearest = versions[best]
    same_text = nearest.digest == bucket_entries.digest(candidate)
    if same_text or likeness[best] >= options.same:
        similar = 1.0 if same_text else likeness[best]
        return Duplicate(
            Reason.DUPLICATE_URL, nearest.id, nearest.url, round(similar, 4), nearest.cluster or nearest.id
        )
    newest = versions[0]
    lineage = Lineage(
        revision_of=newest.id, revision_similarity=round(likeness[0], 4), cluster=newest.cluster or newest.id
    )
    # Later than what it revises, whatever the clock says: the former owner's may have been ahead, and versions are told apart by it.
    seen = max(candidate.seen, newest.when + 1)
    return Pass(lineage, _prior(versions, options), seen)


def _in_content_bucket(bucket: Bucket, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    """The verdict among documents of one MinHash band: a copy of the most similar one, if that is similar enough.

    Older versions of the same URL do not count, nor do copies of them.
    """
    url_hash, name = bucket_entries.url_hash(candidate), short_id(candidate.document.id)
    # Copies of this very document are no reason to reject it when it is redelivered after its entry was evicted.
    others = [
        entry
        for entry in bucket.documents
        if entry.url_hash != url_hash and not (entry.copied and entry.cluster == name)
    ]
    signature = short_signature(candidate.fingerprint.signature)
    likeness = similarity(signature, [entry.signature for entry in others])
    digest, enough = bucket_entries.digest(candidate), needed(candidate.fingerprint.shingles, options)
    near = [
        (1.0 if entry.digest == digest else likely, -entry.when, entry)
        for entry, likely in zip(others, likeness, strict=True)
        if entry.digest == digest or likely >= enough
    ]
    near = [item for item in near if not _copies_older_version(item[2], candidate.prior, options)]
    if not near:
        return Pass(candidate.lineage, candidate.prior, candidate.seen)
    similar, _, nearest = max(near, key=lambda item: item[:2])  # of equally similar ones the earliest
    reason = Reason.DUPLICATE_EXACT if nearest.digest == digest else Reason.DUPLICATE_NEAR
    return Duplicate(reason, nearest.id, nearest.url, round(similar, 4), nearest.cluster or nearest.id)


def _copies_older_version(entry: DocumentEntry, prior: Prior | None, options: Dedup) -> bool:
    """Whether an entry is a copy of this revision's older version, rather than what the page copied.

    A copy passes the buckets that it does not share with its original before it is rejected in one that it does; a
    revision of the original that meets it there would be taken for its copy. Such a copy resembles the older version and
    came after the page first showed that. A similar document from before is what the page was copied from.
    """
    if prior is None or entry.when < prior.since:
        return False
    return similarity(prior.signature, [entry.signature])[0] >= options.similarity
