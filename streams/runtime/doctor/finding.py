"""The result of one check."""

from __future__ import annotations

import enum

from streams.records import Record


class Verdict(enum.StrEnum):
    """How a check ended. A worker starts with all but ``wrong``."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    WRONG = "wrong"


class Finding(Record, frozen=True, kw_only=True):
    """What a check found. ``remedy``: what to type or change; empty where all is well."""

    check: str
    verdict: Verdict
    said: str
    remedy: str = ""


def ok(check: str, said: str) -> Finding:
    """All is well."""
    return Finding(check=check, verdict=Verdict.OK, said=said)


def note(check: str, said: str, remedy: str) -> Finding:
    """It works as the settings allow; ``remedy`` is what would give more."""
    return Finding(check=check, verdict=Verdict.NOTE, said=said, remedy=remedy)


def warning(check: str, said: str, remedy: str) -> Finding:
    """It works, and will hurt later."""
    return Finding(check=check, verdict=Verdict.WARNING, said=said, remedy=remedy)


def wrong(check: str, said: str, remedy: str) -> Finding:
    """A worker does not start with it."""
    return Finding(check=check, verdict=Verdict.WRONG, said=said, remedy=remedy)
