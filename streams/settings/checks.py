"""Settings that are each in range and cannot work together, or are not what the broker takes: said at once, with the remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streams.errors import SettingsError

if TYPE_CHECKING:
    from streams.settings import Settings

# Of a bucket in the dedup table, in bytes at most: one document, and all else. tests/dedup/test_bucket.py holds them
# against what streams/dedup/bucket.py writes.
DOCUMENT_BYTES, OTHER_BYTES = 3_000, 200_000
_RECORD_BYTES = 1_000  # a key and Kafka's own, beside a value
_ESCAPED_BYTES = 6  # of a character in JSON: \u0000
_LONGEST_NAME = 249  # characters of a topic's name, as Kafka allows
_LONGEST_TOPIC = len("pages.deadletter")
_LONGEST_CHANGELOG = len("-doors-changelog")
_NAME = re.compile(r"[a-zA-Z0-9._-]*")
_SERVER = re.compile(r"(\[[0-9a-fA-F:.%\w]+\]|[^\s,:/\[\]]+):[0-9]{1,5}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def check_jointly(settings: Settings) -> None:
    """Raise :class:`SettingsError` for the first of the things below."""
    _check_names(settings)
    _check_sizes(settings)
    _check_cleaning(settings)
    if settings.dedup.same < settings.dedup.similarity:
        raise SettingsError(
            f"dedup.same = {settings.dedup.same} is below dedup.similarity = {settings.dedup.similarity}: every copy would "
            "count as the same text; raise the first or lower the second"
        )


def _check_names(settings: Settings) -> None:
    kafka = settings.kafka
    for server in kafka.bootstrap_servers.split(","):
        if _SERVER.fullmatch(server.strip()) is None or not 0 < int(server.rpartition(":")[2]) < 65_536:
            raise SettingsError(
                f"kafka.bootstrap_servers = {kafka.bootstrap_servers!r}: expected host:port, several separated by commas"
            )
    for name in ("group", "topic_prefix"):
        value = getattr(kafka, name)
        if _NAME.fullmatch(value) is None:
            raise SettingsError(
                f"kafka.{name} = {value!r}: it is part of topics' names, which have letters of ASCII, digits, '.', '_' and '-'"
            )
    if not kafka.group:
        raise SettingsError("kafka.group is empty: name the consumer group, such as crawlmill")
    if len(kafka.topic_prefix) + max(_LONGEST_TOPIC, len(kafka.group) + _LONGEST_CHANGELOG) > _LONGEST_NAME:
        raise SettingsError(
            f"kafka.topic_prefix and kafka.group make a topic's name of more than {_LONGEST_NAME} characters: shorten them"
        )


def _check_sizes(settings: Settings) -> None:
    """A change of the dedup table, and a rejected page's record, fit into a message; a message fits into a batch."""
    if settings.kafka.max_batch_bytes < settings.kafka.max_message_bytes:
        raise SettingsError(
            f"kafka.max_batch_bytes = {settings.kafka.max_batch_bytes} is below kafka.max_message_bytes = "
            f"{settings.kafka.max_message_bytes}: messages that the topics take would not be read; raise it"
        )
    dedup, largest = settings.dedup, settings.kafka.max_message_bytes
    if dedup.bucket_bytes > largest - _RECORD_BYTES:
        raise SettingsError(
            f"dedup.bucket_bytes = {dedup.bucket_bytes} does not fit into a message of kafka.max_message_bytes = {largest}: raise the "
            f"second to {dedup.bucket_bytes + _RECORD_BYTES}, or lower the first ({OTHER_BYTES + DOCUMENT_BYTES} at least)"
        )
    fitting = (dedup.bucket_bytes - OTHER_BYTES) // DOCUMENT_BYTES
    if dedup.bucket > fitting:
        raise SettingsError(
            f"dedup.bucket = {dedup.bucket} documents may take more than dedup.bucket_bytes = {dedup.bucket_bytes}: lower the first to "
            f"{fitting}, or raise the second to {dedup.bucket * DOCUMENT_BYTES + OTHER_BYTES}, which kafka.max_message_bytes "
            f"= {largest} must exceed by {_RECORD_BYTES}"
        )
    excerpt = settings.cleaning.excerpt_characters
    if excerpt * _ESCAPED_BYTES > largest // 2:
        raise SettingsError(
            f"cleaning.excerpt_characters = {excerpt} may not fit into a message of kafka.max_message_bytes = {largest}: lower the "
            f"first to {largest // 2 // _ESCAPED_BYTES}, or raise the second"
        )


def _check_cleaning(settings: Settings) -> None:
    cleaning, memory = settings.cleaning, settings.worker.process_memory_bytes
    if cleaning.max_bytes >= memory:
        raise SettingsError(
            f"cleaning.max_bytes = {cleaning.max_bytes}: no page of that size fits into worker.process_memory_bytes = {memory}; lower "
            "the first, or raise the second (parsing takes up to 60 times a page)"
        )
    for language in cleaning.languages:
        if _LANGUAGE.fullmatch(language) is None:
            raise SettingsError(
                f"cleaning.languages: {language!r} is no language; expected codes of ISO 639-1 in small letters, such as 'en'"
            )
