"""The error policy: one table that says which exceptions are dead-lettered, retried, redelivered, or stop the worker.

An exception raised while a message is processed, here or in a pool process, is blamed on the message: crashing would
redeliver it and crash again, forever. Only failures of the broker, of the disk with the dedup table, and of the pool
itself stop the worker: continuing without them would lose messages.

Errors of aiokafka are named and not imported, so that the table serves ``crawlmill process`` too, which has no Kafka.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from streams.errors import (
    BadRecord,
    BrokerUnavailable,
    ClockError,
    CrawlmillError,
    ModelError,
    PageCrash,
    PageTimeout,
    PoolBroken,
    Refused,
    Revoked,
    StoreFailed,
    TopicMismatch,
)
from streams.execution.results import Failed, unexpected_failure
from streams.records import Fault


class During(enum.StrEnum):
    """The step in which the exception was raised."""

    WORK = "work"  # from receiving the message until its output is ready
    SEND = "send"  # while records and table changes are being sent to the broker


class Outcome(enum.StrEnum):
    """What happens to the message."""

    DEADLETTER = "deadletter"
    RETRY = "retry"  # once; then it is dead-lettered
    REDELIVER = "redeliver"  # do nothing: Kafka redelivers it, perhaps to another worker
    STOP = "stop"  # the worker, with the message unacknowledged


class Rule(NamedTuple):
    """The outcome for one exception class and its subclasses.

    ``error`` is the class, or its full name where it is of a library that is not imported here. ``during`` is None for a
    rule that holds in either step; ``fault`` is the dead letter's reason.
    """

    error: type[BaseException] | str
    during: During | None
    outcome: Outcome
    fault: Fault | None
    because: str

    def applies_to(self, error: BaseException, during: During) -> bool:
        """Whether this is the rule for an exception raised in this step, unless a rule before it is."""
        if self.during not in (None, during):
            return False
        if isinstance(self.error, str):
            return any(self.error == f"{each.__module__}.{each.__qualname__}" for each in type(error).__mro__)
        return isinstance(error, self.error)


# The first matching rule applies.
RULES = (
    Rule(Revoked, None, Outcome.REDELIVER, None, "the partition was revoked"),
    Rule(PoolBroken, None, Outcome.STOP, None, "no process starts, for any message"),
    Rule(ModelError, None, Outcome.STOP, None, "no model can be loaded, for any message"),
    Rule(StoreFailed, None, Outcome.STOP, None, "the disk, or a table of another release"),
    Rule(ClockError, None, Outcome.STOP, None, "every other message would get the same wrong timestamp"),
    Rule(PageTimeout, None, Outcome.RETRY, Fault.TIMEOUT, "another document of the batch may have caused it"),
    Rule(PageCrash, None, Outcome.RETRY, Fault.CRASH, "its process may have been killed for another reason"),
    Rule(BadRecord, None, Outcome.DEADLETTER, Fault.BAD_RECORD, "the message is not a page"),
    Rule("aiokafka.errors.MessageSizeTooLargeError", None, Outcome.DEADLETTER, Fault.ERROR, "a KafkaError, but about one record"),
    Rule("aiokafka.errors.RecordListTooLargeError", None, Outcome.DEADLETTER, Fault.ERROR, "the same, of a batch"),
    Rule(Refused, None, Outcome.DEADLETTER, Fault.ERROR, "the producer cannot encode a record"),
    Rule(BrokerUnavailable, None, Outcome.STOP, None, "the broker does not answer"),
    Rule(TopicMismatch, None, Outcome.STOP, None, "a topic is not as declared"),
    Rule("aiokafka.errors.KafkaError", None, Outcome.STOP, None, "an error of the broker, not of a record"),
    Rule(MemoryError, During.WORK, Outcome.DEADLETTER, Fault.CRASH, "it needs more memory than a process may use"),
    Rule(Exception, During.WORK, Outcome.DEADLETTER, Fault.ERROR, "raised by processing this message"),
    Rule(Exception, During.SEND, Outcome.STOP, None, "the broker may already have some of its records"),
)  # fmt: skip


def rule(error: BaseException, during: During) -> Rule:
    """The rule for an exception. Raises ``LookupError`` for what is not an ``Exception`` (cancellation, exit)."""
    for each in RULES:
        if each.applies_to(error, during):
            return each
    raise LookupError(f"no rule for {type(error).__name__}")


def fault_of(error: BaseException, during: During = During.WORK) -> Fault | None:
    """The dead letter's reason for an exception; None where the message is not dead-lettered."""
    fault = rule(error, during).fault
    return Fault(error.code) if fault is not None and isinstance(error, BadRecord) else fault


def blamed(error: Exception, during: During = During.WORK) -> Failed:
    """The failure to record for an exception. Re-raises the exception where it is not to be blamed on the message."""
    fault = fault_of(error, during)
    if fault is None:
        raise error
    if isinstance(error, CrawlmillError):
        return Failed(fault, type(error).__name__, str(error))
    return unexpected_failure(error)._replace(fault=fault)
