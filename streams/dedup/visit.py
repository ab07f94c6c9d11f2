"""One document before one door: pass, or turned away as a copy. Pure: memory in, memory and answer out."""

from __future__ import annotations

import msgspec
import xxhash

from streams.dedup import memory as remembering
from streams.dedup.memory import Memory, Passed, Turned, short, similarity
from streams.records import Candidate, Lineage, Prior, Reason
from streams.settings import Dedup

_HOUR = 3_600_000  # milliseconds
_TURNED = 16  # answers kept for copies that come again; a forgotten one is compared afresh and gets the same


class Pass(msgspec.Struct, frozen=True):
    """The document goes on, with what is known of its past."""

    lineage: Lineage
    prior: Prior | None = None


class Duplicate(msgspec.Struct, frozen=True):
    """The document is a copy. ``cluster`` is the id at the end of the chain of copies, as far as this door knows."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str


class Visit(msgspec.Struct, frozen=True):
    """What a visit leaves: the door's new memory, the answer, and how many documents a full memory had to forget."""

    memory: bytes
    answer: Pass | Duplicate
    forgotten: int = 0


def visit(value: bytes, candidate: Candidate, now: int, options: Dedup) -> Visit:
    """The answer of the door that ``candidate`` stands before, whose memory is ``value``.

    ``now`` is milliseconds since the epoch by the clock of whoever runs the door. The same id gets the same answer
    again and changes nothing, so redelivery and replay are harmless. Raises
    :class:`~streams.errors.CrawlmillError` for a memory of another release.
    """
    known = remembering.read(value)
    again = _again(known, candidate)
    if again is not None:
        return Visit(value, again)
    known = _unexpired(known, now - options.window_hours * _HOUR)
    at_url = candidate.door == 0
    answer = (
        _at_url_door(known, candidate, options) if at_url else _at_content_door(known, candidate, options)
    )
    if isinstance(answer, Duplicate):
        turned = (_turned(candidate, answer, now), *known.turned)[:_TURNED]
        return Visit(remembering.write(Memory(passed=known.passed, turned=turned)), answer)
    passed = (_passed(candidate, answer, now), *known.passed)
    kept = passed[: options.bucket]
    return Visit(remembering.write(Memory(passed=kept, turned=known.turned)), answer, len(passed) - len(kept))


def _again(known: Memory, candidate: Candidate) -> Pass | Duplicate | None:
    """The answer this id got before, if it was here."""
    for copy in known.turned:
        if copy.id == candidate.document.id:
            return Duplicate(copy.reason, copy.of_id, copy.of_url, copy.similarity, copy.cluster)
    for entry in known.passed:
        if entry.id == candidate.document.id:
            if candidate.door > 0:
                return Pass(candidate.lineage, candidate.prior)
            lineage = Lineage(
                revision_of=entry.revision_of,
                revision_similarity=entry.revision_similarity,
                cluster=entry.cluster or entry.id,
            )
            return Pass(lineage, _prior(known, entry.revision_of))
    return None


def _prior(known: Memory, revision_of: str | None) -> Prior | None:
    """The past of a revision, from its URL's door."""
    for entry in known.passed:
        if entry.id == revision_of:
            return Prior(signature=entry.signature, since=min(other.when for other in known.passed))
    return None


def _unexpired(known: Memory, oldest: int) -> Memory:
    passed = tuple(entry for entry in known.passed if entry.when >= oldest)
    turned = tuple(entry for entry in known.turned if entry.when >= oldest)
    return Memory(passed=passed, turned=turned)


def _at_url_door(known: Memory, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    """Everybody here has the same URL: the same content is a copy, a changed one a revision of the newest."""
    place = _place(candidate)
    versions = [
        entry for entry in known.passed if entry.place == place
    ]  # a door's key is a hash: others may share it
    if not versions:
        return Pass(Lineage(cluster=candidate.document.id))
    likeness = similarity(short(candidate.fingerprint.signature), [entry.signature for entry in versions])
    best = max(range(len(versions)), key=likeness.__getitem__)
    nearest = versions[best]
    same_text = nearest.digest == _digest(candidate)
    if same_text or likeness[best] >= options.same:
        similar = 1.0 if same_text else likeness[best]
        return Duplicate(
            Reason.DUPLICATE_URL, nearest.id, nearest.url, round(similar, 4), nearest.cluster or nearest.id
        )
    newest = versions[0]
    lineage = Lineage(
        revision_of=newest.id, revision_similarity=round(likeness[0], 4), cluster=newest.cluster or newest.id
    )
    return Pass(lineage, Prior(signature=newest.signature, since=min(entry.when for entry in versions)))


def _at_content_door(known: Memory, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    """The nearest of those who passed here, if it is near enough; our own older versions and their copies aside."""
    place = _place(candidate)
    others = [entry for entry in known.passed if entry.place != place]
    likeness = similarity(short(candidate.fingerprint.signature), [entry.signature for entry in others])
    digest = _digest(candidate)
    near = [
        (1.0 if entry.digest == digest else likely, -entry.when, entry)
        for entry, likely in zip(others, likeness, strict=True)
        if entry.digest == digest or likely >= options.similarity
    ]
    near = [item for item in near if not _copy_of_our_past(item[2], candidate.prior, options)]
    if not near:
        return Pass(candidate.lineage, candidate.prior)
    similar, _, nearest = max(near, key=lambda item: item[:2])  # of equally near ones the earliest
    reason = Reason.DUPLICATE_EXACT if nearest.digest == digest else Reason.DUPLICATE_NEAR
    return Duplicate(reason, nearest.id, nearest.url, round(similar, 4), nearest.cluster or nearest.id)


def _copy_of_our_past(entry: Passed, prior: Prior | None, options: Dedup) -> bool:
    """Whether a remembered document is a copy of this revision's older version, and not the other way about.

    A copy passes the doors that it does not share with its original before it is turned away at one that it does;
    a revision of the original that meets it there would be taken for its copy. Such a copy is like our older
    version and came after our URL was first seen. One that is older than our URL is whom we were copied from.
    """
    if prior is None or entry.when < prior.since:
        return False
    return similarity(prior.signature, [entry.signature])[0] >= options.similarity


def _passed(candidate: Candidate, answer: Pass, now: int) -> Passed:
    document, lineage = candidate.document, answer.lineage
    first = candidate.door == 0
    return Passed(
        when=now,
        id=document.id,
        url=document.url,
        place=_place(candidate),
        signature=short(candidate.fingerprint.signature),
        digest=_digest(candidate),
        cluster=None if lineage.cluster == document.id else lineage.cluster,
        revision_of=lineage.revision_of if first else None,
        revision_similarity=lineage.revision_similarity if first else None,
    )


def _turned(candidate: Candidate, answer: Duplicate, now: int) -> Turned:
    return Turned(
        now,
        candidate.document.id,
        answer.reason,
        answer.of_id,
        answer.of_url,
        answer.similarity,
        answer.cluster,
    )


def _place(candidate: Candidate) -> bytes:
    document = candidate.document
    return xxhash.xxh3_64_digest((document.canonical_url or document.url).encode("utf-8", "surrogatepass"))


def _digest(candidate: Candidate) -> bytes:
    return bytes.fromhex(candidate.fingerprint.digest)[:8]
