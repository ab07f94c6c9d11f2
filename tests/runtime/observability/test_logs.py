"""Log lines: one JSON object each for machines, text without control characters for terminals."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from typing import Any

import pytest
from aiokafka.errors import TopicAuthorizationFailedError

from streams.runtime import startup_report
from streams.runtime.observability.logs import JsonFormatter, NotFaustsServices, TextFormatter, configuration
from streams.settings import Log


def _record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("streams.test").makeRecord(
        "streams.test", logging.WARNING, __file__, 1, message, arguments, None, extra=extra
    )


def _ours(message: str, **extra: object) -> logging.LogRecord:
    """A record from this package's code."""
    return logging.getLogger("streams.test").makeRecord(
        "streams.test", logging.INFO, startup_report.__file__, 1, message, (), None, extra=extra
    )


def _json(record: logging.LogRecord) -> dict[str, Any]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_json_line_has_level_logger_message_and_the_extra_fields() -> None:
    found = _json(_record("page %s\nwas late", "a", stage="clean", offset=7))
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "warning",
        "logger": "streams.test",
        "message": "page a\nwas late",
        "stage": "clean",
        "offset": 7,
    }


def test_a_field_that_is_no_json_is_written_as_its_representation() -> None:
    assert _json(_record("m", folder={1, 2}, error=ValueError("why")))["error"] == "ValueError('why')"


def test_an_exception_is_a_field_with_its_traceback() -> None:
    record = _record("failed")
    try:
        raise ValueError("why")
    except ValueError:
        record.exc_info = sys.exc_info()
    exception = _json(record)["exception"]
    assert exception.startswith("Traceback") and exception.endswith("ValueError: why")


def test_text_for_a_terminal_has_no_control_characters() -> None:
    line = TextFormatter().format(_record("page %s", "\x1b[2J\u202eevil"))
    assert "\x1b" not in line and "\u202e" not in line
    assert "WARNING" in line


def test_a_line_break_of_a_page_begins_no_line_of_its_own() -> None:
    line = TextFormatter().format(_record("page %s", "a\r\n12:00:00 ERROR forged", url="b\n12:00:00"))
    assert line.count("\n") == 0
    assert r"page a\r\n12:00:00 ERROR forged" in line


def test_a_traceback_keeps_its_lines() -> None:
    record = _record("failed")
    try:
        raise ValueError("why")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert TextFormatter().format(record).splitlines()[-1] == "ValueError: why"


def test_a_name_that_is_not_text_is_logged_all_the_same() -> None:
    found = _json(_record("cannot read %s", "\udcff.jsonl", folder={1}))
    assert (found["message"], found["folder"]) == ("cannot read \udcff.jsonl", "{1}")


def test_text_has_the_fields_behind_the_message_as_logfmt() -> None:
    line = TextFormatter().format(_ours("ready", seconds=11.50001, folder="a b", names="", said='"x"'))
    assert line.split(" ", 2)[2] == r'   ready seconds=11.5 folder="a b" names="" said="\"x\""'


def test_text_names_the_logger_of_a_library() -> None:
    assert TextFormatter().format(_record("lost")).endswith("lost logger=streams.test")


@pytest.mark.parametrize(
    ("level", "ours", "shown"),
    [
        (logging.INFO, True, True),
        (logging.INFO, False, False),  # Faust's services, with the loggers of our classes
        (logging.WARNING, False, True),
    ],
)
def test_what_libraries_report_of_themselves_is_not_shown(level: int, ours: bool, shown: bool) -> None:
    record = _ours("m") if ours else _record("m")
    record.levelno = level
    assert NotFaustsServices().filter(record) is shown


def test_what_a_library_repeats_is_shown_once_in_ten_seconds_with_the_number_left_out() -> None:
    shown = NotFaustsServices()
    found = []
    for at in range(25):
        for number, record in enumerate((_record("node %s is gone", at), _record("another"), _ours("ours"))):
            record.created = 1_000.0 + at
            if shown.filter(record):
                found.append((at, number, getattr(record, "repeated", 0)))
    assert [one for one in found if one[1] == 0] == [(0, 0, 0), (10, 0, 9), (20, 0, 9)]
    assert len([one for one in found if one[1] == 1]) == 3
    assert len([one for one in found if one[1] == 2]) == 25
    failed = _record("node %s is gone", 1)
    failed.exc_info = (ValueError, ValueError(), None)
    assert shown.filter(failed)


def test_where_a_right_is_denied_a_library_shows_no_traceback_and_of_other_failures_it_does() -> None:
    for error, shown in ((TopicAuthorizationFailedError("pages.enriched"), False), (ValueError("no"), True)):
        record = _record("Crashed reason=%r", error)
        record.exc_info = (type(error), error, None)
        assert NotFaustsServices().filter(record)
        line = json.loads(JsonFormatter().format(record))
        assert line["message"].startswith(f"Crashed reason={type(error).__name__}")
        assert ("exception" in line) is shown


def test_kinds_without_number_take_no_memory_without_bound_and_a_clock_set_back_hides_nothing() -> None:
    shown = NotFaustsServices()
    assert all(shown.filter(_record(f"lost {number}")) for number in range(5_000))
    assert len(shown._shown) <= 1_000
    record = _record("lost 4999")
    record.created -= 3_600
    assert shown.filter(record)


def test_when_debugging_everything_is_shown() -> None:
    assert configuration(Log(level="debug"))["handlers"]["stderr"]["filters"] == []
    assert configuration(Log())["handlers"]["stderr"]["filters"] == ["libraries"]


@pytest.mark.parametrize(
    ("form", "terminal", "formatter"),
    [
        ("json", True, JsonFormatter),
        ("text", False, TextFormatter),
        ("auto", True, TextFormatter),
        ("auto", False, JsonFormatter),
    ],
)
def test_the_format_follows_the_setting_and_with_auto_the_terminal(
    monkeypatch: pytest.MonkeyPatch, form: Any, terminal: bool, formatter: type[logging.Formatter]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    named = configuration(Log(format=form))["formatters"]["line"]["()"]
    assert named == f"{formatter.__module__}.{formatter.__name__}"


@pytest.mark.parametrize(
    ("level", "root", "libraries", "connections"),
    [
        ("debug", "DEBUG", "DEBUG", "INFO"),  # requests logged at DEBUG have the password
        ("info", "INFO", "WARNING", "WARNING"),
        ("error", "ERROR", "ERROR", "ERROR"),
        ("crit", "CRITICAL", "CRITICAL", "CRITICAL"),
    ],
)
def test_libraries_log_from_warnings_on_unless_debugging(
    level: Any, root: str, libraries: str, connections: str
) -> None:
    found = configuration(Log(level=level))
    assert found["root"]["level"] == root
    assert found["loggers"]["aiokafka"]["level"] == libraries
    assert found["loggers"]["aiokafka.conn"]["level"] == connections


def test_the_configuration_is_accepted_by_logging() -> None:
    found = configuration(Log(format="json"))
    logging.config.DictConfigurator(found).configure_formatter(dict(found["formatters"]["line"]))
