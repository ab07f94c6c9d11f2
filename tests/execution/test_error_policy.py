"""The table of whose fault an exception is: a test a row, and that every row is reached."""

from __future__ import annotations

import pytest
from aiokafka import errors as kafka

from streams.errors import (
    BadRecord,
    BrokerUnavailable,
    ClockError,
    ModelMissing,
    PageCrash,
    PageTimeout,
    PoolBroken,
    Refused,
    Revoked,
    StateError,
    StoreFailed,
    TopicMismatch,
)
from streams.execution.error_policy import RULES, During, Outcome, blamed, fault_of, rule
from streams.records import Fault
from streams.runtime.delivery.at_least_once import REFUSED

_WORK, _SEND = During.WORK, During.SEND
_CASES = [
    (Revoked("taken away"), _WORK, Outcome.REDELIVER, None),
    (Revoked("taken away"), _SEND, Outcome.REDELIVER, None),
    (PoolBroken("no process"), _WORK, Outcome.STOP, None),
    (ModelMissing("not installed"), _WORK, Outcome.STOP, None),
    (StoreFailed("no space left"), _WORK, Outcome.STOP, None),
    (StoreFailed("no space left"), _SEND, Outcome.STOP, None),
    (StateError("damaged"), _WORK, Outcome.STOP, None),
    (ClockError("1970"), _WORK, Outcome.STOP, None),
    (ClockError("refused"), _SEND, Outcome.STOP, None),
    (PageTimeout("20 s"), _WORK, Outcome.RETRY, Fault.TIMEOUT),
    (PageCrash("SIGSEGV"), _WORK, Outcome.RETRY, Fault.CRASH),
    (BadRecord("no page"), _WORK, Outcome.DEADLETTER, Fault.BAD_RECORD),
    (BadRecord("no gzip", "undecodable"), _WORK, Outcome.DEADLETTER, Fault.UNDECODABLE),
    (kafka.MessageSizeTooLargeError("13 MB"), _SEND, Outcome.DEADLETTER, Fault.ERROR),
    (kafka.RecordListTooLargeError("13 MB"), _SEND, Outcome.DEADLETTER, Fault.ERROR),
    (Refused("not UTF-8"), _SEND, Outcome.DEADLETTER, Fault.ERROR),
    (BrokerUnavailable("no answer"), _SEND, Outcome.STOP, None),
    (TopicMismatch("another size"), _SEND, Outcome.STOP, None),
    (kafka.NotLeaderForPartitionError(), _SEND, Outcome.STOP, None),
    (kafka.KafkaTimeoutError(), _SEND, Outcome.STOP, None),
    (kafka.ProducerFenced(), _SEND, Outcome.STOP, None),
    (MemoryError(), _WORK, Outcome.DEADLETTER, Fault.CRASH),
    (RecursionError("nested"), _WORK, Outcome.DEADLETTER, Fault.ERROR),
    (UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed"), _WORK, Outcome.DEADLETTER, Fault.ERROR),
    (OSError(28, "as a process of the pool says"), _WORK, Outcome.DEADLETTER, Fault.ERROR),
    (RuntimeError("a bug of ours"), _WORK, Outcome.DEADLETTER, Fault.ERROR),
    (OSError(28, "no space left on the disk"), _SEND, Outcome.STOP, None),
    (RuntimeError("a bug of ours"), _SEND, Outcome.STOP, None),
]  # fmt: skip


@pytest.mark.parametrize(("error", "during", "outcome", "fault"), _CASES, ids=lambda value: type(value).__name__)  # fmt: skip
def test_an_exception_means_what_its_row_says(
    error: Exception, during: During, outcome: Outcome, fault: Fault | None
) -> None:
    assert (rule(error, during).outcome, fault_of(error, during)) == (outcome, fault)


def test_every_error_that_is_only_named_exists() -> None:
    names = {row.error for row in RULES if isinstance(row.error, str)}
    assert names == {
        "aiokafka.errors." + name
        for name in ("KafkaError", "MessageSizeTooLargeError", "RecordListTooLargeError")
    }
    for name in names:
        assert issubclass(getattr(kafka, name.rpartition(".")[2]), kafka.KafkaError)


def test_every_row_has_a_test() -> None:
    assert {rule(error, during) for error, during, _, _ in _CASES} == set(RULES)


def test_a_row_has_a_reason_exactly_where_it_makes_a_dead_letter() -> None:
    for row in RULES:
        assert (row.fault is not None) == (row.outcome in (Outcome.DEADLETTER, Outcome.RETRY)), row


def test_a_record_that_the_broker_refuses_is_dead_lettered() -> None:
    for error in REFUSED:
        assert rule(error("no"), _SEND).outcome is Outcome.DEADLETTER


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), GeneratorExit()])
def test_the_end_of_the_process_is_nobody_s_fault(error: BaseException) -> None:
    with pytest.raises(LookupError):
        rule(error, _WORK)


def test_what_is_not_the_message_s_fault_is_raised_again() -> None:
    with pytest.raises(StoreFailed):
        blamed(StoreFailed("no space left"))
    assert blamed(KeyError("buckets")).fault is Fault.ERROR
