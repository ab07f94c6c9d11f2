"""Partition assignment that keeps the dedup table and its candidates together when somebody adds partitions.

Faust groups the topics of a consumer group by their number of partitions and assigns each group as one: partition *p* of
``pages.candidates`` and of the table's changelog so come to the same worker. With partitions added to one of the two, Faust
would assign them apart, and candidates would meet workers without their part of the table. Kafka cannot take partitions
away again, and keys are placed by the declared number (:func:`streams.runtime.delivery.at_least_once.partition_of`), so nothing of ours
is ever on the added ones: they are left out of the assignment, and everything else stays as it was.

``pages.raw`` and ``pages.clean`` are read as they are on the broker: which worker reads which of their partitions is all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faust.assignor.partition_assignor import PartitionAssignor

from streams.runtime.group import settings_agreement
from streams.runtime.kafka import topics


class Assignor(PartitionAssignor):
    """Faust's assignor, which is told of no more partitions of the keyed topics than ``kafka.partitions``."""

    @property
    def name(self) -> str:
        """The group protocol's name, which says what the workers of a group must share."""
        app: Any = self.app
        return settings_agreement.protocol_name(app.settings)

    def assign(self, cluster: Any, member_metadata: Any) -> Any:
        """Called by aiokafka in the leader of the group: each member's partitions."""
        app: Any = self.app
        declared = app.settings.kafka.partitions
        limits = dict.fromkeys(topics.keyed(app.settings), declared)
        return super().assign(_Limited(cluster, limits), member_metadata)


class _Limited:
    """Cluster metadata with fewer partitions of some topics. Faust's assignor asks for nothing but the partitions."""

    def __init__(self, cluster: Any, limits: Mapping[str, int]) -> None:
        self._cluster = cluster
        self._limits = limits

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """The partitions of a topic; None for one that is not known."""
        found: set[int] | None = self._cluster.partitions_for_topic(topic)
        limit = self._limits.get(topic)
        if found is None or limit is None:
            return found
        return {partition for partition in found if partition < limit}
