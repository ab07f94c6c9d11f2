"""Capacity planning: the cores, workers, partitions, brokers and state that a load needs, with the arithmetic.

Every figure is a product of rates that were measured (``crawlmill plan --measure``, the benchmarks) or given. :data:`NOTES` says
what the arithmetic leaves out. Units: seconds, bytes, kB = 1,000 bytes; a day has 86,400 seconds.
"""

from __future__ import annotations

import math

import msgspec

from streams.execution.memory import WorkerMemory, worker_memory
from streams.planning.brokers import brokers_for, partitions_for
from streams.planning.figures import Figure, bytes_text, duration_text, flow_figure
from streams.planning.load import DAY, Kind, Load, Rates, check, facts_entry
from streams.planning.page_cost import Cost, mean_cost, records_of, workers_for
from streams.planning.traffic import Flow, flows_of
from streams.settings import Worker
from streams.wording import counted, noun

_STANDBYS = (
    1  # copies of the dedup table on other workers, where there are two: Faust's table_standby_replicas
)
_COMPACTING = 1.1  # RocksDB's disk over its content, for what is not compacted yet (docs/dedup.md)


class Plan(msgspec.Struct, frozen=True):
    """A capacity plan. ``lines`` are the same figures for people, with their arithmetic."""

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
    lines: tuple[Figure, ...]


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


class _Workers(msgspec.Struct, frozen=True):
    """The CPU side of a plan."""

    mean: float  # pages a second
    peak: float
    kept: float  # share of pages that become documents
    cost: Cost  # milliseconds a page, mean
    records: float  # Kafka records consumed or produced for a page, mean
    cores: float
    loops: float  # event loops, that is workers, that the shell's share of the cost keeps busy
    count: int
    processes: int  # of the pool, a worker


class _State(msgspec.Struct, frozen=True):
    """The dedup table: its size, its copies, and how long it takes to read it back."""

    pages: float  # that arrive within the window
    values: float
    bytes: float  # of one copy
    copies: int  # own and standby
    on_disk: float  # bytes on one worker's disk
    opened: int  # partitions open on one worker
    memory: WorkerMemory  # of one worker
    lost: int  # partitions of a lost worker
    each: int  # of these, for each worker that is left
    recovery: float  # seconds to read those from the changelog
    after_an_hour: float  # seconds to catch up with an hour's changes


def plan(load: Load, rates: Rates, worker: Worker = Worker()) -> Plan:  # noqa: B008 (immutable)
    """The resources that ``load`` needs at ``rates`` with workers of these settings. Raises :class:`SettingsError` for an impossible load."""
    check(load)
    workers = _workers(load, rates)
    flows = flows_of(load, rates, workers.mean, workers.kept, workers.count)
    values = _values(load, rates, workers.kept)
    partitions, why = partitions_for(workers.count, flows, load.peak, values / rates.recovered_per_second)
    state = _state(load, rates, workers, flows, partitions, worker)
    broker = brokers_for(load, flows, partitions)
    lines = (
        *_cpu_figures(load, rates, workers),
        _memory_figure(rates, workers, state),
        Figure("partitions", f"{partitions:,} of every topic", why),
        *(flow_figure(name, flow, load.peak / partitions) for name, flow in flows.items()),
        *broker.lines,
        *_state_figures(load, rates, workers, state),
    )
    return Plan(
        workers.mean, workers.cost.all, workers.cost.pool, workers.cost.shell, workers.cores, workers.count, state.memory.total,
        partitions, flows, broker.into, broker.out, broker.disk, broker.count,
        state.pages * (workers.kept + load.duplicates), state.bytes, state.on_disk, state.recovery, lines,
    )  # fmt: skip


def _workers(load: Load, rates: Rates) -> _Workers:
    shares: dict[Kind, float] = {
        "enriched": 1 - load.duplicates - load.errors, "duplicate": load.duplicates, "error": load.errors,
    }  # fmt: skip
    mean = load.pages_per_day / DAY
    top = mean * load.peak
    count = workers_for(load, rates, shares)
    each = mean_cost(load, rates, shares, count)
    records = sum(share * records_of(kind, load, rates, count) for kind, share in shares.items())
    cores = top * (each.pool + each.shell) / 1_000 / load.utilisation
    loops = top * each.shell / 1_000 / load.utilisation
    processes = max(1, math.ceil(cores / count))
    return _Workers(mean, top, shares["enriched"], each, records, cores, loops, count, processes)


def _values(load: Load, rates: Rates, kept: float) -> float:
    """Values in the dedup table: one for each bucket of a document, for its facts, and for each correction after a copy."""
    pages = load.pages_per_day * load.table_days
    return pages * (kept * (rates.lookups + 1) + load.duplicates * (rates.copy_lookups - 1))


def _state(
    load: Load, rates: Rates, workers: _Workers, flows: dict[str, Flow], partitions: int, worker: Worker
) -> _State:
    pages, values, count = (
        load.pages_per_day * load.table_days,
        _values(load, rates, workers.kept),
        workers.count,
    )
    size = pages * (
        workers.kept * (rates.lookups * rates.bucket_bytes + facts_entry(load.words, rates))
        + load.duplicates * rates.copy_state_bytes
    )
    copies = 1 + min(_STANDBYS, count - 1)
    on_disk = size * copies * rates.state_on_disk * _COMPACTING / count
    opened = math.ceil(partitions * copies / count)
    memory = worker_memory(
        worker, workers.processes, partitions, opened=opened, index_bytes=values * copies / count * rates.value_memory_bytes,
        idle_bytes=rates.worker_bytes, process_bytes=rates.process_bytes,
    )  # fmt: skip
    # The partitions of a lost worker go to all that are left. A worker that gets several reads them one after the other.
    lost = math.ceil(partitions / count)
    each = math.ceil(lost / max(1, count - 1))
    recovery = each * values / partitions / rates.recovered_per_second
    hour = flows["changelog"].records / count * 3_600 / rates.recovered_per_second
    return _State(pages, values, size, copies, on_disk, opened, memory, lost, each, recovery, hour)


def _cpu_figures(load: Load, rates: Rates, workers: _Workers) -> tuple[Figure, ...]:
    cost, top = workers.cost, workers.peak
    return (
        Figure("pages", f"{workers.mean:,.0f} /s, {top:,.0f} /s at the peak",
               f"{load.pages_per_day:,.0f} a day / 86,400 s; peak x {load.peak:g}"),
        Figure("become", f"{workers.kept:.0%} enriched, {load.duplicates:.0%} duplicates, {load.errors:.0%} errors", "given"),
        Figure("CPU a page", f"{cost.all:.1f} ms", f"{cost.pool:.1f} in the pool + {cost.shell:.1f} in the worker's own process"),
        Figure("  pool", f"{cost.pool:.1f} ms",
               f"clean {rates.clean_ms:g} + {rates.clean_ms_per_kb:g} x {load.page_bytes / 1_000:,.0f} kB, errors x "
               f"{rates.reject_share:g}; enrich {workers.kept:.2f} x {load.words:g} words x {rates.enrich_ms_per_word:g}"),
        Figure("  worker", f"{cost.shell:.1f} ms",
               f"{rates.page_ms:g} a page + {rates.record_ms:g} x {workers.records:.0f} records a page taken up "
               "or sent"),
        Figure("cores", f"{workers.cores:,.1f}", f"{top:,.0f} /s x {cost.all:.1f} ms / {load.utilisation:.0%} busy"),
        Figure("workers", f"{workers.count:,} of {counted(workers.processes, 'core')}",
               f"the more of {workers.cores:,.1f} cores / {load.cores_per_worker}, and of event loops: {top:,.0f} /s x "
               f"{cost.shell:.1f} ms / {load.utilisation:.0%} = {workers.loops:,.1f}"),
    )  # fmt: skip


def _memory_figure(rates: Rates, workers: _Workers, state: _State) -> Figure:
    memory = state.memory
    return Figure(
        "memory", f"{bytes_text(memory.total)} a worker, {bytes_text(memory.total * workers.count)} in all",
        f"{bytes_text(memory.worker)} + {bytes_text(memory.buffers)} of buffers + {counted(workers.processes, 'process', 'processes')} x "
        f"{bytes_text(rates.process_bytes)} + RocksDB {bytes_text(memory.store)}: caches and write buffers of "
        f"{counted(state.opened, 'open partition')}, and "
        f"{state.values * state.copies / workers.count:,.0f} values x {rates.value_memory_bytes:g} bytes of filters and indexes",
    )  # fmt: skip


def _state_figures(load: Load, rates: Rates, workers: _Workers, state: _State) -> tuple[Figure, ...]:
    alone, each_has = state.copies == 1, state.values / workers.count
    return (
        Figure("dedup state", f"{bytes_text(state.bytes)}",
               f"{state.pages:,.0f} pages of {load.table_days:g} {noun(load.table_days, 'day')} x ({workers.kept:.2f} x ({rates.lookups:g} buckets x "
               f"{rates.bucket_bytes:,.0f} B + {facts_entry(load.words, rates):,.0f} B of facts' keys) + {load.duplicates:.2f} x {rates.copy_state_bytes:,.0f} B)"),
        Figure("worker's disk", f"{bytes_text(state.on_disk)} a worker",
               f"{bytes_text(state.bytes)} x {state.copies} ({'no standby: it is the only worker' if alone else 'own and standby'}) x "
               f"{rates.state_on_disk:g} in RocksDB's files x {_COMPACTING:g} not yet compacted / {workers.count:,}; "
               f"{bytes_text(state.on_disk / state.opened)} a partition"),
        Figure("recovery", f"{duration_text(state.recovery)} from nothing",
               (f"{state.values:,.0f} values" if workers.count == 1 else
                f"{each_has:,.0f} values of a lost worker, {state.each} of its {counted(state.lost, 'partition')} for each that is left,")
               + f" at {rates.recovered_per_second:,.0f} /s; with its disk, after an hour away: {duration_text(state.after_an_hour)}; "
               + ("nobody has a copy" if alone else
                  "with the standby's copy: none to read; all disks lost: "
                  f"{duration_text(each_has / rates.recovered_per_second)}")),
    )  # fmt: skip
