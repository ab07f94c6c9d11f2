"""Reads the settings. In ascending precedence: built-in defaults, a TOML file, environment variables, the command line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from streams.errors import SettingsError
from streams.settings.checks import check
from streams.settings.schema import PREFIX, Settings, variable
from streams.settings.secret import Secret

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")  # a key that TOML allows without quotation marks
# Environment variables with our prefix that are not settings.
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
    """Read the settings from all sources.

    ``overrides`` are ``section.name=value`` strings and take precedence. Raises :class:`SettingsError` that names the
    source, the setting and what was expected.
    """
    environ = os.environ if environ is None else environ
    tree: dict[str, Any] = {}
    path = path or _find(environ)
    if path is not None:
        tree = _read(path)
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in _OTHER_VARIABLES:
            section, _, key = name[len(PREFIX) :].lower().partition("_")
            _set_value(tree, section, key, value, f"environment variable {name}")
    for override in overrides:
        target, equals, value = override.partition("=")
        section, dot, key = target.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(
                f"--set {target.strip()!r}: expected section.name=value, such as kafka.partitions=4"
            )
        origin = f"--set {target.strip()}"
        if _set_value(tree, section, key, value.strip(), origin) is Secret:
            raise SettingsError(
                f"{origin}: every user of the machine can read a command line; "
                f"set {variable(section, key)} or {section}.{key}_file instead"
            )
    try:
        settings = msgspec.convert(tree, Settings, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings{f' (file {path})' if path else ''}: {error}") from error
    check(settings)
    return settings


def toml(value: Any) -> str:
    """A setting's value in TOML syntax."""
    if isinstance(value, dict):
        pairs = (
            f"{key if _BARE_KEY.fullmatch(key) else toml(key)} = {toml(item)}" for key, item in value.items()
        )
        return "{ " + ", ".join(pairs) + " }"
    # JSON's strings, numbers, booleans and lists are TOML's too, but TOML does not allow DEL in a string.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


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


def _set_value(tree: dict[str, Any], section: str, key: str, value: str, origin: str) -> Any:
    """Set a value in ``tree`` and return the setting's type. Raises :class:`SettingsError` for an unknown setting.

    Error messages leave out the value: it may be a secret under a misspelt name.
    """
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    if section not in fields:
        raise SettingsError(f"{origin}: no section {section!r}; there are {', '.join(fields)}")
    types = {field.name: field.type for field in msgspec.structs.fields(fields[section].type)}
    if key not in types:
        raise SettingsError(f"{origin}: no setting {key!r} in {section!r}; there are {', '.join(types)}")
    # Secrets are not parsed: a password may look like a TOML number or string.
    tree.setdefault(section, {})[key] = value if types[key] is Secret else _parse(value)
    return types[key]


def _parse(text: str) -> Any:
    """The TOML value of a text, or the text itself where it is none."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _decode(kind: type, value: Any) -> Any:
    """msgspec's decoding hook: builds a :class:`Secret` from a string."""
    if kind is Secret and isinstance(value, str):
        return Secret(value)
    raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
