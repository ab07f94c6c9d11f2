"""Typed settings. In ascending precedence: built-in defaults, a TOML file, environment variables, the command line.

The file is the one named by ``--config`` or ``CRAWLMILL_CONFIG``, else ``crawlmill.toml`` in the working directory or
``config/crawlmill.toml`` below it. Any setting can be overridden by ``CRAWLMILL_<SECTION>_<NAME>`` (a TOML value, or a bare
string) or by ``--set section.name=value``.

Secrets come from the environment, the settings file, or a file named by ``<name>_file``; never from the command line, which every
user of the machine can read. They are never printed.
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
    Traces,
    Value,
    Worker,
    clear_environment,
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
    "Traces",
    "Value",
    "Worker",
    "clear_environment",
    "load",
    "toml",
    "values",
    "variable",
    "without_secrets",
]
