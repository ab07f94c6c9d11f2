from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup import Duplicate, Pass, look_up
from streams.dedup.lookup import needed
from streams.records import Candidate, CleanDocument, Reason, Rejection
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
HOUR = 3_600_000
OPTIONS = Dedup()


def test_the_first_at_a_bucket_passes_and_is_remembered(make: Any) -> None:
    outcome = look_up(b"", make.candidate("A", make.words()), NOON, OPTIONS)
    assert outcome.verdict == Pass(lineage=outcome.verdict.lineage, seen=NOON)
    assert outcome.verdict.lineage.cluster == "A"
    assert outcome.value and outcome.evicted == 0


# The bucket of a page's own URL


def test_the_same_page_again_is_a_duplicate_of_its_url(make: Any, table: Any) -> None:
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


def test_a_page_that_goes_back_to_what_it_was_is_a_duplicate_of_that_version(make: Any, table: Any) -> None:
    buckets, url, words = table(), "https://a.example/1", make.words()
    buckets.check(make.candidate("A", words, url), NOON)
    buckets.check(make.candidate("A2", make.changed(words, 40), url), NOON + 1)
    back = buckets.check(make.candidate("A3", words, url), NOON + 2)
    assert (back.reason, back.duplicate_of) == (Reason.DUPLICATE_URL, "A")


def test_versions_never_count_against_one_another_at_content_buckets(make: Any) -> None:
    words = make.words()
    before = make.candidate("A", words, "https://a.example/1", bucket_index=1)
    after = make.candidate("A2", make.changed(words, 6), "https://a.example/1", bucket_index=1)
    memory = look_up(b"", before, NOON, OPTIONS).value
    assert isinstance(look_up(memory, after, NOON + 1, OPTIONS).verdict, Pass)


def test_an_empty_text_again_at_its_url_is_a_duplicate_and_elsewhere_is_none(make: Any, table: Any) -> None:
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


def test_the_nearest_one_is_named(make: Any) -> None:
    words, memory = make.words(), b""
    texts = {"far": make.changed(words, 12), "near": make.changed(words, 2), "other": make.words()}
    for name, text in texts.items():  # three versions of one page: they do not count against one another
        memory = look_up(
            memory, make.candidate(name, text, "https://a.example/1", bucket_index=1), NOON, OPTIONS
        ).value
    assert (
        look_up(memory, make.candidate("C", words, bucket_index=1), NOON + 1, OPTIONS).verdict.of_id == "near"
    )


def test_of_equally_near_ones_the_earliest_is_named(make: Any) -> None:
    words = make.words()
    memory = look_up(
        b"", make.candidate("A", words, "https://a.example/1", bucket_index=1), NOON, OPTIONS
    ).value
    # another version of A's page with the same text at this bucket: it passes, for versions do not count
    memory = look_up(
        memory, make.candidate("A2", words, "https://a.example/1", bucket_index=1), NOON + 1, OPTIONS
    ).value
    answer = look_up(memory, make.candidate("B", words, bucket_index=1), NOON + 2, OPTIONS).verdict
    assert answer.of_id == "A"


@pytest.mark.parametrize("count", [12, 30, 60])
def test_briefs_from_one_template_are_not_copies(make: Any, table: Any, count: int) -> None:
    buckets, words = table(), make.words(count)
    kept = [
        buckets.check(make.candidate(f"B{n}", make.changed(words, 1 + count // 20)), NOON + n)
        for n in range(20)
    ]
    assert all(isinstance(step, CleanDocument) for step in kept)


def test_a_copy_of_a_brief_is_one(make: Any, table: Any) -> None:
    buckets, words = table(), make.words(30)
    buckets.check(make.candidate("A", words), NOON)
    assert (
        buckets.check(make.candidate("B", [*words[:-1], words[-1].upper()]), NOON).reason
        is Reason.DUPLICATE_EXACT
    )


def test_short_texts_need_more_and_long_ones_what_the_setting_says() -> None:
    assert needed(10, OPTIONS) == needed(30, OPTIONS) == pytest.approx(0.95)
    assert 0.8 < needed(60, OPTIONS) < 0.85
    assert needed(90, OPTIONS) == needed(5_000, OPTIONS) == OPTIONS.similarity
    assert needed(10, Dedup(similarity=0.99, same=1.0)) == 0.99


# The same id again


def test_the_same_id_passes_again_and_changes_nothing(make: Any) -> None:
    candidate = make.candidate("A", make.words())
    for index in range(4):
        at = msgspec.structs.replace(candidate, bucket_index=index)
        first = look_up(b"", at, NOON, OPTIONS)
        again = look_up(first.value, at, NOON + HOUR, OPTIONS)
        assert again.value == first.value
        assert again.verdict == first.verdict


def test_a_revision_again_has_the_same_lineage_and_past(make: Any) -> None:
    words, url = make.words(), "https://a.example/1"
    memory = look_up(b"", make.candidate("A", words, url), NOON, OPTIONS).value
    revision = make.candidate("A2", make.changed(words, 30), url)
    first = look_up(memory, revision, NOON + 1, OPTIONS)
    later = look_up(first.value, make.candidate("A3", make.words(), url), NOON + 2, OPTIONS).value
    again = look_up(later, revision, NOON + 3, OPTIONS)
    assert (again.verdict, again.value) == (first.verdict, later)


def test_a_rejected_copy_never_becomes_an_original(make: Any) -> None:
    words = make.words()
    copy = make.candidate("B", make.changed(words, 6), bucket_index=1)
    memory = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, OPTIONS).value
    first = look_up(memory, copy, NOON + 1, OPTIONS)
    # the original is pushed out by others
    memory = first.value
    for number in range(OPTIONS.bucket_documents + 1):
        memory = look_up(
            memory, make.candidate(f"N{number}", make.words(120), bucket_index=1), NOON + 2, OPTIONS
        ).value
    again = look_up(memory, copy, NOON + 3, OPTIONS)
    assert isinstance(first.verdict, Duplicate)
    assert (again.verdict, again.value) == (first.verdict, memory)


def test_a_whole_stream_again_gets_the_same_answers(make: Any, table: Any) -> None:
    buckets, stream = table(), []
    for number in range(30):
        words = make.words(200)
        stream.append(make.candidate(f"O{number}", words))
        stream.append(make.candidate(f"C{number}", make.changed(words, 4)))
        stream.append(
            make.candidate(f"R{number}", make.changed(words, 20), f"https://o{number}.example/story")
        )
    first = [buckets.check(candidate, NOON + n) for n, candidate in enumerate(stream)]
    memories = buckets.copy()
    assert [buckets.check(candidate, NOON + HOUR + n) for n, candidate in enumerate(stream)] == first
    assert buckets.partitions == memories


@given(
    seed=st.integers(0, 10**6),
    bucket_index=st.integers(0, 3),
    before=st.integers(0, 6),
    places=st.integers(1, 40),
)
def test_visiting_twice_is_visiting_once(
    maker: Any, seed: int, bucket_index: int, before: int, places: int
) -> None:
    make = maker(seed)
    words, memory = make.words(150), b""
    for number in range(before):
        text = make.changed(words, places) if number % 2 else make.words(150)
        url = "https://a.example/1" if number % 3 else ""
        memory = look_up(
            memory, make.candidate(f"N{number}", text, url, bucket_index), NOON + number, OPTIONS
        ).value
    candidate = make.candidate("A", words, "https://a.example/1", bucket_index)
    once = look_up(memory, candidate, NOON + 10, OPTIONS)
    twice = look_up(once.value, candidate, NOON + 20, OPTIONS)
    assert (twice.verdict, twice.value, twice.evicted) == (once.verdict, once.value, 0)


# Stories of copies, revisions, and buckets that they do not share. A bucket that two do not share has another key.


def test_a_copy_that_met_only_a_rejected_copy_names_that_and_belongs_to_its_original(
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


def test_what_a_page_showed_long_before_does_not_make_it_the_original(make: Any, table: Any) -> None:
    buckets, words, url = table(), make.words(), "https://b.example/1"
    buckets.check(make.candidate("B0", make.words(), url), NOON)
    buckets.check(make.candidate("A", words), NOON + 1)
    copied = make.changed(words, 2)
    assert buckets.check(make.candidate("B1", copied, url), NOON + 2).duplicate_of == "A"
    assert buckets.check(make.candidate("B2", make.changed(copied, 8), url), NOON + 3).duplicate_of == "A"


def test_who_came_first_is_told_by_the_first_bucket_whatever_buckets_lag(make: Any, table: Any) -> None:
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


# Window and bounds


def test_what_is_older_than_the_window_is_forgotten_without_being_counted(make: Any) -> None:
    words, options = make.words(), Dedup(window_hours=1)
    memory = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, options).value
    copy = make.candidate("B", words, bucket_index=1)
    assert isinstance(look_up(memory, copy, NOON + HOUR, options).verdict, Duplicate)
    late = look_up(memory, copy, NOON + HOUR + 1, options)
    assert isinstance(late.verdict, Pass)
    assert late.evicted == 0
    assert len(late.value) == len(memory)


def test_verdicts_expire_too(make: Any) -> None:
    words, options = make.words(), Dedup(window_hours=1)
    memory = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, options).value
    copy = make.candidate("B", words, bucket_index=1)
    memory = look_up(memory, copy, NOON + 1, options).value
    assert isinstance(look_up(memory, copy, NOON + HOUR + 1, options).verdict, Duplicate)
    assert isinstance(look_up(memory, copy, NOON + HOUR + 2, options).verdict, Pass)


def test_a_full_bucket_forgets_the_oldest_and_counts_it(make: Any) -> None:
    options, memory, forgotten, texts = Dedup(bucket_documents=3), b"", 0, [make.words(100) for _ in range(5)]
    for number, words in enumerate(texts):
        outcome = look_up(memory, make.candidate(f"N{number}", words, bucket_index=1), NOON + number, options)
        memory, forgotten = outcome.value, forgotten + outcome.evicted
    assert forgotten == 2
    copies = [
        look_up(memory, make.candidate("C", words, bucket_index=1), NOON + 9, options).verdict
        for words in texts
    ]
    assert [isinstance(answer, Duplicate) for answer in copies] == [False, False, True, True, True]


def test_a_bucket_stays_bounded_whoever_comes(make: Any) -> None:
    memory, words = b"", make.words(100)
    for number in range(300):
        text = words if number % 2 else make.words(100)
        memory = look_up(
            memory, make.candidate(f"N{number}", text, bucket_index=1), NOON + number, OPTIONS
        ).value
    assert len(memory) < 40_000


def test_backfill_in_any_order_of_time_is_judged_by_who_came_first(make: Any) -> None:
    words = make.words()
    memory = look_up(b"", make.candidate("A", words, bucket_index=1), NOON, OPTIONS).value
    assert isinstance(
        look_up(memory, make.candidate("B", words, bucket_index=1), NOON - HOUR, OPTIONS).verdict, Duplicate
    )


def test_a_revision_that_a_full_bucket_forgot_names_what_it_revises_when_it_comes_again(make: Any) -> None:
    options, url, memory = Dedup(bucket_documents=3), "https://a.example/story", b""
    versions = [make.candidate(f"V{number}", make.words(200), url) for number in range(8)]
    first = {}
    for number, version in enumerate(versions):
        outcome = look_up(memory, version, NOON + number, options)
        memory, first[version.document.id] = outcome.value, outcome.verdict
    for version in versions:
        again = look_up(memory, version, NOON + 20, options)
        assert isinstance(again.verdict, Pass)
        assert again.verdict.lineage == first[version.document.id].lineage
        assert again.value == memory
    assert [first[f"V{number}"].lineage.revision_of for number in range(3)] == [None, "V0", "V1"]


def test_what_forgotten_revisions_revised_is_kept_of_a_bounded_number(make: Any) -> None:
    url, memory = "https://a.example/story", b""
    options = Dedup(bucket_documents=1)
    for number in range(600):
        version = make.candidate(f"{number:0200d}", make.words(40), url)
        memory = look_up(memory, version, NOON + number, options).value
    assert len(memory) < 130_000
