"""This machine's clock, as far as anybody can tell that it is wrong.

Buckets forget by it, and brokers judge records by the times that it puts into them: Apache Kafka 4 refuses what is more than an hour
ahead of its own (message.timestamp.after.max.ms), and deletes at once what is older than a topic's retention.
"""

from __future__ import annotations

import time

from streams.errors import ClockError

_RELEASED = 1_767_225_600  # 1 January 2026: no clock that is right shows an earlier time to this code
REMEDY = (
    "set the clock (timedatectl, chrony, NTP), then start again; nothing was acknowledged, so nothing is lost"
)


def now() -> float:
    """Seconds since the epoch. Raises :class:`ClockError` for a time before this was written."""
    seconds = time.time()
    if seconds < _RELEASED:
        raise ClockError(f"this machine's clock says {_shown(seconds)}, which has passed long ago: {REMEDY}")
    return seconds


def refused() -> ClockError:
    """What is wrong when the broker refuses the time of a record of ours, which is this machine's."""
    return ClockError(
        f"this machine's clock says {_shown(time.time())}, and the broker refuses records of that time (InvalidTimestamp): "
        f"the clock here or at the broker is wrong. Compare them; {REMEDY}"
    )


def _shown(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
