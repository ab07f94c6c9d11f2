"""Committed offsets, and whether they are of the topics as they are now.

A broker that has lost its data, or a topic that was made anew, begins at offset 0 again. A worker that was running goes on to
commit what it finishes of the old topic, and whoever starts behind such an offset never reads what is before it. Therefore each
commit says of which topic it is: by the topic's id, in the field that Kafka keeps beside an offset (metadata).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.structs import OffsetAndMetadata

from streams.errors import TopicMismatch
from streams.runtime.group.cluster_identity import Identity


class Misfit(StrEnum):
    """Why a committed offset is not where to start; the values are labels of ``crawlmill_state_events_total``."""

    REPLACED = "topic_replaced"
    BEYOND_END = "offset_beyond_end"
    EXPIRED = "unread_expired"


class Committed(NamedTuple):
    """What the group has committed for a partition: an offset, and the id of the topic that it is of (empty: unknown)."""

    offset: int
    topic_id: str = ""


def misfit(committed: Committed, topic_id: str, start: int, end: int) -> Misfit | None:
    """What is wrong with a committed offset for a partition from ``start`` to ``end``; None where nothing is."""
    if committed.topic_id and topic_id and committed.topic_id != topic_id:
        return Misfit.REPLACED
    if committed.offset > end:
        return Misfit.BEYOND_END
    return Misfit.EXPIRED if committed.offset < start else None


SAID = {
    Misfit.REPLACED: "%s/%d was made anew since offset %d was committed: it is read from its beginning, %d",
    Misfit.BEYOND_END: "%s/%d ends before the committed offset %d: the broker has lost messages. It is read from its beginning, %d",
    Misfit.EXPIRED: "%s/%d: what was behind the committed offset %d has been deleted before it was read; reading begins at %d. "
    "Raise kafka.raw_retention_hours, or start workers sooner",
}


def stamped(commit: Any, topic_ids: Mapping[str, str]) -> Any:
    """aiokafka's ``commit``, with the id of each offset's topic beside the offset."""

    async def committed(offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        await commit(
            {
                tp: OffsetAndMetadata(value.offset, topic_ids.get(tp.topic, ""))
                for tp, value in offsets.items()
            }
        )

    return committed


def require_same(then: Identity, now: Identity) -> None:
    """Raise :class:`TopicMismatch` where topics were made anew since ``then``, with what to do.

    A topic that is missing counts: what was in it is gone, and whoever makes it makes it anew.
    """
    anew = sorted(name for name, topic_id in then.topics.items() if now.topics.get(name) != topic_id)
    if then.cluster and now.cluster and then.cluster != now.cluster:
        raise TopicMismatch(
            f"cluster {now.cluster} answers where {then.cluster} did: this worker stops. Start it again"
        )
    if anew:
        raise TopicMismatch(
            f"{', '.join(anew)}: made anew, or gone, while this worker ran, so the broker has lost data or somebody deleted topics. "
            "This worker stops; started again, it makes what is missing and reads from the beginning"
        )
