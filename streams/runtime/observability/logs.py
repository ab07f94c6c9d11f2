"""Log formats: JSON Lines when stderr is not a terminal, else a line of text with fields as ``key=value``.

One event a line. What Faust reports of its own services at INFO is shown at level debug only.
"""

from __future__ import annotations

import datetime
import json
import logging
import math
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from streams.runtime.observability.terminal import harmless
from streams.settings import Log

_OURS = str(Path(__file__).parents[2])  # the package: whatever logger its code uses
_PLAIN = re.compile(r"[^\s\"=]+")  # values that need no quotation marks
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LEVELS = {"crit": "CRITICAL", "error": "ERROR", "warn": "WARNING", "info": "INFO", "debug": "DEBUG"}
_REPEAT_SECONDS = 10.0  # between two lines of one kind of a library
_MOST_KINDS = 1_000  # remembered: a library may put anything into its texts
_QUIET = (
    "aiokafka",
    "kafka",
    "htmldate",
    "trafilatura",
    "faust.transport.drivers.aiokafka",
    "asyncio",
    "charset_normalizer",
)


class JsonFormatter(logging.Formatter):
    """Formats a log record as one JSON object: time, level, logger, message, ``extra`` fields, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(_fields(record))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        try:
            return msgspec.json.encode(line, enc_hook=repr).decode()
        except UnicodeEncodeError:
            # Lone surrogates, as in names of files that are not UTF-8, are no JSON.
            return json.dumps(line, default=repr)


class TextFormatter(logging.Formatter):
    """Formats a log record as text for a terminal: time, level, message, ``extra`` fields as ``key=value``."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the first line; the logger is named where it is not ours.

        Line breaks in the message are written as ``\\n``: what follows one from a page would look like an event of its own.
        """
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        line = super().formatMessage(record)
        if not _is_ours(record):
            line += f" logger={record.name}"
        return line + "".join(f" {name}={_quoted(value)}" for name, value in _fields(record).items())

    def format(self, record: logging.LogRecord) -> str:
        """Return the text without control characters, since names and URLs in it may come from a page."""
        return harmless(super().format(record))


class NotFaustsServices(logging.Filter):
    """Drops what libraries report at INFO and below: Faust logs a line or a table whenever one of its 20 services starts or stops.

    Of what they report above, each kind is shown once in ten seconds, with the number of those that were not: while no broker
    answers aiokafka writes a hundred lines a second. Where the broker denies a right there is no traceback either: no code is at
    fault, and the worker's last line says what to grant.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[
            tuple[str, str], tuple[float, int]
        ] = {}  # by logger and text: when, and how many not since

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is shown."""
        if _is_ours(record):
            return True
        if record.exc_info and _denied(record.exc_info[1]):
            record.exc_info = record.exc_text = None
        return record.levelno >= logging.WARNING and (bool(record.exc_info) or self._is_due(record))

    def _is_due(self, record: logging.LogRecord) -> bool:
        key = record.name, str(record.msg)
        at, hidden = self._shown.get(key, (-math.inf, 0))
        if record.created - at < _REPEAT_SECONDS and record.created >= at:
            self._shown[key] = at, hidden + 1
            return False
        if len(self._shown) >= _MOST_KINDS:
            self._shown.clear()
        self._shown[key] = record.created, 0
        if hidden:
            record.repeated = hidden
        return True


def _denied(error: BaseException | None) -> bool:
    # Commands that need no broker log, too, and do not wait until a Kafka client is imported.
    from streams.runtime.kafka.clients import FORBIDDEN

    return isinstance(error, FORBIDDEN)


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether the record is from this package's code; Faust logs with the loggers of our classes that inherit from its own."""
    return record.pathname.startswith(_OURS)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD and name[0] != "_"}


def _quoted(value: object) -> str:
    """A field's value in logfmt: quoted where it has blanks, quotation marks or ``=``, or is empty."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if _PLAIN.fullmatch(text) else msgspec.json.encode(text).decode()


def configuration(log: Log) -> dict[str, Any]:
    """Return a ``logging.config`` dictionary for these settings; Faust's worker and all commands use it."""
    as_json = log.format == "json" or (log.format == "auto" and not sys.stderr.isatty())
    level = _LEVELS[log.level]
    # Libraries log at WARNING and above, except when debugging.
    filters = [] if level == "DEBUG" else ["libraries"]
    quiet = level if level == "DEBUG" else max(level, "WARNING", key=logging.getLevelName)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "streams.runtime.observability.logs.JsonFormatter"
                if as_json
                else "streams.runtime.observability.logs.TextFormatter"
            }
        },
        "filters": {"libraries": {"()": "streams.runtime.observability.logs.NotFaustsServices"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "line",
                "filters": filters,
            }
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            **{name: {"level": quiet} for name in _QUIET},
            # At DEBUG it logs whole requests, among them the SASL password.
            "aiokafka.conn": {"level": max(quiet, "INFO", key=logging.getLevelName)},
        },
    }
