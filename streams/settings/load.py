"""Reads the settings. In ascending precedence: built-in defaults, a TOML file, environment variables, the command line."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from streams.errors import SettingsError
from streams.settings.checks import check
from streams.settings.schema import PREFIX, Settings, variable
from streams.settings.secret import Secret

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")  # a key that TOML allows without quotation marks
_AT = re.compile(r"at `\$\.(\w+)(?:\.(\w+))?")  # where msgspec found a wrong value
_NAMED = re.compile(r"(\w+)\.(\w+)")  # the setting that a message of check begins with
_WRONG_TYPE = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")  # in the words of msgspec, as what follows
_WRONG_VALUE = re.compile(r"Invalid enum value (.*)(?= - at )", re.DOTALL)
_TYPES = {
    "int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "array": "a list", "object": "a table",
}  # fmt: skip
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
# Environment variables with our prefix that are not settings.
_OTHER_VARIABLES = {
    "CRAWLMILL_CONFIG",
    "CRAWLMILL_TEST_KAFKA",
    "CRAWLMILL_REQUIRE_KAFKA",
    "CRAWLMILL_REQUIRE_PROMETHEUS",
    "CRAWLMILL_REQUIRE_KCAT",
    "CRAWLMILL_REQUIRE_CHROMIUM",
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
    origins: dict[tuple[str, str], str] = {}  # of values that are not the file's
    path = path or _find(environ)
    if path is not None:
        tree = _read(path)
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in _OTHER_VARIABLES:
            section, _, key = name[len(PREFIX) :].lower().partition("_")
            origins[section, key] = f"environment variable {name}"
            _set_value(tree, section, key, value, origins[section, key])
    for override in overrides:
        target, equals, value = override.partition("=")
        section, dot, key = target.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(
                f"--set {target.strip()!r}: expected section.name=value, such as kafka.partitions=4"
            )
        origin = origins[section, key] = f"--set {target.strip()}"
        if _set_value(tree, section, key, value.strip(), origin) is Secret:
            raise SettingsError(
                f"{origin}: every user of the machine can read a command line; "
                f"set {variable(section, key)} or {section}.{key}_file instead"
            )
    try:
        settings = msgspec.convert(tree, Settings, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(_said(str(error), origins, path)) from error
    try:
        check(settings)
    except SettingsError as error:
        named = _NAMED.match(str(error))
        source = origins.get((named[1], named[2])) if named else None
        raise SettingsError(f"{source}: {error}" if source else str(error)) from error
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
            f"settings file {path}: {error.strerror}; name another by --config or in CRAWLMILL_CONFIG"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path}: not valid TOML: {error}") from error


def _set_value(tree: dict[str, Any], section: str, key: str, value: str, origin: str) -> Any:
    """Set a value in ``tree`` and return the setting's type. Raises :class:`SettingsError` for an unknown setting.

    Error messages leave out the value: it may be a secret under a misspelt name.
    """
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    if section not in fields:
        raise SettingsError(f"{origin}: no section {section!r}; {_meant(section, fields)}")
    types = {field.name: field.type for field in msgspec.structs.fields(fields[section].type)}
    if key not in types:
        raise SettingsError(f"{origin}: no setting {key!r} in {section!r}; {_meant(key, types)}")
    table = tree.setdefault(section, {})
    # Something else than a table is the file's mistake: conversion reports it, with the file's name.
    if isinstance(table, dict):
        # Secrets are not parsed: a password may look like a TOML number or string.
        table[key] = value if types[key] is Secret else _parse(value)
    return types[key]


def _said(error: str, origins: Mapping[tuple[str, str], str], path: Path | None) -> str:
    """The message for a value of a wrong type: where it was set, what was expected, what may have been meant."""
    found = _AT.search(error)
    section, key = (found[1], found[2] or "") if found else ("", "")
    file = f"settings (file {path})" if path else "settings"
    said = f"{origins.get((section, key), file)}: {_in_words(error, '.'.join(filter(None, (section, key))))}"
    fields = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    if (unknown := _UNKNOWN.search(error)) is not None:
        names = (
            fields
            if section not in fields
            else [field.name for field in msgspec.structs.fields(fields[section])]
        )
        return f"{said}; {_meant(unknown[1], names)}"
    types = (
        {}
        if section not in fields
        else {field.name: field.type for field in msgspec.structs.fields(fields[section])}
    )
    allowed = get_args(types.get(key)) if get_origin(types.get(key)) is Literal else ()
    return f"{said}; allowed are {', '.join(allowed)}" if allowed else said


def _in_words(error: str, setting: str) -> str:
    """What msgspec says of a value, in the words of the documentation."""
    if (wrong := _WRONG_TYPE.search(error)) is not None and setting:
        wanted, given = (_TYPES.get(kind, kind) for kind in wrong.groups())
        return f"{setting}: expected {wanted}, not {given}"
    if (value := _WRONG_VALUE.search(error)) is not None:
        return f"{setting}: {value[1]} is none of its values"
    return error


def _meant(name: str, known: Iterable[str]) -> str:
    """What a misspelt name may mean, or else all that there are."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"


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
