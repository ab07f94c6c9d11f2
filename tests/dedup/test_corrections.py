"""What the buckets that a copy had passed are told, and the same id with another text."""

from typing import Any

import msgspec

from streams.dedup import Duplicate, Pass, bucket, correct, corrections_for, look_up
from streams.records import Candidate, CleanDocument, Lineage, Reason, Rejection, decode, encode
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
HOUR = 3_600_000
OPTIONS = Dedup()
COPY = Duplicate(Reason.DUPLICATE_NEAR, "A", "https://a.example/1", 0.9, "A0")


def test_every_bucket_that_a_copy_had_passed_is_told_without_its_text(make: Any) -> None:
    candidate = make.candidate("B", make.words(), bucket_index=2)
    told = corrections_for(candidate, COPY)
    assert [correction.bucket_index for correction in told] == [0, 1]
    for correction in told:
        assert correction.copied is not None
        assert (correction.copied.of_id, correction.copied.cluster, correction.copied.similarity) == (
            "A",
            "A0",
            0.9,
        )
        assert (correction.document.id, correction.document.text) == ("B", "")
        assert decode(encode(correction), Candidate) == correction


def test_nobody_is_told_of_who_passes_or_is_turned_away_at_once(make: Any) -> None:
    assert corrections_for(make.candidate("B", make.words(), bucket_index=2), Pass(Lineage())) == ()
    assert corrections_for(make.candidate("B", make.words(), bucket_index=0), COPY) == ()


def test_a_notice_changes_nothing_where_nobody_of_that_name_and_text_is_remembered(make: Any) -> None:
    words = make.words()
    value = look_up(b"", make.candidate("B", words), NOON, OPTIONS).value
    for stranger in (
        make.candidate("C", words, bucket_index=1),
        make.candidate("B", make.words(), bucket_index=1),
    ):
        assert correct(value, corrections_for(stranger, COPY)[0], NOON, OPTIONS) == value
    assert (
        correct(b"", corrections_for(make.candidate("B", words, bucket_index=1), COPY)[0], NOON, OPTIONS)
        == b""
    )


def test_a_notice_that_comes_twice_is_as_one(make: Any) -> None:
    candidate = make.candidate("B", make.words())
    value = look_up(b"", candidate, NOON, OPTIONS).value
    correction = corrections_for(msgspec.structs.replace(candidate, bucket_index=3), COPY)[0]
    once = correct(value, correction, NOON + 1, OPTIONS)
    assert correct(once, correction, NOON + 2, OPTIONS) == once != value


def test_a_copy_that_comes_again_is_turned_away_at_its_first_bucket_with_the_same_answer(
    make: Any, table: Any
) -> None:
    buckets, words = table(), make.words()
    buckets.check(make.candidate("A", words), NOON)
    copy = make.candidate("B", make.changed(words, 4))
    first = buckets.check(copy, NOON + 1)
    assert isinstance(first, Rejection)
    again = buckets.step(copy, NOON + HOUR)
    assert again == first


def test_a_copy_that_comes_again_stays_one_when_its_original_was_pushed_out(make: Any, table: Any) -> None:
    buckets, words = table(options=Dedup(bucket_documents=2)), make.words()
    buckets.check(make.behind(make.candidate("A", words), {1: "c1:all"}), NOON)
    copy = make.behind(make.candidate("B", make.changed(words, 4)), {1: "c1:all"})
    first = buckets.check(copy, NOON + 1)
    for number in range(40):
        buckets.check(make.behind(make.candidate(f"N{number}", make.words(90)), {1: "c1:all"}), NOON + 2)
        buckets.check(make.behind(make.candidate(f"M{number}", words), {1: "c1:all"}), NOON + 3)
    assert isinstance(first, Rejection)
    assert buckets.check(copy, NOON + 4) == first


def test_what_is_copied_still_is_the_last_that_a_full_bucket_forgets(make: Any) -> None:
    options, words = Dedup(bucket_documents=3), make.words(100)
    value = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, options).value
    for number in range(10):
        value = look_up(
            value, make.candidate(f"N{number}", make.words(100), bucket_index=1), NOON, options
        ).value
        outcome = look_up(value, make.candidate(f"C{number}", words, bucket_index=1), NOON, options)
        assert isinstance(outcome.verdict, Duplicate) and outcome.verdict.of_id == "A"
        value = outcome.value


def test_the_revision_of_a_copy_that_overtook_its_original_is_a_copy(make: Any, table: Any) -> None:
    """A came first, but B was faster at the bucket they share: then A is the copy, and so is A changed a little."""
    buckets, words = table(), make.words()
    late = buckets.step(make.behind(make.candidate("A", words), {1: "c1:all"}), NOON)
    buckets.check(make.behind(make.candidate("B", make.changed(words, 2)), {1: "c1:all"}), NOON + 1)
    assert isinstance(buckets.check(late, NOON + 2), Rejection)
    changed = make.candidate("A2", make.changed(words, 8), "https://a.example/story")
    step = buckets.check(make.behind(changed, {1: "c1:all"}), NOON + 3)
    assert isinstance(step, Rejection) and step.duplicate_of == "B"


# The same id with another text: a crawler whose ids are not of one fetch, or a page cleaned anew and replayed


def test_a_page_cleaned_anew_is_no_copy_and_no_revision_of_itself(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://a.example/1"
    buckets.check(make.candidate("A", words, url), NOON)
    for number, text in enumerate((words[:-1], make.changed(words, 4), make.changed(words, 40))):
        step = buckets.check(make.candidate("A", text, url), NOON + HOUR + number)
        assert isinstance(step, CleanDocument)
        assert step.lineage == Lineage(cluster="A")


def test_a_revision_cleaned_anew_revises_what_it_did(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://a.example/1"
    buckets.check(make.candidate("A", words, url), NOON)
    revised = make.changed(words, 30)
    first = buckets.check(make.candidate("A2", revised, url), NOON + 1)
    buckets.check(make.candidate("A3", make.changed(revised, 30), url), NOON + 2)
    again = buckets.check(make.candidate("A2", revised[:-5], url), NOON + 3)
    assert isinstance(first, CleanDocument) and isinstance(again, CleanDocument)
    assert again.lineage == first.lineage


def test_it_is_remembered_with_its_newest_text_only(make: Any, table: Any) -> None:
    buckets, url, old, new = table(), "https://a.example/1", make.words(), make.words()
    buckets.check(make.candidate("A", old, url), NOON)
    buckets.check(make.candidate("A", new, url), NOON + 1)
    again = buckets.check(make.candidate("B", new, url), NOON + 2)
    assert isinstance(again, Rejection)
    assert (again.reason, again.duplicate_of) == (Reason.DUPLICATE_URL, "A")


def test_an_id_that_is_given_to_two_pages_does_not_make_the_second_a_replay_of_the_first(
    make: Any, table: Any
) -> None:
    buckets, original = table(), make.words()
    buckets.check(make.candidate("O", original), NOON)
    buckets.check(make.candidate("job-7", make.words(), "https://a.example/1"), NOON + 1)
    step = buckets.check(make.candidate("job-7", original, "https://b.example/2"), NOON + 2)
    assert isinstance(step, Rejection) and step.duplicate_of == "O"


# Bounds


def test_very_long_ids_and_urls_are_remembered_short_and_still_told_apart(make: Any, table: Any) -> None:
    buckets, words = table(), make.words()
    name, url = "i" * 100_000, "https://a.example/" + "é" * 100_000
    original = make.candidate(name, words, url)
    kept = buckets.check(original, NOON)
    assert isinstance(kept, CleanDocument) and kept.id == name
    assert buckets.check(original, NOON + 1) == kept
    other = buckets.check(make.candidate(name + "2", words), NOON + 2)
    assert isinstance(other, Rejection)
    assert other.duplicate_of == other.cluster == kept.lineage.cluster == bucket.short_id(name)
    assert other.duplicate_of_url is not None and other.duplicate_of_url.startswith("https://a.example/éé")
    assert sum(map(len, buckets.partitions[0].values())) < 4 * (
        2 * bucket.LONGEST_ID + 2 * bucket.LONGEST_URL + 400
    )
