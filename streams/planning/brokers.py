"""What a load needs of Kafka: partitions, network, disk, brokers."""

from __future__ import annotations

import math

import msgspec

from streams.planning.figures import Figure, bytes_text, duration_text
from streams.planning.load import DAY, Load
from streams.planning.traffic import Flow
from streams.wording import counted, noun

_PARTITION_BYTES = 5e6  # a second: what one partition is asked to take at most; brokers do several times that
_RECOVERY_SECONDS = 900.0  # in which a worker should have read one partition's buckets from nothing
_SPREAD = 2  # partitions a worker, so that work spreads evenly when one is slow or gone
_BROKER_NETWORK_SHARE = 0.5  # of a broker's network that is used at the peak: the rest is for catching up
_BROKER_DISK_SHARE = 0.7
# Replicas of partitions a broker; Kafka's own advice from before KRaft, which takes more
# (Jun Rao, "Apache Kafka supports 200K partitions per cluster", 2018).
_BROKER_PARTITIONS = 4_000
_SHORT = ("pages.raw", "pages.candidates")
_OUTPUT = (
    "pages.clean",
    "pages.enriched",
    "pages.entities",
    "pages.quotes",
    "pages.events",
    "pages.rejected",
)


class Brokers(msgspec.Struct, frozen=True):
    """Network (bytes a second at the peak, each way), disk (bytes, all brokers) and number of brokers, with the arithmetic."""

    into: float
    out: float
    disk: float
    count: int
    lines: tuple[Figure, ...]


def partitions_for(workers: int, flows: dict[str, Flow], peak: float, recovery: float) -> tuple[int, str]:
    """The number of partitions of every topic, and which need decided it.

    ``recovery`` is how many seconds one worker needs to read the whole dedup table from its changelog.
    """
    needs = {
        f"{_SPREAD} a worker": workers * _SPREAD,
        f"{bytes_text(_PARTITION_BYTES)}/s on the wire each at the peak": math.ceil(
            max(flow.wire for flow in flows.values()) * peak / _PARTITION_BYTES
        ),
        f"buckets that a worker reads from nothing in {duration_text(_RECOVERY_SECONDS)} each": math.ceil(
            recovery / _RECOVERY_SECONDS
        ),
    }
    why, most = max(needs.items(), key=lambda need: need[1])
    step = 1 << max(0, most.bit_length() - 3)  # three figures in binary: it is chosen once, and for good
    return math.ceil(most / step) * step, f"{why}: {most:,}, rounded up"


def brokers_for(load: Load, flows: dict[str, Flow], partitions: int) -> Brokers:
    """What the brokers of a cluster must carry and store, and how many that needs."""

    def wire(*names: str) -> float:
        return sum(flows[name].wire for name in names)

    produced = wire(*flows) * load.peak
    copied = produced * (load.replication - 1)
    mill = wire("pages.raw", "pages.candidates", "pages.clean", "changelog") * load.peak
    readers = wire(*(name for name in _OUTPUT if name != "pages.clean")) * load.peak * load.readers
    short, long = wire(*_SHORT) * load.raw_days * DAY, wire(*_OUTPUT) * load.output_days * DAY
    buckets = wire("changelog") * load.table_days * DAY
    disk = (short + long + buckets) * load.replication
    into, out = produced + copied, mill + readers + copied
    replicas = partitions * len(flows) * load.replication
    needs = {
        counted(load.replication, "replica"): load.replication,
        f"{bytes_text(load.broker_network)}/s of network each, half used": math.ceil(
            max(into, out) / load.broker_network / _BROKER_NETWORK_SHARE
        ),
        f"{bytes_text(load.broker_disk)} of disk each, {_BROKER_DISK_SHARE:.0%} used": math.ceil(
            disk / load.broker_disk / _BROKER_DISK_SHARE
        ),
        f"{_BROKER_PARTITIONS:,} partitions' replicas each": math.ceil(replicas / _BROKER_PARTITIONS),
    }
    why, count = max(needs.items(), key=lambda need: need[1])
    lines = (
        Figure("broker in", f"{bytes_text(into)}/s at the peak",
             f"produced {bytes_text(produced)}/s (all topics on the wire x {load.peak:g}) + replication x {load.replication - 1} = "
             f"{bytes_text(copied)}/s"),
        Figure("broker out", f"{bytes_text(out)}/s at the peak",
             f"to the mill {bytes_text(mill)}/s (raw, candidates, clean, changelog to standbys), to {load.readers:g} {noun(load.readers, 'reader')} of what comes "
             f"out {bytes_text(readers)}/s, replication {bytes_text(copied)}/s"),
        Figure("broker disk", f"{bytes_text(disk)} in all",
             f"raw and candidates {load.raw_days:g} d {bytes_text(short)}, the rest {load.output_days:g} d {bytes_text(long)}, changelog "
             f"{load.table_days:g} d {bytes_text(buckets)}; x {load.replication}"),
        Figure("brokers", f"{count:,}",
             f"{why}: {count:,}; each {bytes_text(into / count)}/s in, {bytes_text(out / count)}/s out, {bytes_text(disk / count)}, "
             f"{replicas / count:,.0f} replicas"),
    )  # fmt: skip
    return Brokers(into, out, disk, count, lines)
