"""What stands in the way of a worker on this machine: checks that change nothing, each with what to type."""

from __future__ import annotations

from collections.abc import AsyncIterator

from streams.runtime.doctor import broker, machine
from streams.runtime.doctor.finding import Finding, Verdict
from streams.settings import Settings

__all__ = ["Finding", "Verdict", "examine"]


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each check: of this machine, then of the broker. Raises nothing that a check is about."""
    for look in machine.CHECKS:
        yield look(settings)
    async for finding in broker.findings(settings):
        yield finding
