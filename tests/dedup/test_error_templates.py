"""The error template of a site, learnt from copies of one text under one title that is about none of their addresses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from streams.dedup import bucket_entries
from streams.dedup.bucket import MAX_COPIES, Bucket, encode_bucket, merge, recent_copies
from streams.dedup.fingerprint import fingerprint
from streams.dedup.verdicts import Duplicate
from streams.records import Candidate, CleanDocument, Reason, Rejection
from streams.settings import Dedup

NOON = 1_750_000_000_000  # milliseconds
LEARN = Dedup(template_pages=3)
TITLE = "Something went wrong"


def page(
    make: Any, name: str, words: list[str], title: str | None = TITLE, host: str = "dead.example"
) -> Any:
    """A candidate at an address of its own, in the same content bucket as all others."""
    made = make.candidate(name, words, f"https://{host}/news/harbour-opens-{name}")
    document = msgspec.structs.replace(made.document, title=title)
    found = fingerprint(document.text, document.canonical_url, title)
    moved = msgspec.structs.replace(made, document=document, fingerprint=found)
    return make.behind(moved, {1: "c1:shared"})


def reasons(buckets: Any, pages: list[Candidate]) -> list[str]:
    ends = [buckets.check(candidate, NOON + at) for at, candidate in enumerate(pages)]
    return [end.reason.value if isinstance(end, Rejection) else "kept" for end in ends]


def test_after_three_copies_further_ones_show_the_error_template(make: Any, table: Any) -> None:
    words = make.words(60)
    pages = [page(make, f"p{number}", words) for number in range(6)]
    copies = ["duplicate_exact"] * 3
    assert reasons(table(options=LEARN), pages) == ["kept", *copies, "error_template", "error_template"]


def test_nothing_is_learnt_by_default(make: Any, table: Any) -> None:
    words = make.words(60)
    pages = [page(make, f"p{number}", words) for number in range(12)]
    assert set(reasons(table(), pages)[1:]) == {"duplicate_exact"}


def test_a_rejection_names_the_first_page_and_says_why(make: Any, table: Any) -> None:
    buckets, words = table(options=LEARN), make.words(60)
    for number in range(4):
        buckets.check(page(make, f"p{number}", words), NOON + number)
    rejection = buckets.check(page(make, "late", words), NOON + 9)
    assert (rejection.reason, rejection.duplicate_of) == (Reason.ERROR_TEMPLATE, "p0")
    assert "many addresses of the site" in rejection.evidence[0].detail


def test_a_message_above_other_teasers_is_dropped_once_the_template_is_learnt(make: Any, table: Any) -> None:
    message, teasers = make.words(60), [make.words(30) for _ in range(2)]
    buckets = table(options=LEARN)
    before = page(make, "before", message + teasers[0])
    learning = [page(make, f"p{number}", message + make.words(2)) for number in range(4)]
    after = page(make, "after", message + teasers[1])
    assert reasons(buckets, [before, *learning, after]) == [
        "kept",
        "kept",
        *["duplicate_near"] * 3,
        "error_template",
    ]
    again = buckets.check(before, NOON + 50)
    assert isinstance(again, CleanDocument), "a redelivered page keeps its verdict"


@pytest.mark.parametrize(
    ("title", "host"),
    [("The harbour is open", "dead.example"), ("Oh no", "dead.example"), (None, "dead.example"), (TITLE, "other.example")],
    ids=["about its address", "another title", "no title", "another site"],
)  # fmt: skip
def test_other_pages_are_judged_as_before(make: Any, table: Any, title: str | None, host: str) -> None:
    message = make.words(60)
    buckets = table(options=LEARN)
    for number in range(5):
        buckets.check(page(make, f"p{number}", message), NOON + number)
    alike = page(make, "alike", message[:40] + make.words(25), title, host)
    assert isinstance(buckets.check(alike, NOON + 9), CleanDocument)
    copy = buckets.check(page(make, "copy", message + make.words(1), title, host), NOON + 10)
    assert isinstance(copy, CleanDocument) or copy.reason is Reason.DUPLICATE_NEAR


def test_a_page_unlike_the_template_is_kept_under_its_title(make: Any, table: Any) -> None:
    buckets, message = table(options=LEARN), make.words(60)
    for number in range(5):
        buckets.check(page(make, f"p{number}", message), NOON + number)
    assert isinstance(buckets.check(page(make, "article", make.words(300)), NOON + 9), CleanDocument)


def test_copies_at_addresses_without_words_teach_nothing(make: Any, table: Any) -> None:
    buckets, words = table(options=LEARN), make.words(60)
    pages = [make.candidate(f"p{number}", words, f"https://dead.example/{number}") for number in range(6)]
    assert "error_template" not in reasons(buckets, pages)


def test_a_redelivered_copy_keeps_its_verdict_when_its_entry_has_left(make: Any, table: Any) -> None:
    buckets, words = table(options=LEARN), make.words(60)
    pages = [page(make, f"p{number}", words) for number in range(2 * MAX_COPIES)]
    first = reasons(buckets, pages)
    assert reasons(buckets, pages) == first
    # not even the URL's bucket remembers: only what the content bucket holds decides
    forgotten = table(options=LEARN)
    forgotten.partitions[0]["c1:shared"] = buckets.partitions[0]["c1:shared"]
    assert reasons(forgotten, pages[1:]) == first[1:]


def test_copies_that_taught_a_template_leave_a_full_bucket_last(make: Any) -> None:
    def entry(number: int, reason: Reason, mark: bytes) -> Any:
        verdict = Duplicate(reason, "original", "https://dead.example/", 1.0, "original")
        return bucket_entries.copy_entry(page(make, f"p{number}", ["a"]), verdict, number, mark)

    teachers = tuple(entry(number, Reason.DUPLICATE_EXACT, b"mark") for number in range(2))
    others = tuple(entry(number, Reason.ERROR_TEMPLATE, b"mark") for number in range(2, 30))
    kept = recent_copies((*reversed(others), *reversed(teachers)))
    assert len(kept) == MAX_COPIES
    assert kept[-2:] == tuple(reversed(teachers))
    assert kept[0] == others[-1]
    merged = merge(encode_bucket(Bucket(copies=kept)), encode_bucket(Bucket(copies=others)), 64, 1_000_000)
    assert merged == encode_bucket(Bucket(copies=kept))


def test_a_front_page_that_was_seen_is_told_below_dead_addresses(make: Any, table: Any) -> None:
    words, buckets = make.words(200), table(options=LEARN)
    front = page(make, "front", words, "The Mirefield Echo")
    document = msgspec.structs.replace(
        front.document, url="https://dead.example/", canonical_url="https://dead.example/"
    )
    dead = [page(make, f"p{number}", make.changed(words, 3), "The Mirefield Echo") for number in range(5)]
    told = reasons(buckets, [msgspec.structs.replace(front, document=document), *dead])
    assert told == ["kept", *["duplicate_near"] * 3, "error_template", "error_template"]
