"""Acknowledgement in offset order, whatever order work finishes in."""

from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.delivery.offset_tracker import OffsetTracker


def test_nothing_is_released_before_what_came_earlier_is_done() -> None:
    tracker: OffsetTracker[int] = OffsetTracker()
    first, second, third = (tracker.begin("p0", offset, 10) for offset in (5, 6, 7))
    assert tracker.finish(third) == []
    assert tracker.finish(second) == []
    assert tracker.finish(first) == [5, 6, 7]


def test_partitions_do_not_wait_for_one_another() -> None:
    tracker: OffsetTracker[str] = OffsetTracker()
    tracker.begin("p0", "a", 1)
    other = tracker.begin("p1", "b", 1)
    assert tracker.finish(other) == ["b"]


def test_finishing_twice_releases_nothing_and_counts_once() -> None:
    tracker: OffsetTracker[str] = OffsetTracker()
    entry = tracker.begin("p0", "a", 7)
    assert tracker.finish(entry) == ["a"]
    assert tracker.finish(entry) == []
    assert (tracker.messages, tracker.bytes) == (0, 0)


@given(st.lists(st.integers(0, 3), max_size=60), st.randoms(use_true_random=False))
def test_whatever_the_order_of_finishing_each_partition_is_released_in_order_and_whole(
    partitions, random
) -> None:
    tracker: OffsetTracker[tuple[int, int]] = OffsetTracker()
    entries = [
        tracker.begin(partition, (partition, offset), offset) for offset, partition in enumerate(partitions)
    ]
    released: list[tuple[int, int]] = []
    order = list(entries)
    random.shuffle(order)
    done = set()
    for entry in order:
        done.add(entry.event)
        for event in tracker.finish(entry):
            assert all(
                other.event in done
                for other in entries
                if other.event[0] == event[0] and other.event[1] <= event[1]
            )
            released.append(event)
    assert sorted(released) == sorted(entry.event for entry in entries)
    for partition in set(partitions):
        offsets = [offset for place, offset in released if place == partition]
        assert offsets == sorted(offsets)
    assert (tracker.messages, tracker.bytes) == (0, 0)


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=40),
    st.sets(st.integers(0, 39)),
    st.randoms(use_true_random=False),
)
def test_nothing_at_or_behind_a_message_that_was_given_up_is_released(partitions, given_up, random) -> None:
    tracker: OffsetTracker[tuple[int, int]] = OffsetTracker()
    entries = [
        tracker.begin(partition, (partition, offset), offset) for offset, partition in enumerate(partitions)
    ]
    released: list[tuple[int, int]] = []
    lost: dict[int, int] = {}  # the first offset given up of a partition
    random.shuffle(entries)
    for entry in entries:
        partition, offset = entry.event
        if offset in given_up:
            tracker.give_up(entry)
            lost[partition] = min(offset, lost.get(partition, offset))
        else:
            now = tracker.finish(entry)
            assert all(other < lost.get(where, 99) for where, other in now)
            released += now
    for partition in set(partitions) - set(lost):
        assert [event for event in released if event[0] == partition] == [
            (partition, offset) for offset, where in enumerate(partitions) if where == partition
        ]
    assert (tracker.messages, tracker.bytes) == (0, 0)
    assert tracker.begin(0, (0, 99), 1) and tracker.messages == 1
