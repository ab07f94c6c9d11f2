"""Validates settings beyond their types: ranges, combinations, sizes that Kafka accepts, security."""

from __future__ import annotations

import re

from streams.errors import SettingsError
from streams.settings.schema import Kafka, Settings, values, variable
from streams.settings.secret import Secret

# Upper bounds of what a bucket of the dedup table takes for each document and for everything else, bytes.
# tests/dedup/test_bucket.py verifies them against what streams/dedup/bucket.py writes.
DOCUMENT_BYTES, OTHER_BYTES = 3_000, 200_000
_RECORD_BYTES = 1_000  # of a Kafka record beside its value: key, headers, framing
_ESCAPED_BYTES = 6  # of a character escaped in JSON: \u0000
_LONGEST_NAME = 249  # characters of a topic's name that Kafka allows
_LONGEST_TOPIC = len("pages.deadletter")
_LONGEST_CHANGELOG = len("-buckets-changelog")
_NAME = re.compile(r"[a-zA-Z0-9._-]*")
_SERVER = re.compile(r"(\[[0-9a-fA-F:.%\w]+\]|[^\s,:/\[\]]+):[0-9]{1,5}")
# Without user name and password, which logs and `crawlmill settings` would show, and without a query.
_COLLECTOR = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[^\s,:/?#@\[\]]+)(?::([0-9]{1,5}))?(/[^\s?#]*)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


# Lowest and highest accepted value of every number, by section and name.
_RANGES: dict[tuple[str, str], tuple[float, float]] = {
    ("kafka", "partitions"): (1, 10_000),
    ("kafka", "replication"): (1, 32),
    ("kafka", "max_message_bytes"): (100_000, 1_000_000_000),
    ("kafka", "raw_retention_hours"): (1, 1_000_000),
    ("kafka", "output_retention_hours"): (1, 1_000_000),
    ("kafka", "deadletter_retention_hours"): (1, 1_000_000),
    ("kafka", "max_batch_bytes"): (1_000_000, 1 << 31),
    ("kafka", "session_timeout_seconds"): (6, 300),
    ("kafka", "delivery_seconds"): (1, 86_400),
    ("kafka", "transaction_seconds"): (0.1, 30),
    ("worker", "processes"): (0, 1_024),
    ("worker", "web_port"): (0, 65_535),
    ("worker", "metrics_sites"): (0, 1_000),
    ("worker", "clean_timeout_seconds"): (0.1, 3_600),
    ("worker", "enrich_timeout_seconds"): (0.1, 3_600),
    ("worker", "wall_factor"): (1, 1_000),
    ("worker", "stop_seconds"): (1, 3_600),
    ("worker", "clean_in_flight"): (1, 100_000),
    ("worker", "enrich_batch"): (1, 10_000),
    ("worker", "inspector_bytes"): (1_000_000, 1 << 40),
    ("worker", "store_bytes"): (1_000_000, 1 << 40),
    ("worker", "buffer_bytes"): (1_000_000, 1 << 40),
    ("worker", "recycle_after"): (0, 1 << 40),
    ("worker", "process_memory_bytes"): (100_000_000, 1 << 50),
    ("cleaning", "excerpt_characters"): (0, 100_000_000),
    ("cleaning", "max_bytes"): (1_000, 1 << 32),
    ("cleaning", "min_characters"): (0, 1_000_000),
    ("cleaning", "min_whole_characters"): (0, 1_000_000),
    ("dedup", "similarity"): (0.1, 1.0),
    ("dedup", "same"): (0.1, 1.0),
    ("dedup", "window_hours"): (1, 1_000_000),
    ("dedup", "bucket_documents"): (1, 10_000),
    ("dedup", "bucket_bytes"): (OTHER_BYTES + DOCUMENT_BYTES, 1_000_000_000),
    ("dedup", "template_pages"): (0, 8),
    ("nlp", "keywords"): (0, 1_000),
    ("nlp", "event_probability"): (0, 1),
    ("nlp", "max_characters"): (1_000, 100_000_000),
    ("traces", "sample_ratio"): (0, 1),
}


def check(settings: Settings) -> None:
    """Check ranges, combinations, secrets and security. Raises :class:`SettingsError` for the first fault."""
    for (section, name), (low, high) in _RANGES.items():
        value = getattr(getattr(settings, section), name)
        if not low <= value <= high:
            raise SettingsError(f"{section}.{name} = {value}: expected a value from {low} to {high}")
    _check_jointly(settings)
    _check_secrets(settings)
    _check_security(settings.kafka)


def _check_jointly(settings: Settings) -> None:
    """Check combinations of settings that are each in range."""
    _check_names(settings)
    _check_sizes(settings)
    _check_cleaning(settings)
    _check_traces(settings)
    if settings.dedup.same < settings.dedup.similarity:
        raise SettingsError(
            f"dedup.same = {settings.dedup.same} is below dedup.similarity = {settings.dedup.similarity}: every copy would "
            "count as the same text; raise the first or lower the second"
        )


def _check_names(settings: Settings) -> None:
    """Check the addresses of the brokers and that topics' names are legal in Kafka."""
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
    """Check that a message fits into a batch, and that a bucket of the dedup table and a rejection fit into a message."""
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
    if dedup.bucket_documents > fitting:
        raise SettingsError(
            f"dedup.bucket_documents = {dedup.bucket_documents} documents may take more than dedup.bucket_bytes = {dedup.bucket_bytes}: lower the first to "
            f"{fitting}, or raise the second to {dedup.bucket_documents * DOCUMENT_BYTES + OTHER_BYTES}, which kafka.max_message_bytes "
            f"= {largest} must exceed by {_RECORD_BYTES}"
        )
    excerpt = settings.cleaning.excerpt_characters
    if excerpt * _ESCAPED_BYTES > largest // 2:
        raise SettingsError(
            f"cleaning.excerpt_characters = {excerpt} may not fit into a message of kafka.max_message_bytes = {largest}: lower the "
            f"first to {largest // 2 // _ESCAPED_BYTES}, or raise the second"
        )


def _check_cleaning(settings: Settings) -> None:
    """Check that a page of the largest size fits into a process's memory, and that languages are ISO 639 codes."""
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


def _check_traces(settings: Settings) -> None:
    """Check the address of the collector."""
    endpoint = settings.traces.endpoint
    if not endpoint:
        return
    found = _COLLECTOR.fullmatch(endpoint)
    if found is not None and found[2] and not 1 <= int(found[2]) <= 65_535:
        raise SettingsError(f"traces.endpoint: port {found[2]}: expected one from 1 to 65535")
    if found is None:
        raise SettingsError(
            "traces.endpoint: expected the base address of an OTLP collector over HTTP, such as http://collector:4318; "
            "credentials belong into OTEL_EXPORTER_OTLP_HEADERS"
        )


def _check_secrets(settings: Settings) -> None:
    """Check that no secret is set both directly and through its file."""
    for setting in values(settings):
        section, name, value = setting
        if isinstance(value, Secret) and value and getattr(getattr(settings, section), f"{name}_file"):
            raise SettingsError(
                f"{section}.{name} (or {setting.variable}) and {section}.{name}_file: set one of them"
            )


def _check_security(kafka: Kafka) -> None:
    """Check that every security setting that is set is in use, and that all needed ones are set.

    An unused one would suggest a protection that is off.
    """
    sasl, tls = "sasl" in kafka.security, "ssl" in kafka.security
    for name in ("sasl_username", "sasl_password", "sasl_password_file"):
        if getattr(kafka, name) and not sasl:
            raise SettingsError(
                f"kafka.{name} is set, but kafka.security = {kafka.security} does not use it: set sasl_ssl"
            )
    for name in ("ssl_ca_file", "ssl_cert_file", "ssl_key_file", "ssl_key_password", "ssl_key_password_file"):
        if getattr(kafka, name) and not tls:
            better = "sasl_ssl" if sasl else "ssl"
            raise SettingsError(
                f"kafka.{name} is set, but kafka.security = {kafka.security} does not use it: set {better}"
            )
    if sasl and not kafka.sasl_username:
        raise SettingsError(f"kafka.security = {kafka.security}: kafka.sasl_username is missing")
    if sasl and not (kafka.sasl_password or kafka.sasl_password_file):
        raise SettingsError(
            f"kafka.security = {kafka.security}: the password is missing; set {variable('kafka', 'sasl_password')} "
            "or kafka.sasl_password_file"
        )
    if kafka.ssl_key_file and not kafka.ssl_cert_file:
        raise SettingsError("kafka.ssl_key_file is set, but kafka.ssl_cert_file is missing")
