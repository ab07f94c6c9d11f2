"""One document before one bucket: pass, or turned away as a copy. Pure: memory in, memory and answer out.

Who was turned away at a later bucket stays remembered at the earlier ones that it passed: it is as good a witness of
the text as its original, which has no key there. What follows from that:

* A later copy C that meets such a B names B; B's own rejection names the original. ``cluster`` is the end of that
  chain: the buckets that B passed are told of it (:func:`streams.dedup.corrections.note`). Only a C that comes before they
  are is given B's id.
* A revision of the original must not be taken for a copy of B: see :func:`_copy_of_our_past`.
* A revision of B itself meets the original at some bucket, as B did, and is turned away like B.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from streams.dedup import bucket as remembering
from streams.dedup import bucket_entries
from streams.dedup.bucket import Memory, Passed, short, similarity
from streams.records import Candidate, Lineage, Prior, Reason
from streams.settings import Dedup

# A brief of 30 words of which one differs has 25 of 31 shingles in common, 0.81: another town's weather, or an edit?
# Nobody can tell, so a short text has to agree almost wholly. From 90 shingles on, three changed numbers are taken
# for an edit, as in long texts.
_SHORT, _SHORT_NEEDS, _LONG = 30, 0.95, 90


class Pass(msgspec.Struct, frozen=True):
    """The document goes on, with what is known of its past. ``seen`` is when it stood before its first bucket."""

    lineage: Lineage
    prior: Prior | None = None
    seen: int = 0


class Duplicate(msgspec.Struct, frozen=True):
    """The document is a copy. ``cluster`` is the id at the end of the chain of copies, as far as this bucket knows."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str


class Visit(msgspec.Struct, frozen=True):
    """What a visit leaves: the bucket's new memory, the answer, and how many documents a full memory had to forget."""

    memory: bytes
    answer: Pass | Duplicate
    forgotten: int = 0


def visit(value: bytes, candidate: Candidate, now: int, options: Dedup) -> Visit:
    """The answer of the bucket that ``candidate`` stands before, whose memory is ``value``.

    ``now`` is milliseconds since the epoch by the clock of whoever runs the bucket. The same id with the same text gets
    the same answer again within the window and changes nothing, so redelivery and replay are harmless; with another
    text (its crawler's ids are not for one fetch, or it was cleaned anew) it takes the place of what it was. Raises
    :class:`~streams.errors.CrawlmillError` for a memory of another release.
    """
    known = bucket_entries.unexpired(remembering.read(value), now, options)
    again = _again(known, candidate, options)
    if again is not None:
        return Visit(value, again)
    # Buckets lag one behind another: who came first is told by the clock of the first one, everywhere.
    candidate = msgspec.structs.replace(candidate, seen=candidate.seen or now)
    known, former = _apart(known, candidate)
    answer = _judged(known, former, candidate, options)
    if isinstance(answer, Duplicate):
        turned = (bucket_entries.turned(candidate, answer, now), *known.turned)[: remembering.TURNED]
        passed = _refreshed(known.passed, answer) if candidate.bucket_index else known.passed
        left = msgspec.structs.replace(known, passed=passed, turned=turned)
        return Visit(*_written(left, answer, options))
    at = former.at if former and candidate.bucket_index == 0 else 0
    passed = (
        *known.passed[:at],
        bucket_entries.passed(candidate, answer.lineage, answer.seen),
        *known.passed[at:],
    )
    return Visit(*_written(msgspec.structs.replace(known, passed=passed), answer, options))


def _written(known: Memory, answer: Pass | Duplicate, options: Dedup) -> tuple[bytes, Pass | Duplicate, int]:
    """A visit's memory, answer, and how many documents had to make room."""
    value, forgotten = remembering.write_within(known, options.bucket_documents, options.bucket_bytes)
    return value, answer, forgotten


class _Former(NamedTuple):
    """What this id was when it passed here, and where it stands among the others."""

    at: int
    entry: Passed


def _again(known: Memory, candidate: Candidate, options: Dedup) -> Pass | Duplicate | None:
    """The answer this id got before with this text, if it was here."""
    name, digest = remembering.identity(candidate.document.id), bucket_entries.digest(candidate)
    for copy in known.turned:
        if copy.id == name and copy.digest == digest:
            return Duplicate(copy.reason, copy.of_id, copy.of_url, copy.similarity, copy.cluster)
    for index, entry in enumerate(known.passed):
        if entry.id == name and entry.digest == digest:
            if candidate.bucket_index > 0:
                return Pass(candidate.lineage, candidate.prior, candidate.seen or entry.when)
            return _as_before(known, _Former(index, entry), 0, options)
    if known.knew(name, digest):
        lineage = candidate.lineage if candidate.bucket_index else _former_lineage(known, name, digest)
        return Pass(lineage, candidate.prior, candidate.seen)
    return None


def _former_lineage(known: Memory, name: str, digest: bytes) -> Lineage:
    """The URL bucket's earlier answer to a document that had to make room since."""
    former = known.former_revision(name, digest)
    if former is None:
        return Lineage(cluster=name)
    return Lineage(
        revision_of=former.revision_of,
        revision_similarity=former.revision_similarity,
        cluster=former.cluster or name,
    )


def _as_before(known: Memory, former: _Former, skip: int, options: Dedup) -> Pass:
    """The URL bucket's earlier answer; ``skip`` is 0 where the entry itself is among those known, else 1."""
    entry = former.entry
    lineage = Lineage(
        revision_of=entry.revision_of,
        revision_similarity=entry.revision_similarity,
        cluster=entry.cluster or entry.id,
    )
    older = [other for other in known.passed[former.at + 1 - skip :] if other.place == entry.place]
    return Pass(lineage, _prior(older, options) if entry.revision_of else None, entry.when)


def _apart(known: Memory, candidate: Candidate) -> tuple[Memory, _Former | None]:
    """The memory without this id: a page is never compared with itself."""
    name, place = remembering.identity(candidate.document.id), bucket_entries.place(candidate)
    former = next(
        (
            _Former(at, entry)
            for at, entry in enumerate(known.passed)
            if entry.id == name and entry.place == place
        ),
        None,
    )
    passed = tuple(entry for entry in known.passed if entry.id != name)
    turned = tuple(copy for copy in known.turned if copy.id != name)
    return msgspec.structs.replace(known, passed=passed, turned=turned), former


def _judged(known: Memory, former: _Former | None, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    if candidate.bucket_index > 0:
        return _at_content_bucket(known, candidate, options)
    if former is not None:
        return _as_before(known, former, 1, options)
    return _at_url_bucket(known, candidate, options)


def _refreshed(passed: tuple[Passed, ...], answer: Duplicate) -> tuple[Passed, ...]:
    """The original comes to the front: what is copied still is the last that a full bucket should forget."""
    return tuple(sorted(passed, key=lambda entry: entry.id != answer.of_id))


def _prior(older: list[Passed], options: Dedup) -> Prior | None:
    """The past that a revision takes along, of its page's older versions, newest first; None where there is none.

    ``since`` is when the page first showed the text of its newest version or one like it: what it showed before that
    was another text, and says nothing about who copied whom.
    """
    older = [entry for entry in older if not entry.copied]  # what was another's text is no past of its own
    if not older:
        return None
    newest = older[0]
    likeness = similarity(newest.signature, [entry.signature for entry in older])
    alike = (entry for entry, likely in zip(older, likeness, strict=True) if likely >= options.similarity)
    return Prior(signature=newest.signature, since=min((entry.when for entry in alike), default=newest.when))


def _at_url_bucket(known: Memory, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    """Everybody here has the same URL: the same content is a copy, a changed one a revision of the newest."""
    place = bucket_entries.place(candidate)
    versions = [
        entry for entry in known.passed if entry.place == place
    ]  # a bucket's key is a hash: others may share it
    if not versions:
        return Pass(Lineage(cluster=remembering.identity(candidate.document.id)), seen=candidate.seen)
    likeness = similarity(short(candidate.fingerprint.signature), [entry.signature for entry in versions])
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
    return Pass(lineage, _prior(versions, options), candidate.seen)


def _at_content_bucket(known: Memory, candidate: Candidate, options: Dedup) -> Pass | Duplicate:
    """The nearest of those who passed here, if it is near enough; our own older versions and their copies aside."""
    place, name = bucket_entries.place(candidate), remembering.identity(candidate.document.id)
    # Our own copies are no reason to turn us away, should we come again when this bucket has forgotten us.
    others = [
        entry
        for entry in known.passed
        if entry.place != place and not (entry.copied and entry.cluster == name)
    ]
    likeness = similarity(short(candidate.fingerprint.signature), [entry.signature for entry in others])
    digest, enough = bucket_entries.digest(candidate), needed(candidate.fingerprint.shingles, options)
    near = [
        (1.0 if entry.digest == digest else likely, -entry.when, entry)
        for entry, likely in zip(others, likeness, strict=True)
        if entry.digest == digest or likely >= enough
    ]
    near = [item for item in near if not _copy_of_our_past(item[2], candidate.prior, options)]
    if not near:
        return Pass(candidate.lineage, candidate.prior, candidate.seen)
    similar, _, nearest = max(near, key=lambda item: item[:2])  # of equally near ones the earliest
    reason = Reason.DUPLICATE_EXACT if nearest.digest == digest else Reason.DUPLICATE_NEAR
    return Duplicate(reason, nearest.id, nearest.url, round(similar, 4), nearest.cluster or nearest.id)


def _copy_of_our_past(entry: Passed, prior: Prior | None, options: Dedup) -> bool:
    """Whether a remembered document is a copy of this revision's older version, and not the other way about.

    A copy passes the buckets that it does not share with its original before it is turned away at one that it does;
    a revision of the original that meets it there would be taken for its copy. Such a copy is like our older
    version and came after our URL was first seen. One that is older than our URL is whom we were copied from.
    """
    if prior is None or entry.when < prior.since:
        return False
    return similarity(prior.signature, [entry.signature])[0] >= options.similarity


def needed(shingles: int, options: Dedup) -> float:
    """The similarity from which a text of so many distinct shingles is a copy: more for short ones."""
    short_by = min(max((_LONG - shingles) / (_LONG - _SHORT), 0.0), 1.0)
    return options.similarity + max(0.0, _SHORT_NEEDS - options.similarity) * short_by
