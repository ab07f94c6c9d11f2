"""Detects a wrong system clock: from the release date of this code, and from what brokers refuse.

Dedup expires its entries by this clock, and brokers check the timestamps of records: Apache Kafka 4 refuses those more than an hour
in the future (message.timestamp.after.max.ms) and deletes at once those older than the topic's retention.
"""

from __future__ import annotations

import time

from streams.errors import ClockError

_RELEASED = 1_767_225_600  # 1 January 2026, before which this code did not exist
REMEDY = (
    "set the clock (timedatectl, chrony, NTP), then start again; nothing was acknowledged, so nothing is lost"
)


def now() -> float:
    """Return the seconds since the epoch. Raises :class:`ClockError` for a time before this code existed."""
    seconds = time.time()
    if seconds < _RELEASED:
        raise ClockError(
            f"this machine's clock says {_shown(seconds)}, which is before this version was released: {REMEDY}"
        )
    return seconds


def refused() -> ClockError:
    """Return the error for a record that the broker refused for its timestamp, which is this machine's time."""
    return ClockError(
        f"this machine's clock says {_shown(time.time())}, and the broker refuses records of that time (InvalidTimestamp): "
        f"the clock here or at the broker is wrong. Compare them; {REMEDY}"
    )


def _shown(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
