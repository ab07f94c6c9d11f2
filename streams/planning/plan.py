"""Capacity planning: cores, workers, partitions, brokers and state that a load needs, with the arithmetic.

Every figure is a product of rates that were measured (``crawlmill plan --measure``, the benchmarks) or given. What the
arithmetic leaves out is in :data:`NOTES`. Units: seconds, bytes, kB = 1,000 bytes; a day has 86,400 seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from streams.errors import SettingsError

Kind = Literal["enriched", "duplicate", "error"]

_DAY = 86_400.0
_PARTITION_BYTES = 5e6  # a second: what one partition is asked to take at most; brokers do several times that
_RECOVERY_SECONDS = 900.0  # in which a worker should have read one partition's buckets from nothing
_SPREAD = 2  # partitions a worker, so that work spreads evenly when one is slow or gone
_STANDBYS = 1  # of each bucket on another worker, once there are two: Faust's table_standby_replicas
_BROKER_NETWORK_SHARE = 0.5  # of a broker's network that is used at the peak: the rest is for catching up
_BROKER_DISK_SHARE = 0.7
# Replicas of partitions a broker; Kafka's own advice from before KRaft, which takes more
# (Jun Rao, "Apache Kafka supports 200K partitions per cluster", 2018).
_BROKER_PARTITIONS = 4_000
_COMPACTING = 1.1  # RocksDB's disk over its content: what it has not dropped yet (docs/dedup.md)


class Rates(msgspec.Struct, frozen=True):
    """What one page costs and becomes. Where no other command is named, ``crawlmill plan --measure --pages FILE`` with
    262 real article pages of 265 kB gave the defaults (the mean of two runs), on the machine named in docs/performance.md."""

    clean_ms: float = 6.2  # CPU of cleaning a page, whatever its size
    clean_ms_per_kb: float = 0.148  # and for each kB of its body
    reject_share: float = 0.5  # of that, for a page that is rejected: it is not extracted in full
    enrich_ms_per_word: float = 0.154  # CPU of enriching
    page_ms: float = 2.8  # of the worker's own process, for a page (python -m benchmarks.stream.shell)
    record_ms: float = 0.19  # and for each record it takes up or sends (likewise)
    word_bytes: float = 6.9
    document_overhead: float = 1_170.0  # bytes of a document besides its text
    fingerprint_bytes: float = 570.0  # that a candidate adds
    lookups: float = 4.0  # of a document in its buckets
    copy_lookups: float = 2.0  # until a copy is found out; the buckets that it passed are corrected
    correction_bytes: float = 1_460.0
    enriched_share: float = 1.49  # bytes that enrichment adds, by bytes of text
    facts_per_word: float = 0.048  # records of the three topics below
    entities_bytes_per_word: float = 11.1
    quotes_bytes_per_word: float = 5.6
    events_bytes_per_word: float = 5.5
    rejection_bytes: float = 1_040.0  # of an error page's (--measure with the samples)
    copy_bytes: float = 1_420.0  # of a duplicate's
    # On the wire, each in a batch of its own: many partitions and an even stream leave hardly two to a batch.
    compressed_raw: float = 0.17
    compressed_records: float = 0.46
    compressed_facts: float = 1.0  # a batch's header costs what compression saves
    compressed_buckets: float = 1.35  # signatures do not compress
    bucket_bytes: float = 302.0  # of a value in the dedup table and its key (make bench-dedup, no copies)
    copy_state_bytes: float = 780.0  # what a copy leaves at the buckets (make bench-dedup)
    state_on_disk: float = 0.76  # RocksDB's files over what is in them (make bench-dedup)
    recovered_per_second: float = 7_600.0  # values a worker reads from the changelog (docs/dedup.md)
    worker_bytes: float = 420e6  # memory of a worker's own process, its fork server and full buffers
    process_bytes: float = 350e6  # and of each pool process, models included
    partition_bytes: float = 64e6  # at most, of an open one: cache and write buffers (runtime/state/table.py)
    value_memory_bytes: float = 3.2  # filters and indexes of a value (make bench-growth FIGURES=memory)


class Load(msgspec.Struct, frozen=True):
    """What is asked for."""

    pages_per_day: float
    page_bytes: float = 170_000.0
    duplicates: float = 0.4  # share of all pages
    errors: float = 0.1
    words: float = 600.0  # of a document
    window_days: float = 30.0  # of the dedup table
    peak: float = 2.0  # highest hour over the mean
    utilisation: float = 0.7  # of the cores, at the peak
    cores_per_worker: int = 8
    replication: int = 3
    raw_days: float = 3.0
    output_days: float = 30.0
    readers: float = 1.0  # of everything that comes out
    broker_network: float = 1.25e9  # bytes a second of a broker, each way: 10 Gbit/s
    broker_disk: float = 8e12


class Line(msgspec.Struct, frozen=True):
    """One figure: what it is, its value with unit, and how it came about."""

    name: str
    value: str
    arithmetic: str


class Cost(msgspec.Struct, frozen=True):
    """CPU milliseconds of one page: in the pool's processes, and in the worker's own."""

    pool: float
    shell: float

    @property
    def all(self) -> float:
        """Both."""
        return self.pool + self.shell


class Flow(msgspec.Struct, frozen=True):
    """What goes onto one topic a second, on average: records, their bytes, and those bytes on the wire."""

    records: float
    bytes: float
    wire: float


class Plan(msgspec.Struct, frozen=True):
    """The answer. ``lines`` are for people; the fields are the same figures."""

    pages_per_second: float  # mean
    cpu_ms: float  # a page, mean over what becomes of pages
    pool_ms: float  # of these, in the pools
    shell_ms: float  # and in the workers' own processes
    cores: float
    workers: int
    memory_bytes: float  # of one worker
    partitions: int
    flows: dict[str, Flow]
    broker_in: float  # bytes a second at the peak, on the wire, replication included
    broker_out: float
    disk_bytes: float  # all brokers together
    brokers: int
    state_documents: float
    state_bytes: float  # one copy of the dedup table, as keys and values
    state_disk_bytes: float  # on one worker's disk
    recovery_seconds: float  # to read a lost worker's state when nobody has a copy
    lines: tuple[Line, ...]


NOTES = (
    "Rates are of one machine with one model; --measure with your own pages comes first, a trial on your own cluster second.",
    "Left out: the brokers' CPU and page cache; the log cleaner's work, and what compaction saves where pages come again "
    "(retention alone bounds every topic here, the changelog too); dead letters; that a page in a language without a model "
    "costs less; that with exactly_once a page passes the buckets of one partition at a time, and not those of a worker.",
    "Sizes and facts are in proportion to words, which holds between documents of like length: names come again in a long one.",
    "Bucket keys are hashes and spread evenly. pages.raw spreads as its keys do: a crawler that keys by site can fill one "
    "partition alone.",
    "The whole group pauses in a rebalance, for the session's time-out after a kill and some seconds more.",
    "A lost worker's buckets are taken over by whoever has the standby copy. Reading them from the changelog is for a worker "
    "without one: the only worker, or two lost at once. Replaced disks fill their standbys while the mill runs.",
    "Nobody has run this on more than a few workers and 16 partitions. Faust's assignment of thousands of partitions to "
    "dozens of workers, and RocksDB's memory over weeks, want a trial before they are trusted.",
)  # fmt: skip


def plan(load: Load, rates: Rates) -> Plan:
    """What ``load`` needs at ``rates``. Raises :class:`SettingsError` for shares that cannot be."""
    _check(load)
    shares: dict[Kind, float] = {
        "enriched": 1 - load.duplicates - load.errors, "duplicate": load.duplicates, "error": load.errors,
    }  # fmt: skip
    kept, mean = shares["enriched"], load.pages_per_day / _DAY
    top = mean * load.peak
    workers = _workers(load, rates, shares)
    mean_cost = _mean_cost(load, rates, shares, workers)
    pool, shell = mean_cost.pool, mean_cost.shell
    records = sum(share * _records(kind, load, rates, workers) for kind, share in shares.items())
    cores = top * (pool + shell) / 1_000 / load.utilisation
    loops = top * shell / 1_000 / load.utilisation
    processes = max(1, math.ceil(cores / workers))
    flows = _flows(load, rates, mean, kept, workers)
    comers = load.pages_per_day * load.window_days
    values = comers * (kept * rates.lookups + load.duplicates * (rates.copy_lookups - 1))
    state = comers * (kept * rates.lookups * rates.bucket_bytes + load.duplicates * rates.copy_state_bytes)
    partitions, why = _partitions(workers, flows, load.peak, values / rates.recovered_per_second)
    copies = 1 + min(_STANDBYS, workers - 1)
    on_disk = state * copies * rates.state_on_disk * _COMPACTING / workers
    opened = math.ceil(partitions * copies / workers)
    memory = (
        rates.worker_bytes + processes * rates.process_bytes + opened * rates.partition_bytes
        + values * copies / workers * rates.value_memory_bytes
    )  # fmt: skip
    # A lost worker's partitions go to all that are left; one that has several reads them one after the other.
    lost = math.ceil(partitions / workers)
    each = math.ceil(lost / max(1, workers - 1))
    recovery = each * values / partitions / rates.recovered_per_second
    hour = flows["changelog"].records / workers * 3_600 / rates.recovered_per_second
    broker = _broker(load, flows, partitions)
    lines = (
        Line("pages", f"{mean:,.0f} /s, {top:,.0f} /s at the peak",
             f"{load.pages_per_day:,.0f} a day / 86,400 s; peak x {load.peak:g}"),
        Line("become", f"{kept:.0%} enriched, {load.duplicates:.0%} duplicates, {load.errors:.0%} errors", "given"),
        Line("CPU a page", f"{pool + shell:.1f} ms", f"{pool:.1f} in the pool + {shell:.1f} in the worker's own process"),
        Line("  pool", f"{pool:.1f} ms",
             f"clean {rates.clean_ms:g} + {rates.clean_ms_per_kb:g} x {load.page_bytes / 1_000:,.0f} kB, errors x "
             f"{rates.reject_share:g}; enrich {kept:.2f} x {load.words:g} words x {rates.enrich_ms_per_word:g}"),
        Line("  worker", f"{shell:.1f} ms",
             f"{rates.page_ms:g} a page + {rates.record_ms:g} x {records:.0f} records a page taken up "
             "or sent"),
        Line("cores", f"{cores:,.1f}", f"{top:,.0f} /s x {pool + shell:.1f} ms / {load.utilisation:.0%} busy"),
        Line("workers", f"{workers:,} of {processes} cores",
             f"the more of {cores:,.1f} cores / {load.cores_per_worker}, and of event loops: {top:,.0f} /s x {shell:.1f} ms / "
             f"{load.utilisation:.0%} = {loops:,.1f}"),
        Line("memory", f"{_bytes(memory)} a worker, {_bytes(memory * workers)} in all",
             f"{_bytes(rates.worker_bytes)} + {processes} processes x {_bytes(rates.process_bytes)} + RocksDB: "
             f"{opened:,} open partitions x {_bytes(rates.partition_bytes)} at most, "
             f"{values * copies / workers:,.0f} values x {rates.value_memory_bytes:g} bytes of filters and indexes"),
        Line("partitions", f"{partitions:,} of every topic", why),
        *(_flow_line(name, flow, load.peak / partitions) for name, flow in flows.items()),
        *broker.lines,
        Line("dedup state", f"{_bytes(state)}",
             f"{comers:,.0f} pages of {load.window_days:g} days x ({kept:.2f} x {rates.lookups:g} buckets x {rates.bucket_bytes:,.0f} B + "
             f"{load.duplicates:.2f} x {rates.copy_state_bytes:,.0f} B)"),
        Line("worker's disk", f"{_bytes(on_disk)} a worker",
             f"{_bytes(state)} x {copies} ({'no standby: it is the only worker' if copies == 1 else 'own and standby'}) x "
             f"{rates.state_on_disk:g} in RocksDB's files x {_COMPACTING:g} not yet compacted / {workers:,}; "
             f"{_bytes(on_disk / opened)} a partition"),
        Line("recovery", f"{_duration(recovery)} from nothing",
             (f"{values:,.0f} values" if workers == 1 else
              f"{values / workers:,.0f} values of a lost worker, {each} of its {lost} partitions for each that is left,")
             + f" at {rates.recovered_per_second:,.0f} /s; with its disk, after an hour away: {_duration(hour)}; "
             + ("nobody has a copy" if copies == 1 else
                f"with the standby's copy: none to read; all disks lost: {_duration(values / workers / rates.recovered_per_second)}")),
    )  # fmt: skip
    return Plan(
        mean, pool + shell, pool, shell, cores, workers, memory, partitions, flows, broker.into, broker.out, broker.disk,
        broker.count, comers * (kept + load.duplicates), state, on_disk, recovery, lines,
    )  # fmt: skip


def cost(kind: Kind, load: Load, rates: Rates, workers: int = 1) -> Cost:
    """CPU of one page that becomes ``kind``, where there are so many workers."""
    clean = rates.clean_ms + rates.clean_ms_per_kb * load.page_bytes / 1_000
    pool = clean * (rates.reject_share if kind == "error" else 1.0)
    if kind == "enriched":
        pool += load.words * rates.enrich_ms_per_word
    return Cost(pool, rates.page_ms + rates.record_ms * _records(kind, load, rates, workers))


def _mean_cost(load: Load, rates: Rates, shares: Mapping[Kind, float], workers: int) -> Cost:
    costs = [(share, cost(kind, load, rates, workers)) for kind, share in shares.items()]
    return Cost(
        sum(share * each.pool for share, each in costs), sum(share * each.shell for share, each in costs)
    )


def _workers(load: Load, rates: Rates, shares: Mapping[Kind, float]) -> int:
    """The fewest that suffice. The more there are, the more often a page has to go from one to another."""
    top, workers = load.pages_per_day / _DAY * load.peak, 1
    while True:
        each = _mean_cost(load, rates, shares, workers)
        cores, loops = (top * ms / 1_000 / load.utilisation for ms in (each.all, each.shell))
        needed = max(1, math.ceil(cores / load.cores_per_worker), math.ceil(loops))
        if needed <= workers:
            return workers
        workers = needed


def _flow_line(name: str, flow: Flow, share: float) -> Line:
    """``share`` is what a partition has of it at the peak."""
    arithmetic = (
        f"mean; {_bytes(flow.wire)}/s on the wire; a partition at the peak {_bytes(flow.wire * share)}/s, "
        f"{flow.records * share:,.2g} records/s"
    )
    if name == "pages.candidates" and not flow.records:
        arithmetic = "the only worker has all buckets, and sends nothing from one to the next"
    return Line(f"  {name}", f"{_bytes(flow.bytes)}/s, {flow.records:,.0f} records/s", arithmetic)


def _elsewhere(workers: int) -> float:
    """The share of buckets to which a page is sent: those that another worker has than the one which has the page.

    A bucket is any worker's with the same probability. This is for the default; with ``exactly_once`` a page is sent from
    partition to partition (:mod:`streams.runtime.delivery.exactly_once`).
    """
    return 1 - 1 / workers


def _records(kind: Kind, load: Load, rates: Rates, workers: int) -> float:
    """Records that a page has a worker take up or send: a visit is written to the changelog, a message sent and taken up."""
    a_lookup = 1 + 2 * _elsewhere(workers)
    match kind:
        case "enriched":
            return 1 + rates.lookups * a_lookup + 2 + 1 + load.words * rates.facts_per_word
        case "duplicate":
            return 1 + (2 * rates.copy_lookups - 1) * a_lookup + 1
        case "error":
            return 1 + 1


def simulate(pages: int, share: Callable[[int], Kind], load: Load, rates: Rates, processes: int) -> float:
    """Seconds that ``processes`` need for ``pages`` that all wait, page by page: the nearest free process takes the next.

    ``share(n)`` says what page *n* becomes. The worker's own process is one more user of the cores, so its work is spread
    over them. It shows what the averages of :func:`plan` hide: the end, when some processes have nothing left to do.
    """
    free = [0.0] * max(1, processes)
    for number in range(pages):
        first = min(range(len(free)), key=free.__getitem__)
        free[first] += cost(share(number), load, rates).all / 1_000
    return max(free)


def _check(load: Load) -> None:
    shares = (("--duplicates", load.duplicates), ("--errors", load.errors))
    for name, share in shares:
        if not 0 <= share <= 1:
            raise SettingsError(f"{name} {share:g}: a share of all pages, from 0 to 1")
    if load.duplicates + load.errors > 1:
        raise SettingsError(
            f"--duplicates {load.duplicates:g} and --errors {load.errors:g} are more than all pages"
        )
    wanted = (
        ("--pages-per-day", load.pages_per_day),
        ("--page-size", load.page_bytes),
        ("--window", load.window_days),
        ("--peak", load.peak),
        ("--utilisation", load.utilisation),
        ("--cores-per-worker", load.cores_per_worker),
        ("--replication", load.replication),
        ("--broker-network", load.broker_network),
        ("--broker-disk", load.broker_disk),
    )
    for name, value in wanted:
        if value <= 0:
            raise SettingsError(f"{name} {value:g}: more than 0 is expected")


def _flows(load: Load, rates: Rates, mean: float, kept: float, workers: int) -> dict[str, Flow]:
    """What goes onto each topic."""
    text = load.words * rates.word_bytes
    document = text + rates.document_overhead
    lookups = kept * rates.lookups + load.duplicates * rates.copy_lookups
    corrections = load.duplicates * (rates.copy_lookups - 1)
    facts = kept * load.words
    sent = _elsewhere(workers)

    def flow(records: float, size: float, wire: float) -> Flow:
        """``records`` a page and their bytes a page."""
        return Flow(mean * records, mean * size, mean * size * wire)

    one, few, buckets = rates.compressed_records, rates.compressed_facts, rates.compressed_buckets
    spread = rates.entities_bytes_per_word + rates.quotes_bytes_per_word + rates.events_bytes_per_word
    facts_of = {
        "pages.entities": rates.entities_bytes_per_word,
        "pages.quotes": rates.quotes_bytes_per_word,
        "pages.events": rates.events_bytes_per_word,
    }
    return {
        "pages.raw": flow(1, load.page_bytes, rates.compressed_raw),
        "pages.candidates": flow(
            sent * (lookups + corrections),
            sent * (lookups * (document + rates.fingerprint_bytes) + corrections * rates.correction_bytes),
            one,
        ),
        "pages.clean": flow(kept, kept * document, one),
        "pages.enriched": flow(kept, kept * (document + text * rates.enriched_share), one),
        **{
            name: flow(facts * rates.facts_per_word * size / spread if spread else 0.0, facts * size, few)
            for name, size in facts_of.items()
        },
        "pages.rejected": flow(
            load.duplicates + load.errors,
            load.duplicates * rates.copy_bytes + load.errors * rates.rejection_bytes,
            one,
        ),
        "changelog": flow(lookups + corrections, (lookups + corrections) * rates.bucket_bytes, buckets),
    }


def _partitions(workers: int, flows: dict[str, Flow], peak: float, recovery: float) -> tuple[int, str]:
    """How many, and which need decided. ``recovery`` is the seconds one worker needs to read all buckets."""
    needs = {
        f"{_SPREAD} a worker": workers * _SPREAD,
        f"{_bytes(_PARTITION_BYTES)}/s on the wire each at the peak": math.ceil(
            max(flow.wire for flow in flows.values()) * peak / _PARTITION_BYTES
        ),
        f"buckets that a worker reads from nothing in {_duration(_RECOVERY_SECONDS)} each": math.ceil(
            recovery / _RECOVERY_SECONDS
        ),
    }
    why, most = max(needs.items(), key=lambda need: need[1])
    step = 1 << max(0, most.bit_length() - 3)  # three figures in binary: it is chosen once, and for good
    return math.ceil(most / step) * step, f"{why}: {most:,}, rounded up"


class _Brokers(msgspec.Struct, frozen=True):
    into: float
    out: float
    disk: float
    count: int
    lines: tuple[Line, ...]


_SHORT = ("pages.raw", "pages.candidates")
_OUTPUT = (
    "pages.clean",
    "pages.enriched",
    "pages.entities",
    "pages.quotes",
    "pages.events",
    "pages.rejected",
)


def _broker(load: Load, flows: dict[str, Flow], partitions: int) -> _Brokers:
    """Network at the peak, disk, and how many brokers that is."""

    def wire(*names: str) -> float:
        return sum(flows[name].wire for name in names)

    produced = wire(*flows) * load.peak
    copied = produced * (load.replication - 1)
    mill = wire("pages.raw", "pages.candidates", "pages.clean", "changelog") * load.peak
    readers = wire(*(name for name in _OUTPUT if name != "pages.clean")) * load.peak * load.readers
    short, long = wire(*_SHORT) * load.raw_days * _DAY, wire(*_OUTPUT) * load.output_days * _DAY
    buckets = wire("changelog") * load.window_days * _DAY
    disk = (short + long + buckets) * load.replication
    into, out = produced + copied, mill + readers + copied
    replicas = partitions * len(flows) * load.replication
    needs = {
        f"{load.replication} replicas": load.replication,
        f"{_bytes(load.broker_network)}/s of network each, half used": math.ceil(
            max(into, out) / load.broker_network / _BROKER_NETWORK_SHARE
        ),
        f"{_bytes(load.broker_disk)} of disk each, {_BROKER_DISK_SHARE:.0%} used": math.ceil(
            disk / load.broker_disk / _BROKER_DISK_SHARE
        ),
        f"{_BROKER_PARTITIONS:,} partitions' replicas each": math.ceil(replicas / _BROKER_PARTITIONS),
    }
    why, count = max(needs.items(), key=lambda need: need[1])
    lines = (
        Line("broker in", f"{_bytes(into)}/s at the peak",
             f"produced {_bytes(produced)}/s (all topics on the wire x {load.peak:g}) + replication x {load.replication - 1} = "
             f"{_bytes(copied)}/s"),
        Line("broker out", f"{_bytes(out)}/s at the peak",
             f"to the mill {_bytes(mill)}/s (raw, candidates, clean, changelog to standbys), to {load.readers:g} reader of what comes "
             f"out {_bytes(readers)}/s, replication {_bytes(copied)}/s"),
        Line("broker disk", f"{_bytes(disk)} in all",
             f"raw and candidates {load.raw_days:g} d {_bytes(short)}, the rest {load.output_days:g} d {_bytes(long)}, changelog "
             f"{load.window_days:g} d {_bytes(buckets)}; x {load.replication}"),
        Line("brokers", f"{count:,}",
             f"{why}: {count:,}; each {_bytes(into / count)}/s in, {_bytes(out / count)}/s out, {_bytes(disk / count)}, "
             f"{replicas / count:,.0f} replicas"),
    )  # fmt: skip
    return _Brokers(into, out, disk, count, lines)


def _bytes(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(number) < 999.5:
            return f"{number:,.3g} {unit}"
        number /= 1_000
    return f"{number:,.3g} PB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"
