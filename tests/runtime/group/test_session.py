"""A worker knows by itself when its partitions may be another's: from when it last asked what was answered."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.group.session import GroupSession

_SESSION, _REBALANCE = 10.0, 20.0
_LIMIT = 8.0  # of ten seconds: a fifth is left for what is on its way

_SECONDS = st.integers(0, 96).map(lambda eighths: eighths / 8)  # that add up without rounding


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Told:
    """A session, its clock, and how often it said that it was lost."""

    def __init__(self) -> None:
        self.clock, self.losses = Clock(), 0
        self.session = GroupSession(_SESSION, _REBALANCE, self.clock)
        self.session.on_lost = self._lost

    def _lost(self) -> None:
        self.losses += 1

    def joined(self) -> GroupSession:
        self.session.joining()
        self.session.joined(self.clock())
        return self.session

    def passes(self, seconds: float) -> None:
        self.clock.now += seconds


def test_nothing_is_a_workers_own_before_it_has_joined() -> None:
    told = Told()
    assert not told.session.is_alive
    told.session.joining()
    assert not told.session.is_alive and not told.session.is_interrupted
    told.session.confirmed(told.clock())
    assert not told.session.is_alive
    assert told.joined().is_alive and told.losses == 0


def test_what_counts_is_when_the_heartbeat_was_sent_and_not_when_it_was_answered() -> None:
    told = Told()
    session, sent = told.joined(), told.clock()
    told.passes(7)
    session.confirmed(sent)  # its answer came seven seconds later
    told.passes(1.5)
    assert not session.is_alive and session.age() == 8.5


def test_answered_heartbeats_keep_a_session_alive() -> None:
    told = Told()
    session = told.joined()
    for _ in range(20):
        told.passes(_LIMIT - 0.1)
        assert session.is_alive
        session.confirmed(told.clock())
    assert told.losses == 0


def test_a_session_that_lapsed_stays_so_until_the_group_is_joined_anew() -> None:
    told = Told()
    session = told.joined()
    told.passes(_LIMIT)
    assert not session.is_alive and session.has_lapsed and session.is_interrupted and told.losses == 1
    session.confirmed(told.clock())
    assert not session.is_alive
    assert session.lost() and session.is_interrupted
    session.joining()
    assert session.is_interrupted  # as long as it has not joined
    session.joined(told.clock())
    assert session.is_alive and not session.is_interrupted and told.losses == 1


def test_being_told_of_it_is_being_lost_at_once() -> None:
    told = Told()
    session = told.joined()
    assert session.lost()
    assert not session.is_alive and told.losses == 1
    assert not session.lost()


def test_a_rebalance_that_the_worker_was_asked_for_is_no_loss() -> None:
    told = Told()
    session = told.joined()
    session.joining()
    told.passes(15)
    assert not session.is_alive and not session.is_interrupted and told.losses == 0
    session.joined(told.clock())
    assert session.is_alive


def test_heartbeats_in_a_rebalance_keep_it_alive_only_as_long_as_the_group_waits() -> None:
    told = Told()
    session = told.joined()
    for _ in range(15):
        told.passes(1)
        session.confirmed(told.clock(), rebalancing=True)
    assert session.is_alive
    told.passes(1)
    session.confirmed(told.clock(), rebalancing=True)
    assert not session.is_alive  # 16 of 20 seconds: the coordinator may go on without this worker soon


@given(
    st.lists(
        st.one_of(
            st.just(("joining", 0.0)),
            st.just(("joined", 0.0)),
            st.just(("lost", 0.0)),
            st.tuples(st.just("heartbeat"), _SECONDS),
            st.tuples(st.just("passes"), _SECONDS),
        ),
        max_size=30,
    )
)
def test_it_is_never_alive_when_nothing_was_sent_and_answered_within_the_limit(
    script: list[tuple[str, float]],
) -> None:
    told, last = Told(), 0.0
    for step, seconds in script:
        if step == "heartbeat":
            told.session.confirmed(told.clock() - seconds)
            last = max(last, told.clock() - seconds)
        elif step == "passes":
            told.passes(seconds)
        elif step == "joined":
            told.session.joined(told.clock())
            last = told.clock()
        else:
            getattr(told.session, step)()
        assert not (told.session.is_alive and told.clock() - last >= _LIMIT)
        assert told.session.until_lapse() <= _LIMIT


def test_of_many_threads_that_see_it_lapse_one_says_so() -> None:
    told = Told()
    session = told.joined()
    told.passes(_LIMIT)
    start = threading.Barrier(8)

    def look() -> None:
        start.wait()
        assert not session.is_alive

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.losses == 1


@pytest.mark.parametrize("seconds", [6.0, 15.0, 300.0])
def test_a_session_lapses_before_the_coordinator_gives_its_partitions_away(seconds: float) -> None:
    clock = Clock()
    session = GroupSession(seconds, 2 * seconds, clock)
    session.joined(clock())
    assert seconds * 0.75 < session.until_lapse() < seconds - 1
