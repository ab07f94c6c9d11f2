"""One document looked up in one bucket, and in all its buckets."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import Duplicate, Pass, bucket, look_up
from streams.dedup.lookup import needed
from streams.records import Candidate, CleanDocument, Lineage, Reason, Rejection
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
HOUR = 3_600_000
OPTIONS = Dedup()


def test_the_first_document_of_a_bucket_passes_and_gets_an_entry(make: Any) -> None:
    outcome = look_up(b"", make.candidate("A", make.words()), NOON, OPTIONS)
    assert outcome.verdict == Pass(lineage=outcome.verdict.lineage, seen=NOON)
    assert outcome.verdict.lineage.cluster == "A"
    assert outcome.value and outcome.evicted == 0


# The URL's bucket


def test_the_same_content_at_the_same_url_is_a_url_duplicate(make: Any, table: Any) -> None:
    buckets, words = table(), make.words()
    buckets.check(make.candidate("A", words, "https://a.example/1"), NOON)
    again = buckets.check(make.candidate("A2", words, "https://a.example/1"), NOON + 1)
    assert (again.reason, again.duplicate_of, again.similarity, again.cluster) == (
        Reason.DUPLICATE_URL,
        "A",
        1.0,
        "A",
    )


def test_a_changed_page_is_a_revision_and_is_kept(make: Any, table: Any) -> None:
    buckets, words = table(), make.words()
    buckets.check(make.candidate("A", words, "https://a.example/1"), NOON)
    revised = buckets.check(make.candidate("A2", make.changed(words, 30), "https://a.example/1"), NOON + 1)
    assert isinstance(revised, CleanDocument)
    assert revised.lineage.revision_of == "A"
    assert 0.5 < revised.lineage.revision_similarity < 0.9


def test_a_revision_names_the_newest_version(make: Any, table: Any) -> None:
    buckets, url, words = table(), "https://a.example/1", make.words()
    for number in range(4):
        step = buckets.check(make.candidate(f"A{number}", words, url), NOON + number)
        words = make.changed(words, 25)
    assert step.lineage.revision_of == "A2"


@pytest.mark.parametrize("later", [-HOUR, 0, HOUR])
def test_a_revision_is_later_than_what_it_revises_whatever_the_clock_says(
    make: Any, table: Any, later: int
) -> None:
    buckets, url, words = table(), "https://a.example/1", make.words()
    first = buckets.check(make.candidate("A", words, url), NOON)
    revised = buckets.check(make.candidate("A2", make.changed(words, 25), url), NOON + later)
    assert (first.version, revised.version) == (NOON, max(NOON + 1, NOON + later))


def test_a_page_that_returns_to_an_older_version_is_a_duplicate_of_it(make: Any, table: Any) -> None:
    buckets, url, words = table(), "https://a.example/1", make.words()
    buckets.check(make.candidate("A", words, url), NOON)
    buckets.check(make.candidate("A2", make.changed(words, 40), url), NOON + 1)
    back = buckets.check(make.candidate("A3", words, url), NOON + 2)
    assert (back.reason, back.duplicate_of) == (Reason.DUPLICATE_URL, "A")


def test_versions_of_one_url_are_not_compared_in_content_buckets(make: Any) -> None:
    words = make.words()
    before = make.candidate("A", words, "https://a.example/1", bucket_index=1)
    after = make.candidate("A2", make.changed(words, 6), "https://a.example/1", bucket_index=1)
    value = look_up(b"", before, NOON, OPTIONS).value
    assert isinstance(look_up(value, after, NOON + 1, OPTIONS).verdict, Pass)


def test_an_empty_text_is_a_duplicate_at_its_own_url_only(make: Any, table: Any) -> None:
    buckets = table()
    buckets.check(make.candidate("A", []), NOON)
    assert (
        buckets.check(make.candidate("A2", [], "https://a.example/story"), NOON + 1).reason
        is Reason.DUPLICATE_URL
    )
    assert isinstance(buckets.check(make.candidate("B", []), NOON + 2), CleanDocument)


# Content buckets


def test_the_same_words_elsewhere_are_an_exact_duplicate(make: Any, table: Any) -> None:
    buckets, words = table(), make.words()
    buckets.check(make.candidate("A", words), NOON)
    copy = buckets.check(make.candidate("B", words), NOON + 1)
    assert (copy.reason, copy.duplicate_of, copy.similarity) == (Reason.DUPLICATE_EXACT, "A", 1.0)
    assert copy.duplicate_of_url == "https://a.example/story?from=feed"


def test_nearly_the_same_words_elsewhere_are_a_near_duplicate(make: Any, table: Any) -> None:
    buckets, words = table(), make.words()
    buckets.check(make.candidate("A", words), NOON)
    copy = buckets.check(make.candidate("B", make.changed(words, 8)), NOON + 1)
    assert (copy.reason, copy.duplicate_of) == (Reason.DUPLICATE_NEAR, "A")
    assert 0.75 < copy.similarity < 1


def test_a_duplicate_names_the_most_similar_document(make: Any) -> None:
    words, value = make.words(), b""
    texts = {"far": make.changed(words, 12), "near": make.changed(words, 2), "other": make.words()}
    for name, text in texts.items():  # three versions of one page: they do not count against one another
        value = look_up(
            value, make.candidate(name, text, "https://a.example/1", bucket_index=1), NOON, OPTIONS
        ).value
    assert (
        look_up(value, make.candidate("C", words, bucket_index=1), NOON + 1, OPTIONS).verdict.of_id == "near"
    )


def test_of_equally_similar_documents_the_earliest_is_named(make: Any) -> None:
    words = make.words()
    value = look_up(
        b"", make.candidate("A", words, "https://a.example/1", bucket_index=1), NOON, OPTIONS
    ).value
    # another version of A's page with the same text at this bucket: it passes, for versions do not count
    value = look_up(
        value, make.candidate("A2", words, "https://a.example/1", bucket_index=1), NOON + 1, OPTIONS
    ).value
    answer = look_up(value, make.candidate("B", words, bucket_index=1), NOON + 2, OPTIONS).verdict
    assert answer.of_id == "A"


@pytest.mark.parametrize("count", [12, 30, 60])
def test_briefs_from_one_template_are_not_copies(make: Any, table: Any, count: int) -> None:
    buckets, words = table(), make.words(count)
    kept = [
        buckets.check(make.candidate(f"B{n}", make.changed(words, 1 + count // 20)), NOON + n)
        for n in range(20)
    ]
    assert all(isinstance(step, CleanDocument) for step in kept)


def test_a_copy_of_a_brief_is_found(make: Any, table: Any) -> None:
    buckets, words = table(), make.words(30)
    buckets.check(make.candidate("A", words), NOON)
    assert (
        buckets.check(make.candidate("B", [*words[:-1], words[-1].upper()]), NOON).reason
        is Reason.DUPLICATE_EXACT
    )


def test_the_threshold_is_higher_for_short_texts_and_the_setting_for_long_ones() -> None:
    assert needed(10, OPTIONS) == needed(30, OPTIONS) == pytest.approx(0.95)
    assert 0.8 < needed(60, OPTIONS) < 0.85
    assert needed(90, OPTIONS) == needed(5_000, OPTIONS) == OPTIONS.similarity
    assert needed(10, Dedup(similarity=0.99, same=1.0)) == 0.99


# The same id again


def test_a_second_lookup_of_a_document_passes_and_changes_nothing(make: Any) -> None:
    candidate = make.candidate("A", make.words())
    for index in range(4):
        at = msgspec.structs.replace(candidate, bucket_index=index)
        first = look_up(b"", at, NOON, OPTIONS)
        again = look_up(first.value, at, NOON + HOUR, OPTIONS)
        assert again.value == first.value
        assert again.verdict == first.verdict


def test_a_redelivered_revision_gets_the_same_lineage_and_prior(make: Any) -> None:
    words, url = make.words(), "https://a.example/1"
    value = look_up(b"", make.candidate("A", words, url), NOON, OPTIONS).value
    revision = make.candidate("A2", make.changed(words, 30), url)
    first = look_up(value, revision, NOON + 1, OPTIONS)
    later = look_up(first.value, make.candidate("A3", make.words(), url), NOON + 2, OPTIONS).value
    again = look_up(later, revision, NOON + 3, OPTIONS)
    assert (again.verdict, again.value) == (first.verdict, later)


def test_a_rejected_copy_never_becomes_an_original(make: Any) -> None:
    words = make.words()
    copy = make.candidate("B", make.changed(words, 6), bucket_index=1)
    value = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, OPTIONS).value
    first = look_up(value, copy, NOON + 1, OPTIONS)
    # other documents evict the original
    value = first.value
    for number in range(OPTIONS.bucket_documents + 1):
        value = look_up(
            value, make.candidate(f"N{number}", make.words(120), bucket_index=1), NOON + 2, OPTIONS
        ).value
    again = look_up(value, copy, NOON + 3, OPTIONS)
    assert isinstance(first.verdict, Duplicate)
    assert (again.verdict, again.value) == (first.verdict, value)


def test_a_replayed_stream_gets_the_same_verdicts(make: Any, table: Any) -> None:
    buckets, stream = table(), []
    for number in range(30):
        words = make.words(200)
        stream.append(make.candidate(f"O{number}", words))
        stream.append(make.candidate(f"C{number}", make.changed(words, 4)))
        stream.append(
            make.candidate(f"R{number}", make.changed(words, 20), f"https://o{number}.example/story")
        )
    first = [buckets.check(candidate, NOON + n) for n, candidate in enumerate(stream)]
    values = buckets.copy()
    assert [buckets.check(candidate, NOON + HOUR + n) for n, candidate in enumerate(stream)] == first
    assert buckets.partitions == values


@given(
    seed=st.integers(0, 10**6),
    bucket_index=st.integers(0, 3),
    before=st.integers(0, 6),
    places=st.integers(1, 40),
)
def test_a_second_lookup_gives_the_same_result_as_the_first(
    maker: Any, seed: int, bucket_index: int, before: int, places: int
) -> None:
    make = maker(seed)
    words, value = make.words(150), b""
    for number in range(before):
        text = make.changed(words, places) if number % 2 else make.words(150)
        url = "https://a.example/1" if number % 3 else ""
        value = look_up(
            value, make.candidate(f"N{number}", text, url, bucket_index), NOON + number, OPTIONS
        ).value
    candidate = make.candidate("A", words, "https://a.example/1", bucket_index)
    once = look_up(value, candidate, NOON + 10, OPTIONS)
    twice = look_up(once.value, candidate, NOON + 20, OPTIONS)
    assert (twice.verdict, twice.value, twice.evicted) == (once.verdict, once.value, 0)


# The same id with another text: a crawler's ids that are not of one fetch, or a page replayed with another release


def test_a_page_cleaned_again_is_no_copy_and_no_revision_of_itself(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://a.example/1"
    buckets.check(make.candidate("A", words, url), NOON)
    for number, text in enumerate((words[:-1], make.changed(words, 4), make.changed(words, 40))):
        step = buckets.check(make.candidate("A", text, url), NOON + HOUR + number)
        assert isinstance(step, CleanDocument)
        assert step.lineage == Lineage(cluster="A")


def test_a_revision_cleaned_again_keeps_its_lineage(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://a.example/1"
    buckets.check(make.candidate("A", words, url), NOON)
    revised = make.changed(words, 30)
    first = buckets.check(make.candidate("A2", revised, url), NOON + 1)
    buckets.check(make.candidate("A3", make.changed(revised, 30), url), NOON + 2)
    again = buckets.check(make.candidate("A2", revised[:-5], url), NOON + 3)
    assert isinstance(first, CleanDocument) and isinstance(again, CleanDocument)
    assert again.lineage == first.lineage


def test_a_page_cleaned_again_is_compared_by_its_newest_text_only(make: Any, table: Any) -> None:
    buckets, url, old, new = table(), "https://a.example/1", make.words(), make.words()
    buckets.check(make.candidate("A", old, url), NOON)
    buckets.check(make.candidate("A", new, url), NOON + 1)
    again = buckets.check(make.candidate("B", new, url), NOON + 2)
    assert isinstance(again, Rejection)
    assert (again.reason, again.duplicate_of) == (Reason.DUPLICATE_URL, "A")


def test_a_second_page_with_the_same_id_is_not_a_replay_of_the_first(make: Any, table: Any) -> None:
    buckets, original = table(), make.words()
    buckets.check(make.candidate("O", original), NOON)
    buckets.check(make.candidate("job-7", make.words(), "https://a.example/1"), NOON + 1)
    step = buckets.check(make.candidate("job-7", original, "https://b.example/2"), NOON + 2)
    assert isinstance(step, Rejection) and step.duplicate_of == "O"


# Scenarios of copies and revisions that share some of their buckets: `behind` sets the keys.


def test_a_copy_of_a_rejected_copy_names_it_and_belongs_to_the_cluster_of_its_original(
    make: Any, table: Any
) -> None:
    buckets, words = table(), make.words()
    b_words = make.changed(words, 3)
    buckets.check(make.behind(make.candidate("A", words), {1: "c1:a", 2: "c2:all", 3: "c3:a"}), NOON)
    b = buckets.check(
        make.behind(make.candidate("B", b_words), {1: "c1:b", 2: "c2:all", 3: "c3:b"}), NOON + 1
    )
    c_keys = {1: "c1:b", 2: "c2:c", 3: "c3:c"}
    c = buckets.check(make.behind(make.candidate("C", make.changed(b_words, 3)), c_keys), NOON + 2)
    assert (b.duplicate_of, c.duplicate_of, c.cluster) == ("A", "B", "A")


def test_a_copy_of_a_revision_belongs_to_the_cluster_of_the_first_version(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://a.example/1"
    buckets.check(make.candidate("A", words, url), NOON)
    revised = make.changed(words, 30)
    buckets.check(make.candidate("A2", revised, url), NOON + 1)
    copy = buckets.check(make.candidate("C", revised), NOON + 2)
    assert (copy.duplicate_of, copy.cluster) == ("A2", "A")


def _copy_at_another_bucket(make: Any, table: Any, first: str) -> tuple[Any, Any]:
    """A and its copy B share only their second content bucket; a revision of one meets the other at its first."""
    buckets, words = table(), make.words()
    texts = {"A": words, "B": make.changed(words, 4)}
    order = [first, "B" if first == "A" else "A"]
    steps = []
    for number, name in enumerate(order):
        keys = {1: f"c1:{name}", 2: "c2:all", 3: f"c3:{name}"}
        steps.append(buckets.check(make.behind(make.candidate(name, texts[name]), keys), NOON + number))
    assert isinstance(steps[0], CleanDocument) and isinstance(steps[1], Rejection)
    revision = make.candidate("A2", make.changed(texts["A"], 10), "https://a.example/story")
    return buckets, make.behind(revision, {1: "c1:B", 2: "c2:A2", 3: "c3:A2"})


def test_a_revision_is_not_dropped_as_a_copy_of_its_own_copy(make: Any, table: Any) -> None:
    buckets, revision = _copy_at_another_bucket(make, table, first="A")
    step = buckets.check(revision, NOON + 10)
    assert isinstance(step, CleanDocument)
    assert step.lineage.revision_of == "A"


def test_a_rejected_copy_that_changes_a_little_stays_a_copy(make: Any, table: Any) -> None:
    buckets, revision = _copy_at_another_bucket(make, table, first="B")  # A, who came second, is the copy
    step = buckets.check(revision, NOON + 10)
    assert (step.reason, step.duplicate_of) == (Reason.DUPLICATE_NEAR, "B")


def test_an_older_unlike_version_does_not_make_a_page_the_original(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://b.example/1"
    buckets.check(make.candidate("B0", make.words(), url), NOON)
    buckets.check(make.candidate("A", words), NOON + 1)
    copied = make.changed(words, 2)
    assert buckets.check(make.candidate("B1", copied, url), NOON + 2).duplicate_of == "A"
    assert buckets.check(make.candidate("B2", make.changed(copied, 8), url), NOON + 3).duplicate_of == "A"


def test_the_order_of_arrival_is_that_of_the_first_bucket_though_later_ones_lag(
    make: Any, table: Any
) -> None:
    buckets, words = table(), make.words()
    copied = make.changed(words, 4)

    def keys(name: str) -> dict[int, str]:
        return {1: f"c1:{name}", 2: "c2:all", 3: f"c3:{name}"}

    original = buckets.step(make.behind(make.candidate("A", words), keys("A")), NOON)
    copy = buckets.step(make.behind(make.candidate("B", copied), keys("B")), NOON + 1)
    assert isinstance(buckets.check(original, NOON + HOUR), CleanDocument)  # an hour behind
    assert isinstance(buckets.check(copy, NOON + HOUR + 1), Rejection)
    changed = make.candidate("B2", make.changed(copied, 10), "https://b.example/story")
    step = buckets.check(make.behind(changed, {1: "c1:A", 2: "c2:x", 3: "c3:x"}), NOON + 2 * HOUR)
    assert isinstance(step, Rejection) and step.duplicate_of == "A"


def test_of_two_copies_in_flight_exactly_one_is_kept(make: Any, table: Any, maker: Any) -> None:
    for seed in range(60):
        words = make.words(200)
        flying: dict[str, Candidate] = {
            "A": make.candidate("A", words), "B": make.candidate("B", make.changed(words, 3)),
        }  # fmt: skip
        buckets, order, kept = table(4), maker(seed).random, []
        while flying:
            name = order.choice(sorted(flying))
            step = buckets.step(flying.pop(name), NOON)
            if isinstance(step, Candidate):
                flying[name] = step
            elif isinstance(step, CleanDocument):
                kept.append(step)
        assert len(kept) == 1, f"seed {seed}"


def test_a_revision_of_a_page_that_a_copy_overtook_is_a_copy(make: Any, table: Any) -> None:
    """A was first, but B came first in the bucket they share: A is then the copy, and so is a revision of A."""
    buckets, words = table(), make.words()
    late = buckets.step(make.behind(make.candidate("A", words), {1: "c1:all"}), NOON)
    buckets.check(make.behind(make.candidate("B", make.changed(words, 2)), {1: "c1:all"}), NOON + 1)
    assert isinstance(buckets.check(late, NOON + 2), Rejection)
    changed = make.candidate("A2", make.changed(words, 8), "https://a.example/story")
    step = buckets.check(make.behind(changed, {1: "c1:all"}), NOON + 3)
    assert isinstance(step, Rejection) and step.duplicate_of == "B"


# Window and bounds


def test_a_full_bucket_evicts_a_document_that_is_still_copied_last(make: Any) -> None:
    options, words = Dedup(bucket_documents=3), make.words(100)
    value = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, options).value
    for number in range(10):
        value = look_up(
            value, make.candidate(f"N{number}", make.words(100), bucket_index=1), NOON, options
        ).value
        outcome = look_up(value, make.candidate(f"C{number}", words, bucket_index=1), NOON, options)
        assert isinstance(outcome.verdict, Duplicate) and outcome.verdict.of_id == "A"
        value = outcome.value


def test_very_long_ids_and_urls_are_stored_short_and_still_told_apart(make: Any, table: Any) -> None:
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


def test_entries_older_than_the_window_expire_and_do_not_count_as_evicted(make: Any) -> None:
    words, options = make.words(), Dedup(window_hours=1)
    value = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, options).value
    copy = make.candidate("B", words, bucket_index=1)
    assert isinstance(look_up(value, copy, NOON + HOUR, options).verdict, Duplicate)
    late = look_up(value, copy, NOON + HOUR + 1, options)
    assert isinstance(late.verdict, Pass)
    assert late.evicted == 0
    assert len(late.value) == len(value)


def test_verdicts_expire_too(make: Any) -> None:
    words, options = make.words(), Dedup(window_hours=1)
    value = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, options).value
    copy = make.candidate("B", words, bucket_index=1)
    value = look_up(value, copy, NOON + 1, options).value
    assert isinstance(look_up(value, copy, NOON + HOUR + 1, options).verdict, Duplicate)
    assert isinstance(look_up(value, copy, NOON + HOUR + 2, options).verdict, Pass)


def test_a_full_bucket_evicts_the_oldest_and_counts_it(make: Any) -> None:
    options, value, evicted, texts = Dedup(bucket_documents=3), b"", 0, [make.words(100) for _ in range(5)]
    for number, words in enumerate(texts):
        outcome = look_up(value, make.candidate(f"N{number}", words, bucket_index=1), NOON + number, options)
        value, evicted = outcome.value, evicted + outcome.evicted
    assert evicted == 2
    copies = [
        look_up(value, make.candidate("C", words, bucket_index=1), NOON + 9, options).verdict
        for words in texts
    ]
    assert [isinstance(answer, Duplicate) for answer in copies] == [False, False, True, True, True]


def test_a_bucket_stays_within_its_bounds(make: Any) -> None:
    value, words = b"", make.words(100)
    for number in range(300):
        text = words if number % 2 else make.words(100)
        value = look_up(
            value, make.candidate(f"N{number}", text, bucket_index=1), NOON + number, OPTIONS
        ).value
    assert len(value) < 40_000


def test_a_copy_with_an_earlier_clock_is_still_the_copy(make: Any) -> None:
    words = make.words()
    value = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, OPTIONS).value
    assert isinstance(
        look_up(value, make.candidate("B", words, bucket_index=1), NOON - HOUR, OPTIONS).verdict, Duplicate
    )


def test_a_redelivered_revision_keeps_its_lineage_after_it_was_evicted(make: Any) -> None:
    options, url, value = Dedup(bucket_documents=3), "https://a.example/story", b""
    versions = [make.candidate(f"V{number}", make.words(200), url) for number in range(8)]
    first = {}
    for number, version in enumerate(versions):
        outcome = look_up(value, version, NOON + number, options)
        value, first[version.document.id] = outcome.value, outcome.verdict
    for version in versions:
        again = look_up(value, version, NOON + 20, options)
        assert isinstance(again.verdict, Pass)
        assert again.verdict.lineage == first[version.document.id].lineage
        assert again.value == value
    assert [first[f"V{number}"].lineage.revision_of for number in range(3)] == [None, "V0", "V1"]


def test_the_lineage_of_evicted_revisions_is_kept_for_a_bounded_number(make: Any) -> None:
    url, value = "https://a.example/story", b""
    options = Dedup(bucket_documents=1)
    for number in range(600):
        version = make.candidate(f"{number:0200d}", make.words(40), url)
        value = look_up(value, version, NOON + number, options).value
    assert len(value) < 130_000
