"""An unexpected exception as a result."""

from __future__ import annotations

from streams.execution.results import unexpected_failure
from streams.records import Fault


def test_an_unexpected_failure_names_the_line_that_raised_it() -> None:
    try:
        int("no number")
    except ValueError as error:
        failed = unexpected_failure(error)
    assert (failed.fault, failed.error) == (Fault.ERROR, "ValueError")
    assert "invalid literal" in failed.message and "(at test_results.py:" in failed.message


def test_exhausted_memory_is_a_crash_and_names_the_setting() -> None:
    failed = unexpected_failure(MemoryError())
    assert failed.fault == Fault.CRASH and "worker.process_memory_bytes" in failed.message


def test_an_exception_without_a_traceback_has_no_origin() -> None:
    assert unexpected_failure(KeyError("url")).message == "'url'"
