"""Log formats: JSON Lines when stderr is not a terminal, else text."""

from __future__ import annotations

import datetime
import logging
import sys
from typing import Any

import msgspec

from streams.runtime.observability.terminal import harmless
from streams.settings import Log

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LEVELS = {"crit": "CRITICAL", "error": "ERROR", "warn": "WARNING", "info": "INFO", "debug": "DEBUG"}
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
        line.update(
            {name: value for name, value in vars(record).items() if name not in _STANDARD and name[0] != "_"}
        )
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=repr).decode()


class TextFormatter(logging.Formatter):
    """Formats a log record as text for a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the text without control characters, since names and URLs in it may come from a page."""
        return harmless(super().format(record))


def configuration(log: Log) -> dict[str, Any]:
    """Return a ``logging.config`` dictionary for these settings; Faust's worker and all commands use it."""
    json = log.format == "json" or (log.format == "auto" and not sys.stderr.isatty())
    level = _LEVELS[log.level]
    # Libraries log at WARNING and above, except when debugging.
    quiet = level if level == "DEBUG" else max(level, "WARNING", key=logging.getLevelName)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "streams.runtime.observability.logs.JsonFormatter"
                if json
                else "streams.runtime.observability.logs.TextFormatter"
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"}
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            **{name: {"level": quiet} for name in _QUIET},
            # At DEBUG it logs whole requests, among them the SASL password.
            "aiokafka.conn": {"level": max(quiet, "INFO", key=logging.getLevelName)},
        },
    }
