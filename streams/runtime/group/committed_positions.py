"""Checks whether a committed offset belongs to the topic as it is now.

After a broker has lost its data, or a topic was deleted and created again, offsets begin at 0 again. A worker that keeps running
commits offsets of the old topic, and a consumer that starts at one skips the new messages before it. So each commit stores the
topic's id (KIP-516) in the metadata field of OffsetCommit.
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
    """Why a committed offset must not be used; the values are labels of ``crawlmill_state_events_total``."""

    REPLACED = "topic_replaced"
    BEYOND_END = "offset_beyond_end"
    EXPIRED = "unread_expired"


class Committed(NamedTuple):
    """A group's committed offset of a partition and the id of its topic (empty if unknown)."""

    offset: int
    topic_id: str = ""


def misfit(committed: Committed, topic_id: str, start: int, end: int) -> Misfit | None:
    """Return why a committed offset does not fit a partition with offsets from ``start`` to before ``end``; None if it fits."""
    if committed.topic_id and topic_id and committed.topic_id != topic_id:
        return Misfit.REPLACED
    if committed.offset > end:
        return Misfit.BEYOND_END
    return Misfit.EXPIRED if committed.offset < start else None


# Log messages; arguments: topic, partition, committed offset, start offset.
WARNINGS = {
    Misfit.REPLACED: "%s/%d was deleted and created again since offset %d was committed: it is read from its beginning, %d",
    Misfit.BEYOND_END: "%s/%d ends before the committed offset %d: the broker has lost messages. It is read from its beginning, %d",
    Misfit.EXPIRED: "%s/%d: messages after the committed offset %d were deleted before they were read; reading begins at %d. "
    "Raise kafka.raw_retention_hours, or start workers sooner",
}


def stamped(commit: Any, topic_ids: Mapping[str, str]) -> Any:
    """Wrap aiokafka's ``commit`` so that each offset's metadata is the id of its topic."""

    async def committed(offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        await commit(
            {
                tp: OffsetAndMetadata(value.offset, topic_ids.get(tp.topic, ""))
                for tp, value in offsets.items()
            }
        )

    return committed


def require_same(then: Identity, now: Identity) -> None:
    """Raise :class:`TopicMismatch`, with the remedy, if topics were deleted or created again since ``then``."""
    replaced = sorted(name for name, topic_id in then.topics.items() if now.topics.get(name) != topic_id)
    if then.cluster and now.cluster and then.cluster != now.cluster:
        raise TopicMismatch(
            f"cluster {now.cluster} responds where {then.cluster} did: this worker stops. Start it again"
        )
    if replaced:
        raise TopicMismatch(
            f"{', '.join(replaced)}: deleted, or created again, while this worker ran: the broker has lost data or somebody deleted topics. "
            "This worker stops; when started again it creates missing topics and reads from the beginning"
        )
