"""Which dead letters a replay sends: each message once, whatever its headers say and however often it was written."""

from __future__ import annotations

from streams.records import DeadLetter, Fault, Message, Replayed
from streams.runtime.delivery.dead_letter_record import CUT
from streams.runtime.kafka.dead_letters import Found, Letter, Listed, Wanted


def _letter(source: str, offset: int, digest: bytes = b"v") -> Listed:
    topic, partition, at = source.split("/")
    said = DeadLetter(
        id=source, reason=Fault.CRASH, stage="clean", error="E", message="m",
        topic=topic, partition=int(partition), offset=int(at),
    )  # fmt: skip
    return Listed(said, (0, offset), digest)


def _found(*letters: Listed, replayed: tuple[int, ...] = ()) -> Found:
    mark = Replayed(id="x", letters=tuple((0, offset) for offset in replayed), to="pages.raw/0/99", replayed_at="")  # fmt: skip
    return Found(letters, dict.fromkeys(mark.letters, mark), ())


def _due(found: Found, wanted: Wanted | None = None, *, again: bool = False) -> list[list[int]]:
    chosen = [letter for letter in found.letters if (wanted or Wanted()).matches(letter)]
    return [[letter.place[1] for letter in group] for group in found.due(chosen, again=again)]


def test_letters_about_one_message_are_replayed_as_one() -> None:
    assert _due(_found(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/2", 1), _letter("pages.raw/0/1", 2))) == [[0, 2], [1]]  # fmt: skip


def test_what_was_replayed_is_left_out_unless_asked_for_again() -> None:
    found = _found(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/2", 1), replayed=(0,))
    assert _due(found) == [[1]]
    assert _due(found, again=True) == [[0], [1]]


def test_a_replayed_message_that_died_again_is_a_letter_of_its_own() -> None:
    found = _found(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/99", 5), replayed=(0,))
    assert _due(found) == [[5]]


def test_a_topic_made_anew_has_other_messages_at_the_same_offsets() -> None:
    old, new = _letter("pages.raw/0/1", 0, b"old"), _letter("pages.raw/0/1", 9, b"new")
    assert _due(_found(old, new, replayed=(0,))) == [[9]]


def test_a_filter_that_meets_one_letter_of_a_message_chooses_the_message() -> None:
    found = _found(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/1", 6), _letter("pages.raw/0/2", 7))
    assert _due(found, Wanted(first=6, last=6)) == [[0, 6]]
    assert _due(found, Wanted(reasons=frozenset([Fault.TIMEOUT]))) == []


def test_a_letter_without_value_points_to_its_message_only_where_a_worker_says_so() -> None:
    said, cut = _letter("pages.raw/0/1", 0).said, ((CUT + "value-bytes", b"13000000"),)
    here = Letter(said, Message(value=b"v", headers=cut))
    assert not here.is_pointer, "the value is there: a crawler may write such headers too"
    assert Letter(said, Message(value=None, headers=cut)).is_pointer
    assert not Letter(said, Message(value=None)).is_pointer
