"""Items finish in any order and leave in the order in which they were added."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.delivery.completion_queue import CompletionQueue


@dataclass
class Item:
    """An item and whether it is finished."""

    number: int
    finished: bool = False


def _queue(count: int) -> tuple[CompletionQueue[Item], list[Item]]:
    queue: CompletionQueue[Item] = CompletionQueue(lambda item: item.finished)
    items = [Item(number) for number in range(count)]
    for item in items:
        queue.append(item)
    return queue, items


def test_only_the_run_of_finished_items_at_the_front_may_leave() -> None:
    queue, (first, second, third, fourth) = _queue(4)
    second.finished = third.finished = True
    assert queue.finished() == []
    first.finished = True
    assert queue.finished() == [first, second, third]
    queue.remove(2)
    assert list(queue) == [third, fourth] and len(queue) == 2


def test_an_item_that_is_unfinished_again_holds_back_those_behind_it() -> None:
    queue, (first, second) = _queue(2)
    first.finished = second.finished = True
    first.finished = False
    assert queue.finished() == []
    assert queue.is_first(first) and not queue.is_first(second)


@given(st.permutations(range(12)))
def test_whatever_the_order_of_finishing_all_leave_in_the_order_of_adding(order: list[int]) -> None:
    queue, items = _queue(12)
    left: list[int] = []
    for number in order:
        items[number].finished = True
        finished = queue.finished()
        queue.remove(len(finished))
        left += [item.number for item in finished]
        assert len(left) + len(queue) == 12
    assert left == list(range(12)) and not queue
