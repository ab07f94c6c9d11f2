from typing import NamedTuple

from faust.types import TP

from streams.runtime.faust_overrides.scheduler import TimestampOrderScheduler


class Record(NamedTuple):
    timestamp: int | None
    name: str


def _order(records: dict[TP, list[Record]]) -> list[tuple[str, str]]:
    return [(tp.topic, record.name) for tp, record in TimestampOrderScheduler().iterate(records)]


def test_the_records_of_a_topic_come_by_time_whatever_partition_they_are_on() -> None:
    records = {
        TP("raw", 0): [Record(1, "a"), Record(2, "b"), Record(7, "g")],
        TP("raw", 1): [Record(6, "f")],
        TP("raw", 2): [Record(3, "c"), Record(4, "d"), Record(5, "e")],
    }
    assert [name for _, name in _order(records)] == list("abcdefg")


def test_topics_take_turns() -> None:
    records = {
        TP("raw", 0): [Record(1, "a"), Record(2, "b")],
        TP("clean", 0): [Record(8, "x"), Record(9, "y")],
    }
    assert [topic for topic, _ in _order(records)] == ["raw", "clean", "raw", "clean"]


def test_a_partition_keeps_its_own_order_whatever_its_timestamps_say() -> None:
    records = {
        TP("raw", 0): [Record(9, "a"), Record(1, "b"), Record(None, "c")],
        TP("raw", 1): [Record(2, "d")],
    }
    names = [name for _, name in _order(records)]
    assert sorted(names) == list("abcd")
    assert names.index("a") < names.index("b") < names.index("c")
