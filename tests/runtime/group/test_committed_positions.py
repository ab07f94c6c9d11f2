"""Committed offsets are of the topics as they are, or reading begins at the beginning."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from streams.errors import TopicMismatch
from streams.runtime.group.cluster_identity import Identity
from streams.runtime.group.committed_positions import Committed, Misfit, misfit, require_same, stamped


@pytest.mark.parametrize(
    ("committed", "topic_id", "start", "end", "why"),
    [
        (Committed(5, "a"), "a", 0, 9, None),
        (Committed(9, "a"), "a", 0, 9, None),
        (Committed(3, "a"), "a", 3, 9, None),
        (Committed(5, "a"), "b", 0, 9, Misfit.REPLACED),
        (Committed(5), "b", 0, 9, None),
        (Committed(5, "a"), "", 0, 9, None),
        (Committed(10, "a"), "a", 0, 9, Misfit.BEYOND_END),
        (Committed(10), "", 0, 0, Misfit.BEYOND_END),
        (Committed(2, "a"), "a", 3, 9, Misfit.EXPIRED),
    ],
)
def test_a_committed_offset_is_held_against_the_topic(
    committed: Committed, topic_id: str, start: int, end: int, why: Misfit | None
) -> None:
    assert misfit(committed, topic_id, start, end) is why


def test_a_commit_says_of_which_topic_it_is() -> None:
    sent: list[dict[TopicPartition, OffsetAndMetadata]] = []

    async def commit(offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        sent.append(offsets)

    known, unknown = TopicPartition("pages.raw", 0), TopicPartition("pages.other", 1)
    offsets = {known: OffsetAndMetadata(5, ""), unknown: OffsetAndMetadata(6, "")}
    asyncio.run(stamped(commit, {"pages.raw": "id-1"})(offsets))
    assert sent == [{known: OffsetAndMetadata(5, "id-1"), unknown: OffsetAndMetadata(6, "")}]


THEN = Identity("cluster", {"pages.raw": "1", "pages.clean": "2"})


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            Identity("cluster", {"pages.raw": "1", "pages.clean": "3"}),
            "pages.clean: deleted, or created again,",
        ),
        (Identity("cluster", {}), "pages.clean, pages.raw: deleted, or created again,"),
        (Identity("other", dict(THEN.topics)), "cluster other responds where cluster did"),
    ],
)
def test_topics_that_are_not_those_of_the_start_stop_a_worker(now: Identity, said: str) -> None:
    with pytest.raises(TopicMismatch, match=said):
        require_same(THEN, now)


def test_the_same_topics_do_not() -> None:
    require_same(THEN, THEN)
    require_same(THEN, Identity("", dict(THEN.topics)))
