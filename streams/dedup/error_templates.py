"""Error templates of sites, learnt from copies: one text under one title, at many addresses that the title is not about.

A document that a content bucket rejects as a copy counts toward a template where the original is of the same site, and its
title has no word of its address. Once ``dedup.template_pages`` addresses have counted, further ones are rejected as
``error_template``: copies, and pages under the same title that are less alike, as teasers below a message differ.

Nothing is stored but marks on entries of copies, which have the verdict too: the same page gets the same verdict again. Those
that taught a template leave a full bucket last (:func:`streams.dedup.bucket.recent_copies`), so that a copy whose own entry has
left is judged as before.
"""

from __future__ import annotations

import re

import msgspec
import xxhash

from streams import urls
from streams.dedup.bucket import Bucket, CopyEntry, short_signature, similarity
from streams.dedup.tokens import tokens
from streams.dedup.verdicts import Duplicate, Pass
from streams.records import Candidate, Reason
from streams.settings import Dedup

# Similarity to a template's first page from which a page under its title is like it: a message of 20 words above 20 of teasers
# that differ from page to page.
LIKE = 0.4
_WORDS = re.compile(r"[^\W\d_]+")


def mark_of(candidate: Candidate, verdict: Duplicate, options: Dedup) -> bytes:
    """The mark of a copy's entry: a hash of its title where it counts toward a template, empty where it does not."""
    if not options.template_pages or not candidate.bucket_index:
        return b""
    mark = _mark(candidate)
    return mark if mark and _site(candidate) == urls.site(verdict.of_url) else b""


def judge(
    bucket: Bucket, candidate: Candidate, verdict: Pass | Duplicate, options: Dedup
) -> Pass | Duplicate:
    """The verdict of a content bucket, in view of the templates learnt there."""
    mark = _mark(candidate) if options.template_pages and candidate.bucket_index else b""
    if not mark:
        return verdict
    for example in _learnt(bucket, mark, options.template_pages):
        if urls.site(example.of_url) != _site(candidate):
            continue
        if isinstance(verdict, Duplicate):
            if verdict.cluster == example.cluster:
                return msgspec.structs.replace(verdict, reason=Reason.ERROR_TEMPLATE)
            continue
        similar = _similarity(bucket, candidate, example)
        if similar >= LIKE:
            return Duplicate(
                Reason.ERROR_TEMPLATE, example.of_id, example.of_url, round(similar, 4), example.cluster
            )
    return verdict


def _mark(candidate: Candidate) -> bytes:
    """A hash of a document's title; empty without a title, and where the address has no words or the title has one of them."""
    title = candidate.document.title or ""
    words, asked = tokens(title), urls.path_words(candidate.document.url)
    if not words or not asked or asked.intersection(_WORDS.findall(title.casefold())):
        return b""
    return xxhash.xxh3_64_digest(" ".join(words).encode("utf-8", "surrogatepass"))


def _site(candidate: Candidate) -> str:
    return urls.site(candidate.document.url)


def _learnt(bucket: Bucket, mark: bytes, least: int) -> list[CopyEntry]:
    """One copy of each template with this mark that ``least`` copies taught."""
    groups: dict[str, list[CopyEntry]] = {}
    for copy in bucket.copies:
        if copy.mark == mark:
            groups.setdefault(copy.cluster, []).append(copy)
    return [group[-1] for group in groups.values() if len(group) >= least]


def _similarity(bucket: Bucket, candidate: Candidate, example: CopyEntry) -> float:
    """How like the original of ``example`` the document is; 0 where that has left the bucket."""
    originals = [entry.signature for entry in bucket.documents if entry.id == example.of_id]
    return max(similarity(short_signature(candidate.fingerprint.signature), originals), default=0.0)
