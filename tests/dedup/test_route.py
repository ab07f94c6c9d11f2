from typing import Any

import msgspec
import pytest

from streams.dedup import Deduplicator, Duplicate, Pass, bucket_key, next_step
from streams.records import (
    Candidate,
    CleanDocument,
    Document,
    Fingerprint,
    Lineage,
    Provenance,
    Reason,
    Rejection,
    decode,
    encode,
)
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds


def _stream(make: Any, families: int = 25) -> list[Candidate]:
    """Originals, copies near and exact, re-crawls, revisions, and after those their copies; families interleaved."""
    stream: list[tuple[float, Candidate]] = []
    for family in range(families):
        words, url, start = make.words(250), f"https://o{family}.example/story", make.random.random()
        revised, revised_at = make.changed(words, 16), start + make.random.random()
        stream.append((start, make.candidate(f"{family}-original", words, url)))
        stream.append((revised_at, make.candidate(f"{family}-revision", revised, url)))
        stream.append(
            (revised_at + make.random.random(), make.candidate(f"{family}-copied", make.changed(revised, 2)))
        )
        for name, text, place in (
            ("exact", words, ""), ("near", make.changed(words, 4), ""), ("edit", make.changed(words, 8), ""), ("again", words, url),
        ):  # fmt: skip
            stream.append((start + make.random.random(), make.candidate(f"{family}-{name}", text, place)))
    stream.sort(key=lambda pair: pair[0])
    return [candidate for _, candidate in stream]


@pytest.mark.parametrize("partitions", [4, 16])
def test_verdicts_do_not_depend_on_the_number_of_partitions(make: Any, table: Any, partitions: int) -> None:
    stream, one, many = _stream(make), table(1), table(partitions)
    expected = [one.check(candidate, NOON + n) for n, candidate in enumerate(stream)]
    assert [many.check(candidate, NOON + n) for n, candidate in enumerate(stream)] == expected
    kept = {step.id.split("-")[1] for step in expected if isinstance(step, CleanDocument)}
    rejected = {step.id.split("-")[1] for step in expected if isinstance(step, Rejection)}
    assert kept == {"original", "revision"}
    assert rejected == {"exact", "near", "edit", "again", "copied"}
    assert all(many.partitions)


def test_verdicts_do_not_depend_on_crashes_and_redelivery(make: Any, table: Any) -> None:
    stream, steady, crashing = _stream(make), table(4), table(4)
    expected = [steady.check(candidate, NOON + n) for n, candidate in enumerate(stream)]
    results: list[Any] = []
    for number, candidate in enumerate(stream):
        step: Any = candidate
        while isinstance(step, Candidate):
            if make.random.random() < 0.3:
                crashing.step(step, NOON + number)  # the entry is stored, but the output is lost
            step = crashing.step(step, NOON + number + 1_000)
        results.append(step)
    kept = [isinstance(step, CleanDocument) for step in results]
    assert kept == [isinstance(step, CleanDocument) for step in expected]


def test_a_kept_document_is_kept_on_replay_after_a_full_bucket_evicted_it(make: Any, table: Any) -> None:
    """As with a phrase on every page of a site: all share one bucket, which has room for some of them."""
    buckets, words = table(4, Dedup(bucket_documents=4)), make.words()
    original = make.behind(make.candidate("A", words), {1: "c1:full"})
    copy: Any = make.behind(make.candidate("B", words), {1: "c1:full"})
    first = buckets.check(original, NOON)
    for number in range(10):
        buckets.check(make.behind(make.candidate(f"N{number}", make.words()), {1: "c1:full"}), NOON + number)
    for _ in range(2):
        copy = buckets.step(copy, NOON + 20)  # past the full bucket, before one that still has the original
    assert buckets.check(original, NOON + 21) == first
    assert buckets.check(copy, NOON + 22).duplicate_of == "A"


def test_an_evicted_document_is_not_rejected_as_a_copy_of_its_own_copy(make: Any, table: Any) -> None:
    buckets, words = table(4, Dedup(bucket_documents=2)), make.words()
    original = make.behind(make.candidate("A", words), {1: "c1:full"})
    buckets.check(original, NOON)
    for number in range(1_200):  # more than the hashes of evicted documents that a bucket keeps
        other = make.candidate(f"N{number}", make.words(20), bucket_index=1)
        buckets.check(make.behind(other, {1: "c1:full", 2: f"c2:{number}", 3: f"c3:{number}"}), NOON + number)
    copy = buckets.check(make.behind(make.candidate("B", words), {1: "c1:full"}), NOON + 2_000)
    assert copy.duplicate_of == "A"
    assert isinstance(buckets.check(original, NOON + 2_001), CleanDocument)


def test_the_deduplicator_gives_the_verdicts_of_a_partitioned_table(make: Any, table: Any) -> None:
    stream, buckets, partitioned = _stream(make), Deduplicator(Dedup()), table(4)
    steps = [buckets.check(candidate, NOON) for candidate in stream]  # a clock read once for the whole run
    assert steps == [partitioned.check(candidate, NOON + n) for n, candidate in enumerate(stream)]
    assert buckets.evicted == 0


def test_the_deduplicator_keeps_the_order_of_arrival_when_the_clock_stands_still(make: Any) -> None:
    buckets, words = Deduplicator(Dedup()), make.words()
    copied = make.changed(words, 2)
    buckets.check(make.candidate("A", words), NOON)
    for name, text in (("B", copied), ("B2", make.changed(copied, 8))):  # the copy's page changes a little
        step = buckets.check(make.candidate(name, text, "https://b.example/1"), NOON)
        assert isinstance(step, Rejection) and step.duplicate_of == "A"


def test_a_candidate_between_two_buckets_can_be_encoded_and_decoded(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://a.example/1"
    buckets.check(make.candidate("A", words, url), NOON)
    step = buckets.step(make.candidate("A2", make.changed(words, 20), url), NOON + 1)
    assert step.prior is not None
    assert decode(encode(step), Candidate) == step


def test_a_candidate_goes_from_bucket_to_bucket_and_then_out(make: Any) -> None:
    step: Any = make.candidate("A", make.words())
    keys = step.fingerprint.bucket_keys
    for number, key in enumerate(keys):
        assert (step.bucket_index, bucket_key(step)) == (number, key)
        step = next_step(step, Pass(lineage=Lineage(cluster="A"), seen=NOON))
    assert isinstance(step, CleanDocument)
    assert step.lineage.cluster == "A"


def test_a_kept_document_has_all_the_fields_of_the_candidate(make: Any) -> None:
    candidate = make.candidate("A", make.words())
    document = msgspec.structs.replace(candidate.document, attrs={"spider": 7}, authors=("Ann Example",))
    step = Deduplicator(Dedup()).check(msgspec.structs.replace(candidate, document=document), NOON)
    assert isinstance(step, CleanDocument)
    for name in document.__struct_fields__:
        assert getattr(step, name) == getattr(document, name)


def test_a_rejection_carries_the_page_and_the_evidence(make: Any) -> None:
    candidate = make.candidate("B", make.words())
    document = msgspec.structs.replace(
        candidate.document, site="b.example", status=200, attrs={"spider": 7}, provenance=Provenance(topic="pages.raw", offset=4),
    )  # fmt: skip
    candidate = msgspec.structs.replace(candidate, document=document, bucket_index=2)
    answer = Duplicate(Reason.DUPLICATE_NEAR, "A", "https://a.example/1", 0.91, "Z")
    step = next_step(candidate, answer)
    assert isinstance(step, Rejection)
    assert (step.stage, step.reason) == ("dedup", Reason.DUPLICATE_NEAR)
    assert (step.duplicate_of, step.duplicate_of_url, step.similarity, step.cluster) == (
        "A",
        "https://a.example/1",
        0.91,
        "Z",
    )
    assert (step.id, step.url, step.canonical_url) == ("B", document.url, document.canonical_url)
    assert (step.site, step.status, step.attrs, step.provenance) == (
        "b.example",
        200,
        {"spider": 7},
        document.provenance,
    )
    assert step.title == "Title of B" and document.text.startswith(step.excerpt) and step.excerpt
    assert step.evidence[0].score == 0.91 and "https://a.example/1" in step.evidence[0].detail


@pytest.mark.parametrize("bucket_index", [-1, 4])
def test_a_bucket_index_out_of_range_is_an_error(make: Any, bucket_index: int) -> None:
    with pytest.raises(IndexError):
        bucket_key(make.candidate("A", make.words(), bucket_index=bucket_index))


@pytest.mark.parametrize(
    "broken",
    [{"signature": bytes(10)}, {"digest": "not a digest"}, {"bucket_keys": ()}],
    ids=["signature", "digest", "buckets"],
)
def test_a_malformed_fingerprint_is_an_error_when_it_is_decoded(broken: dict[str, Any]) -> None:
    whole: dict[str, Any] = {
        "signature": bytes(256),
        "bucket_keys": ("u:1",),
        "digest": "0" * 32,
        "shingles": 0,
    }
    document = Document(id="A", url="https://a.example/", text="")
    candidate = Candidate(document=document, fingerprint=Fingerprint(**{**whole, **broken}))
    with pytest.raises(msgspec.ValidationError, match=next(iter(broken))):
        decode(encode(candidate), Candidate)
