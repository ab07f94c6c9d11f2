"""What a page costs in CPU time, by what becomes of it, and how many workers a load needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import msgspec

from streams.planning.load import DAY, Kind, Load, Rates


class Cost(msgspec.Struct, frozen=True):
    """CPU milliseconds of one page: in the worker's pool processes (``pool``) and in its own process (``shell``)."""

    pool: float
    shell: float

    @property
    def all(self) -> float:
        """The sum of both."""
        return self.pool + self.shell


def cost(kind: Kind, load: Load, rates: Rates, workers: int = 1) -> Cost:
    """The CPU time of one page that becomes ``kind``, in a group of ``workers``."""
    clean = rates.clean_ms + rates.clean_ms_per_kb * load.page_bytes / 1_000
    pool = clean * (rates.reject_share if kind == "error" else 1.0)
    if kind == "enriched":
        pool += load.words * rates.enrich_ms_per_word
    return Cost(pool, rates.page_ms + rates.record_ms * records_of(kind, load, rates, workers))


def mean_cost(load: Load, rates: Rates, shares: Mapping[Kind, float], workers: int) -> Cost:
    """The mean over what becomes of pages; ``shares`` add up to 1."""
    costs = [(share, cost(kind, load, rates, workers)) for kind, share in shares.items()]
    return Cost(
        sum(share * each.pool for share, each in costs), sum(share * each.shell for share, each in costs)
    )


def workers_for(load: Load, rates: Rates, shares: Mapping[Kind, float]) -> int:
    """The smallest number of workers that suffices, by iteration: with more workers a page is sent between them more often."""
    top, workers = load.pages_per_day / DAY * load.peak, 1
    while True:
        each = mean_cost(load, rates, shares, workers)
        cores, loops = (top * ms / 1_000 / load.utilisation for ms in (each.all, each.shell))
        needed = max(1, math.ceil(cores / load.cores_per_worker), math.ceil(loops))
        if needed <= workers:
            return workers
        workers = needed


def remote_share(workers: int) -> float:
    """The share of bucket lookups for which a page must be sent to another worker.

    Each worker has a bucket with the same probability. This holds at least once; with ``exactly_once`` a page is sent from
    partition to partition (:mod:`streams.runtime.delivery.exactly_once`).
    """
    return 1 - 1 / workers


def records_of(kind: Kind, load: Load, rates: Rates, workers: int) -> float:
    """Kafka records that workers consume or produce for one page: a bucket lookup writes one to the changelog, and so does what a
    document's facts are; sending a page on costs one produced and one consumed."""
    a_lookup = 1 + 2 * remote_share(workers)
    match kind:
        case "enriched":
            return 1 + rates.lookups * a_lookup + 2 + 1 + 1 + load.words * rates.facts_per_word
        case "duplicate":
            return 1 + (2 * rates.copy_lookups - 1) * a_lookup + 1
        case "error":
            return 1 + 1


def simulate(pages: int, share: Callable[[int], Kind], load: Load, rates: Rates, processes: int) -> float:
    """Seconds that ``processes`` need for a backlog of ``pages``: the process that is free first gets the next page.

    ``share(n)`` says what page *n* becomes. The worker's own process is one more user of the cores, so its work is spread
    over them. It shows what the averages of :func:`~streams.planning.plan.plan` hide: idle processes at the end of the backlog.
    """
    free = [0.0] * max(1, processes)
    for number in range(pages):
        first = min(range(len(free)), key=free.__getitem__)
        free[first] += cost(share(number), load, rates).all / 1_000
    return max(free)
