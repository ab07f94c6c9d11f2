"""Partition assignment that keeps the dedup table and its candidates co-partitioned when partitions are added.

Overrides ``PartitionAssignor``. Faust groups the topics of a consumer group by their number of partitions and assigns each group as one: partition *p* of
``pages.candidates`` and of the table's changelog are thus assigned to the same worker. If partitions were added to one of the two, Faust
would assign them independently, and workers would receive candidates without the matching partition of the table. Kafka cannot take partitions
away again, and keys are placed by the declared number (:func:`streams.runtime.delivery.at_least_once.partition_of`), so the added
partitions never hold records of ours: they are excluded from the assignment, and the rest is unchanged.

Versions of a page and the table's entry about its facts share a partition, too, so ``pages.clean`` is treated like them. All partitions of
``pages.raw`` are assigned, since any worker can process them.

Upstream patch: group topics for co-partitioning by declared, not actual, partition counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faust.assignor.partition_assignor import PartitionAssignor

from streams import topics
from streams.runtime.faust_overrides.interfaces import worker
from streams.runtime.group import settings_agreement


class Assignor(PartitionAssignor):
    """Faust's assignor, limited to ``kafka.partitions`` partitions of the topics that are partitioned by key."""

    @property
    def name(self) -> str:
        """The group protocol's name, which contains the settings that all workers of a group must share."""
        app = worker(self.app)
        return settings_agreement.protocol_name(app.settings)

    def assign(self, cluster: Any, member_metadata: Any) -> Any:
        """Return each member's partitions. Called by aiokafka in the group's leader."""
        app = worker(self.app)
        declared = app.settings.kafka.partitions
        limits = dict.fromkeys(topics.keyed(app.settings), declared)
        return super().assign(_Limited(cluster, limits), member_metadata)


class _Limited:
    """Cluster metadata with a limit on some topics' partitions. Faust's assignor calls no other method."""

    def __init__(self, cluster: Any, limits: Mapping[str, int]) -> None:
        self._cluster = cluster
        self._limits = limits

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """Return the partitions of a topic; None for an unknown topic."""
        found: set[int] | None = self._cluster.partitions_for_topic(topic)
        limit = self._limits.get(topic)
        if found is None or limit is None:
            return found
        return {partition for partition in found if partition < limit}
