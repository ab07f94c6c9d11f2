"""A coordinator that cannot say yet what is committed is asked again, and never taken for one of a new group."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
from aiokafka.protocol.commit import OffsetFetchResponse_v1, OffsetFetchResponse_v3

from streams.runtime.faust_overrides.offset_fetch import heed_errors

PARTITION = TopicPartition("pages.raw", 2)
COMMITTED = OffsetFetchResponse_v3(0, [("pages.raw", [(2, 820, "", 0)])], 0)


class Coordinator(GroupCoordinator):
    """aiokafka's own, with a broker whose answers are given."""

    def __init__(self, *answers: Any) -> None:
        self.group_id = "crawlmill"
        self.answers = list(answers)
        self.asked_for_another = 0
        self._retry_backoff_ms = 1

    def __del__(self, _warnings: object = None) -> None:
        """Nothing was started."""

    async def ensure_coordinator_known(self) -> None:
        """It is."""

    def coordinator_dead(self) -> None:
        """Note that another one is looked for."""
        self.asked_for_another += 1

    async def _send_req(self, request: object) -> Any:
        return self.answers.pop(0)


def _committed(coordinator: Coordinator) -> dict[Any, Any]:
    found: dict[Any, Any] = asyncio.run(coordinator.fetch_committed_offsets([PARTITION]))
    return {tp: known.offset for tp, known in found.items()}


def _refusal(error: type[Any]) -> OffsetFetchResponse_v3:
    return OffsetFetchResponse_v3(0, [], error.errno)


def test_aiokafka_by_itself_takes_a_group_that_is_being_loaded_for_a_new_one() -> None:
    """If this fails, aiokafka has learnt it, and streams/runtime/faust_overrides/offset_fetch.py can go."""
    assert _committed(Coordinator(_refusal(GroupLoadInProgressError), COMMITTED)) == {}


@pytest.mark.parametrize("error", [GroupLoadInProgressError, NotCoordinatorForGroupError])
def test_a_coordinator_that_cannot_say_yet_is_asked_again(error: type[Any]) -> None:
    coordinator = Coordinator(_refusal(error), _refusal(error), COMMITTED)
    heed_errors(coordinator)
    assert _committed(coordinator) == {PARTITION: 820}
    assert coordinator.asked_for_another == (2 if error is NotCoordinatorForGroupError else 0)


def test_what_no_second_try_can_help_is_raised() -> None:
    coordinator = Coordinator(_refusal(GroupAuthorizationFailedError))
    heed_errors(coordinator)
    with pytest.raises(GroupAuthorizationFailedError):
        _committed(coordinator)


def test_answers_without_an_error_are_as_before() -> None:
    coordinator = Coordinator(OffsetFetchResponse_v1([("pages.raw", [(2, 5, "", 0)])]), COMMITTED)
    heed_errors(coordinator)
    assert [_committed(coordinator), _committed(coordinator)] == [{PARTITION: 5}, {PARTITION: 820}]


def test_a_group_without_commits_has_none() -> None:
    coordinator = Coordinator(OffsetFetchResponse_v3(0, [("pages.raw", [(2, -1, "", 0)])], 0))
    heed_errors(coordinator)
    assert _committed(coordinator) == {}
