"""A replay selects each message once, however many dead letters there are about it."""

from __future__ import annotations

from streams.records import DeadLetter, Fault, Message, Replayed
from streams.runtime.delivery.dead_letter_record import CUT
from streams.runtime.kafka.dead_letters import Filter, Index, IndexEntry, StoredDeadLetter


def _letter(source: str, offset: int, digest: bytes = b"v") -> IndexEntry:
    topic, partition, at = source.split("/")
    said = DeadLetter(
        id=source, reason=Fault.CRASH, stage="clean", error="E", message="m",
        topic=topic, partition=int(partition), offset=int(at),
    )  # fmt: skip
    return IndexEntry(said, (0, offset), digest)


def _index(*letters: IndexEntry, replayed: tuple[int, ...] = ()) -> Index:
    replay = Replayed(id="x", letters=tuple((0, offset) for offset in replayed), to="pages.raw/0/99", replayed_at="")  # fmt: skip
    return Index(letters, dict.fromkeys(replay.letters, replay), ())


def _due(index: Index, wanted: Filter | None = None, *, again: bool = False) -> list[list[int]]:
    chosen = [letter for letter in index.letters if (wanted or Filter()).matches(letter)]
    return [[letter.position[1] for letter in group] for group in index.due(chosen, again=again)]


def test_dead_letters_of_one_message_are_replayed_as_one() -> None:
    assert _due(_index(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/2", 1), _letter("pages.raw/0/1", 2))) == [[0, 2], [1]]  # fmt: skip


def test_replayed_messages_are_skipped_unless_asked_for() -> None:
    index = _index(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/2", 1), replayed=(0,))
    assert _due(index) == [[1]]
    assert _due(index, again=True) == [[0], [1]]


def test_a_replayed_message_that_fails_again_is_replayed_again() -> None:
    index = _index(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/99", 5), replayed=(0,))
    assert _due(index) == [[5]]


def test_a_topic_created_again_has_other_messages_at_the_same_offsets() -> None:
    old, new = _letter("pages.raw/0/1", 0, b"old"), _letter("pages.raw/0/1", 9, b"new")
    assert _due(_index(old, new, replayed=(0,))) == [[9]]


def test_a_filter_that_matches_one_dead_letter_of_a_message_selects_the_message() -> None:
    index = _index(_letter("pages.raw/0/1", 0), _letter("pages.raw/0/1", 6), _letter("pages.raw/0/2", 7))
    assert _due(index, Filter(first=6, last=6)) == [[0, 6]]
    assert _due(index, Filter(reasons=frozenset([Fault.TIMEOUT]))) == []


def test_only_a_dead_letter_that_a_worker_cut_is_a_pointer() -> None:
    said, cut = _letter("pages.raw/0/1", 0).details, ((CUT + "value-bytes", b"13000000"),)
    here = StoredDeadLetter(said, Message(value=b"v", headers=cut))
    assert not here.is_pointer, "the value is there: a crawler may write such headers too"
    assert StoredDeadLetter(said, Message(value=None, headers=cut)).is_pointer
    assert not StoredDeadLetter(said, Message(value=None)).is_pointer
