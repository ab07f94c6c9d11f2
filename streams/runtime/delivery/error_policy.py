"""Whose fault an exception is: one table that says what is dead-lettered, tried again, left to another worker, or stops this one.

Whatever is raised while a message is worked on is that message's fault, and so is what a process of the pool answers:
stopping would have the same message come again, and stop the worker again, for ever. Only the broker, the disk with the
dedup table, and the pool itself are the world's: to go on without them would lose messages.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from streams.errors import (
    BadRecord,
    BrokerUnavailable,
    ClockError,
    CrawlmillError,
    PageCrash,
    PageTimeout,
    StoreFailed,
    TopicMismatch,
)
from streams.records import Fault
from streams.runtime.delivery.at_least_once import Refused, Revoked
from streams.runtime.delivery.results import Failed, unexpected_failure
from streams.runtime.pool.pool import PoolBroken


class During(enum.StrEnum):
    """What was being done with the message."""

    WORK = "work"  # from taking it up to its records, ready to be sent
    SEND = "send"  # its records and its changes of the table are on their way to the broker


class Outcome(enum.StrEnum):
    """What becomes of the message."""

    DEADLETTER = "deadletter"
    RETRY = "retry"  # once; then it is dead-lettered
    REDELIVER = "redeliver"  # nothing: it was or will be delivered again, perhaps to another worker
    STOP = "stop"  # the worker, with the message unacknowledged


class Rule(NamedTuple):
    """What an exception means. ``during`` is None where it means the same at any time; ``fault`` is the dead letter's reason."""

    error: type[BaseException]
    during: During | None
    outcome: Outcome
    fault: Fault | None
    because: str


# The first one that fits holds.
RULES = (
    Rule(Revoked, None, Outcome.REDELIVER, None, "the partition was taken away"),
    Rule(PoolBroken, None, Outcome.STOP, None, "no process can be had, by any message"),
    Rule(StoreFailed, None, Outcome.STOP, None, "the disk, or a table of another release"),
    Rule(ClockError, None, Outcome.STOP, None, "every other message would be given the same wrong time"),
    Rule(PageTimeout, None, Outcome.RETRY, Fault.TIMEOUT, "it may have been its neighbours in a batch"),
    Rule(PageCrash, None, Outcome.RETRY, Fault.CRASH, "its process may have been killed for another reason"),
    Rule(BadRecord, None, Outcome.DEADLETTER, Fault.BAD_RECORD, "it is no page"),
    Rule(MessageSizeTooLargeError, None, Outcome.DEADLETTER, Fault.ERROR, "a KafkaError, but about one record"),
    Rule(RecordListTooLargeError, None, Outcome.DEADLETTER, Fault.ERROR, "the same, of a batch"),
    Rule(Refused, None, Outcome.DEADLETTER, Fault.ERROR, "the producer cannot encode a record"),
    Rule(BrokerUnavailable, None, Outcome.STOP, None, "the broker does not answer"),
    Rule(TopicMismatch, None, Outcome.STOP, None, "a topic is not as declared"),
    Rule(KafkaError, None, Outcome.STOP, None, "what the broker says is about the broker"),
    Rule(MemoryError, During.WORK, Outcome.DEADLETTER, Fault.CRASH, "it needs more than a process may have"),
    Rule(Exception, During.WORK, Outcome.DEADLETTER, Fault.ERROR, "whatever it is, this message raised it"),
    Rule(Exception, During.SEND, Outcome.STOP, None, "its records are no longer ours alone"),
)  # fmt: skip


def rule(error: BaseException, during: During) -> Rule:
    """The rule for an exception. What is no ``Exception`` (cancellation, the end of the process) has none: ``LookupError``."""
    for each in RULES:
        if isinstance(error, each.error) and each.during in (None, during):
            return each
    raise LookupError(f"no rule for {type(error).__name__}")


def fault_of(error: BaseException, during: During = During.WORK) -> Fault | None:
    """The reason of the dead letter that an exception makes of its message; None where it makes none."""
    fault = rule(error, during).fault
    return Fault(error.code) if fault is not None and isinstance(error, BadRecord) else fault


def blamed(error: Exception, during: During = During.WORK) -> Failed:
    """The fault that an exception is. Raises it again where it is not the message's."""
    fault = fault_of(error, during)
    if fault is None:
        raise error
    if isinstance(error, CrawlmillError):
        return Failed(fault, type(error).__name__, str(error))
    return unexpected_failure(error)._replace(fault=fault)
