"""Typed settings: built-in defaults < a TOML file < environment < command line.

The file is ``crawlmill.toml`` in the working directory, ``config/crawlmill.toml`` below it, or what
``CRAWLMILL_CONFIG`` names. Any setting can be overridden by ``CRAWLMILL_<SECTION>_<NAME>`` (TOML syntax for
lists and tables, bare words for strings) or by ``--set section.name=value``.

Secrets are taken from the environment, from the settings file, or from a file that ``<name>_file`` names; never from the
command line, which every user of the machine can read. They are not shown again.
"""

from streams.settings.load import load, toml
from streams.settings.schema import (
    Cleaning,
    Dedup,
    Kafka,
    Log,
    Nlp,
    Section,
    Settings,
    Value,
    Worker,
    values,
    variable,
    without_secrets,
)
from streams.settings.secret import Secret

__all__ = [
    "Cleaning",
    "Dedup",
    "Kafka",
    "Log",
    "Nlp",
    "Secret",
    "Section",
    "Settings",
    "Value",
    "Worker",
    "load",
    "toml",
    "values",
    "variable",
    "without_secrets",
]
