"""How records flow through the topics: rates and lag, computed from offsets that were read one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from streams import topics

STEP_SECONDS = 5.0  # between two samples
STEPS = 180  # samples kept: a quarter of an hour
_RATE_STEPS = 6  # samples over which a rate is taken
_SMOOTH_STEPS = 4  # samples over which each rate of the past is taken


class Sample(NamedTuple):
    """End offsets and committed offsets of the topics (names without prefix), each summed over partitions, at ``at`` seconds."""

    at: float
    ends: Mapping[str, int]
    committed: Mapping[str, int]


class StageLoad(NamedTuple):
    """What one stage of one worker holds."""

    messages: int
    bytes: int


class PoolLoad(NamedTuple):
    """The process pool of one worker."""

    processes: int
    idle: bool
    warm: bool


class Member(NamedTuple):
    """A worker of the consumer group: its host as the broker sees it, its web address as it says itself, its partitions of pages.raw."""

    host: str
    url: str
    partitions: int

    @property
    def link(self) -> str:
        """Its web address where it leads from here to there; empty for one of the loopback on another machine."""
        return self.url if _is_loopback(self.host) or not _is_loopback(urlsplit(self.url).hostname) else ""


def _is_loopback(host: str | None) -> bool:
    return host == "localhost" or host == "::1" or (host or "").startswith("127.")


class TopicFlow(NamedTuple):
    """One topic: records a second, records waiting for their stage (None where no stage reads it), and rates over time."""

    rate: float | None
    lag: int | None
    rates: list[float]
    lags: list[int]


class Flow(NamedTuple):
    """The flow at one time. ``stages`` and ``pool`` are known inside of a worker only. ``problem`` says why something is missing."""

    topics: Mapping[str, TopicFlow]
    read: Mapping[str, float]  # by consumed topic: messages a second that its stage finished
    stages: Mapping[str, StageLoad] = {}
    pool: PoolLoad | None = None
    members: tuple[Member, ...] = ()
    problem: str = ""

    def waiting_seconds(self, topic: str) -> float | None:
        """How long the lag of a topic lasts at the rate at which it is read; None where nothing is read or known."""
        flow, rate = self.topics.get(topic), self.read.get(topic, 0.0)
        if flow is None or flow.lag is None:
            return None
        return 0.0 if flow.lag == 0 else flow.lag / rate if rate else None


NOTHING = Flow({}, {})


class FlowHistory:
    """The last quarter of an hour of samples."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=STEPS)

    def add(self, sample: Sample) -> None:
        """Remember a sample."""
        self._samples.append(sample)

    def flow(
        self,
        stages: Mapping[str, StageLoad] | None = None,
        pool: PoolLoad | None = None,
        members: Iterable[Member] = (),
        problem: str = "",
    ) -> Flow:
        """The flow as of the latest sample, with what a worker knows besides."""
        return Flow(
            {name: self._topic(name) for name in topics.NAMES},
            {
                name: rate
                for name in topics.CONSUMED
                if (rate := self._rate(name, committed=True)) is not None
            },
            stages or {},
            pool,
            tuple(members),
            problem,
        )

    def _topic(self, name: str) -> TopicFlow:
        samples = list(self._samples)
        rates = [
            _per_second(samples[max(0, number - _SMOOTH_STEPS)], samples[number], name, committed=False)
            for number in range(1, len(samples))
        ]
        lags = [_lag(sample, name) for sample in self._samples] if name in topics.CONSUMED else []
        known = [lag for lag in lags if lag is not None]
        return TopicFlow(self._rate(name, committed=False), known[-1] if known else None, rates, known)

    def _rate(self, name: str, *, committed: bool) -> float | None:
        if len(self._samples) < 2:
            return None
        new, old = self._samples[-1], self._samples[max(0, len(self._samples) - 1 - _RATE_STEPS)]
        return _per_second(old, new, name, committed=committed)


def _per_second(old: Sample, new: Sample, name: str, *, committed: bool) -> float:
    before, now = (old.committed, new.committed) if committed else (old.ends, new.ends)
    seconds = max(1e-6, new.at - old.at)
    # A topic that was created again begins at 0.
    return max(0.0, (now.get(name, 0) - before.get(name, 0)) / seconds)


def _lag(sample: Sample, name: str) -> int | None:
    if name not in sample.ends:
        return None
    return max(0, sample.ends[name] - sample.committed.get(name, 0))
