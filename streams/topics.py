"""The declaration of every topic: name, stage that consumes it, partitions, retention, compaction, compression, message size.

:mod:`streams.runtime.kafka.topic_admin` creates the topics, :mod:`streams.runtime.kafka.topic_check` compares a broker with
this declaration.
"""

from __future__ import annotations

import msgspec

from streams.records import Stage
from streams.settings import Settings

RAW = "pages.raw"
CANDIDATES = "pages.candidates"
CLEAN = "pages.clean"
ENRICHED = "pages.enriched"
QUOTES = "pages.quotes"
EVENTS = "pages.events"
ENTITIES = "pages.entities"
REJECTED = "pages.rejected"
DEADLETTER = "pages.deadletter"
NAMES = (RAW, CANDIDATES, CLEAN, ENRICHED, QUOTES, EVENTS, ENTITIES, REJECTED, DEADLETTER)
STAGES = {
    RAW: Stage.CLEAN,
    CANDIDATES: Stage.DEDUP,
    CLEAN: Stage.ENRICH,
}  # consumed topic -> name of the stage that consumes it
POOL_STAGES = (Stage.CLEAN, Stage.ENRICH)  # the stages whose work is done by the process pool
CONSUMED = tuple(STAGES)

BUCKETS = "buckets"  # the table; its changelog topic is named by Faust after the app and the table
CHANGELOG = f"{BUCKETS}-changelog"  # how metrics call that topic
# A page's facts share one partition, computed with kafka.partitions: with fewer partitions it might not exist.
# Its versions lie on the same partition of pages.clean, and so does the table's entry about its facts.
FACTS = (QUOTES, EVENTS, ENTITIES)
COMPACTED = (ENRICHED, *FACTS)  # beside the changelog: the newest record of a key is the valid one
_HOUR = 3_600_000  # milliseconds


class Topic(msgspec.Struct, frozen=True):
    """One topic as declared. ``retention_ms`` is None where compaction alone decides what stays."""

    name: str
    partitions: int
    replication: int
    compacted: bool
    retention_ms: int | None
    config: dict[str, str]


def full_name(settings: Settings, name: str) -> str:
    """Return the name of a topic on the broker: ``name`` with ``kafka.topic_prefix``."""
    return settings.kafka.topic_prefix + name


def changelog_name(settings: Settings) -> str:
    """The name that Faust gives the changelog topic of the buckets table."""
    return f"{app_id(settings)}-{BUCKETS}-changelog"


def keyed(settings: Settings) -> tuple[str, str, str]:
    """Return the full names of the topics whose keys are partitioned by ``kafka.partitions``: the table's changelog and its readers' input."""
    return full_name(settings, CANDIDATES), full_name(settings, CLEAN), changelog_name(settings)


def table_hours(settings: Settings) -> int:
    """Return for how many hours the table's entries are kept: those of documents for dedup's window, those of facts as long as the facts."""
    return max(settings.dedup.window_hours, settings.kafka.output_retention_hours)


def app_id(settings: Settings) -> str:
    """Return the id of the Faust app, which is the consumer group's name. The prefix separates deployments on one broker."""
    return settings.kafka.topic_prefix + settings.kafka.group


def declared(settings: Settings) -> tuple[Topic, ...]:
    """Return the declarations of all topics, including the table's changelog."""
    kafka = settings.kafka
    raw, output = kafka.raw_retention_hours * _HOUR, kafka.output_retention_hours * _HOUR
    kept = table_hours(settings) * _HOUR

    def topic(name: str, retention_ms: int, *, compacted: bool = False, full: bool = False) -> Topic:
        config = {
            "cleanup.policy": "compact,delete" if compacted else "delete",
            "retention.ms": str(retention_ms),
            "compression.type": "producer" if kafka.compression == "none" else kafka.compression,
            "max.message.bytes": str(kafka.max_message_bytes),
        }
        return Topic(
            name if full else full_name(settings, name),
            kafka.partitions,
            kafka.replication,
            compacted,
            retention_ms,
            config,
        )

    return (
        topic(RAW, raw),
        topic(CANDIDATES, raw),
        topic(CLEAN, output),
        *(topic(name, output, compacted=True) for name in COMPACTED),
        topic(REJECTED, output),
        topic(DEADLETTER, kafka.deadletter_retention_hours * _HOUR),
        # A bucket that was not visited for a whole window has expired anyway, so its last write may go too.
        topic(changelog_name(settings), kept, compacted=True, full=True),
    )
