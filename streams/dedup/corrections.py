"""Changes to a bucket that no lookup makes: a document that passed was a copy after all, or is loaded from earlier output."""

from __future__ import annotations

import msgspec

from streams.dedup import bucket as remembering
from streams.dedup.bucket import TURNED
from streams.dedup.bucket_entries import digest, passed, turned, unexpired
from streams.records import Candidate
from streams.settings import Dedup


def note(value: bytes, notice: Candidate, now: int, options: Dedup) -> bytes:
    """The memory of a bucket that is told, by a candidate with ``copied``, what became of one that it let pass.

    The copy stays remembered, as a witness, with the cluster it belongs to. The first bucket also notes the verdict
    itself, and gives it at once when the page comes again. Whoever is not remembered any more changes nothing.
    """
    copied, name, text = notice.copied, remembering.identity(notice.document.id), digest(notice)
    known = unexpired(remembering.read(value), now, options)
    meant = [entry.id == name and entry.digest == text and not entry.copied for entry in known.passed]
    if copied is None or not any(meant):
        return value
    entries = tuple(
        msgspec.structs.replace(entry, cluster=remembering.identity(copied.cluster), copied=True)
        if this
        else entry
        for entry, this in zip(known.passed, meant, strict=True)
    )
    answers = known.turned
    if notice.bucket_index == 0:
        answers = (turned(notice, copied, now), *answers)[:TURNED]
    told = msgspec.structs.replace(known, passed=entries, turned=answers)
    return remembering.write_within(told, options.bucket_documents, options.bucket_bytes)[0]


def remember(value: bytes, candidate: Candidate, options: Dedup) -> bytes:
    """The memory of a bucket with a document that is known to have passed, at ``candidate.seen``, in its place by time.

    Nothing is judged. For buckets that start with an empty memory beside documents that were kept before.
    """
    known = remembering.read(value)
    name = remembering.identity(candidate.document.id)
    others = [entry for entry in known.passed if entry.id != name]
    entries = sorted(
        [passed(candidate, candidate.lineage, candidate.seen), *others],
        key=lambda entry: entry.when,
        reverse=True,
    )
    remembered = msgspec.structs.replace(known, passed=tuple(entries))
    return remembering.write_within(remembered, options.bucket_documents, options.bucket_bytes)[0]
