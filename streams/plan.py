"""How much of everything a load needs: cores, workers, partitions, broker, state. Arithmetic, shown.

Every figure is a product of rates that were measured (``benchmarks``, ``crawlmill plan --measure``) or given. What the
arithmetic leaves out is in the answer's notes. Units: seconds, bytes, kB = 1,000 bytes; a day has 86,400 seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec

from streams.errors import SettingsError

_DAY = 86_400.0
_PARTITION_BYTES = 5e6  # a second: what one partition is asked to take at most; brokers do several times that
_PARTITION_STATE = (
    20e9  # bytes of RocksDB for one partition at most: what a worker can refill in some minutes
)
_SPREAD = 2  # partitions a worker, so that work spreads evenly when one is slow or gone


class Rates(msgspec.Struct, frozen=True):
    """What one page costs. The defaults are of the machine named in docs/performance.md."""

    clean_ms: float = 4.0  # CPU of cleaning a page, whatever its size
    clean_ms_per_kb: float = 0.085  # and for each kB of its body
    reject_share: float = 0.5  # of that, for a page that is rejected: it is not extracted in full
    enrich_ms_per_word: float = 0.135  # CPU of enriching
    shell_ms: float = 9.0  # CPU of the worker's own process: Kafka, doors, metrics
    visits: float = 4.0  # doors that a document passes
    document_overhead: float = 1_400.0  # bytes of a document besides its text
    fingerprint_bytes: float = 700.0  # that a candidate adds
    enriched_share: float = 1.0  # bytes that enrichment adds, by bytes of text
    facts_bytes_per_word: float = 19.0  # of pages.entities, pages.quotes and pages.events
    rejection_bytes: float = 1_300.0
    word_bytes: float = 6.0
    compressed_raw: float = 0.25  # zstd, of HTML
    compressed_records: float = 0.4  # of JSON in batches
    state_bytes: float = 1_058.0  # of RocksDB a document, all its doors together (make bench-dedup)
    recovered_per_second: float = 44_000.0  # documents' state refilled from the changelog (make bench-dedup)
    worker_bytes: float = 300e6  # memory of a worker's own process
    process_bytes: float = 450e6  # and of each pool process, models included


class Load(msgspec.Struct, frozen=True):
    """What is asked for."""

    pages_per_day: float
    page_bytes: float = 170_000.0
    duplicates: float = 0.4  # share of all pages
    errors: float = 0.1
    words: float = 600.0  # of a document
    window_days: float = 30.0  # of the doors' memory
    peak: float = 2.0  # highest hour over the mean
    utilisation: float = 0.7  # of the cores, at the peak
    cores_per_worker: int = 8
    replication: int = 3
    raw_days: float = 3.0
    output_days: float = 30.0


class Line(msgspec.Struct, frozen=True):
    """One figure: what it is, its value with unit, and how it came about."""

    name: str
    value: str
    arithmetic: str


class Plan(msgspec.Struct, frozen=True):
    """The answer. ``lines`` are for people; the fields are the same figures."""

    pages_per_second: float  # mean
    cpu_ms: float  # a page, mean over what becomes of pages
    cores: float
    workers: int
    partitions: int
    flows: dict[str, float]  # bytes a second on each topic, mean, before compression
    broker_in: float  # bytes a second at the peak, compressed, replication included
    broker_out: float
    disk_bytes: float  # all brokers together
    state_documents: float
    state_bytes: float
    recovery_seconds: float  # to take over a lost worker's state
    lines: tuple[Line, ...]


def plan(load: Load, rates: Rates) -> Plan:
    """What ``load`` needs at ``rates``. Raises :class:`SettingsError` for shares that cannot be."""
    _check(load)
    kept = 1 - load.duplicates - load.errors
    mean = load.pages_per_day / _DAY
    clean = rates.clean_ms + rates.clean_ms_per_kb * load.page_bytes / 1_000
    cleaning = clean * (1 - load.errors + load.errors * rates.reject_share)
    enriching = kept * load.words * rates.enrich_ms_per_word
    cpu = cleaning + enriching + rates.shell_ms
    cores = mean * load.peak * cpu / 1_000 / load.utilisation
    workers = max(1, math.ceil(cores / load.cores_per_worker))
    flows = _flows(load, rates, mean, kept)
    remembered = load.pages_per_day * load.window_days * kept
    state = remembered * rates.state_bytes
    partitions, why = _partitions(workers, flows, load.peak, state)
    broker_in, broker_out, disk = _broker(load, rates, flows, state)
    recovery = remembered / workers / rates.recovered_per_second
    memory = workers * (rates.worker_bytes + load.cores_per_worker * rates.process_bytes)
    lines = (
        Line("pages", f"{mean:,.0f} /s, {mean * load.peak:,.0f} /s at the peak",
             f"{load.pages_per_day:,.0f} a day / 86,400 s; peak x {load.peak:g}"),
        Line("become", f"{kept:.0%} enriched, {load.duplicates:.0%} duplicates, {load.errors:.0%} errors", "given"),
        Line("CPU a page", f"{cpu:.1f} ms",
             f"clean {rates.clean_ms:g} + {rates.clean_ms_per_kb:g} x {load.page_bytes / 1_000:,.0f} kB, errors x "
             f"{rates.reject_share:g} = {cleaning:.1f}; enrich {kept:.2f} x {load.words:g} words x "
             f"{rates.enrich_ms_per_word:g} = {enriching:.1f}; shell {rates.shell_ms:g}"),
        Line("cores", f"{cores:,.1f}",
             f"{mean * load.peak:,.0f} /s x {cpu:.1f} ms / {load.utilisation:.0%} busy"),
        Line("workers", f"{workers:,} of {load.cores_per_worker} cores",
             f"{cores:,.1f} / {load.cores_per_worker}, rounded up"),
        Line("memory", f"{_bytes(memory)}, {_bytes(memory / workers)} a worker",
             f"{workers:,} x ({_bytes(rates.worker_bytes)} + {load.cores_per_worker} x {_bytes(rates.process_bytes)})"),
        Line("partitions", f"{partitions:,} of every topic", why),
        *(Line(f"topic {name}", f"{_bytes(rate)}/s", "mean, before compression") for name, rate in flows.items()),
        Line("broker in", f"{_bytes(broker_in)}/s at the peak",
             f"(raw x {rates.compressed_raw:g} + records x {rates.compressed_records:g} + changelog) x {load.peak:g} "
             f"x {load.replication} replicas"),
        Line("broker out", f"{_bytes(broker_out)}/s at the peak",
             "to the mill: raw, candidates and clean once; to one reader of what comes out; to no replicas"),
        Line("broker disk", f"{_bytes(disk)} on all brokers",
             f"raw and candidates {load.raw_days:g} d, the rest {load.output_days:g} d, changelog {load.window_days:g} d, "
             f"compressed, x {load.replication}"),
        Line("doors' state", f"{_bytes(state)}, {_bytes(state / workers)} a worker",
             f"{remembered:,.0f} documents of {load.window_days:g} days x {rates.state_bytes:,.0f} bytes"),
        Line("recovery", f"{_duration(recovery)}",
             f"a lost worker's {remembered / workers:,.0f} documents at {rates.recovered_per_second:,.0f} /s, by one worker"),
    )  # fmt: skip
    return Plan(
        mean, cpu, cores, workers, partitions, flows, broker_in, broker_out, disk, remembered, state, recovery, lines
    )  # fmt: skip


def simulate(pages: int, share: Callable[[int], str], load: Load, rates: Rates, processes: int) -> float:
    """Seconds that ``processes`` need for ``pages`` that all wait, page by page: the nearest free process takes the next.

    ``share(n)`` says what page *n* becomes: ``enriched``, ``duplicate`` or ``error``. The worker's own process is one
    more user of the cores, so its work is spread over them. It shows what the averages of :func:`plan` hide: the end,
    when some processes have nothing left to do.
    """
    free = [0.0] * max(1, processes)
    clean = rates.clean_ms + rates.clean_ms_per_kb * load.page_bytes / 1_000
    for number in range(pages):
        kind = share(number)
        cost = rates.shell_ms + clean * (rates.reject_share if kind == "error" else 1.0)
        if kind == "enriched":
            cost += load.words * rates.enrich_ms_per_word
        first = min(range(len(free)), key=free.__getitem__)
        free[first] += cost / 1_000
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
    for name, value in (("--pages-per-day", load.pages_per_day), ("--page-size", load.page_bytes)):
        if value <= 0:
            raise SettingsError(f"{name} {value:g}: more than 0 is expected")


def _flows(load: Load, rates: Rates, mean: float, kept: float) -> dict[str, float]:
    """Bytes a second on each topic."""
    text = load.words * rates.word_bytes
    document = text + rates.document_overhead
    # A duplicate is stopped at its first or second door; a document that is new passes them all.
    visited = kept * rates.visits + load.duplicates * 1.5
    return {
        "pages.raw": mean * load.page_bytes,
        "pages.candidates": mean * visited * (document + rates.fingerprint_bytes),
        "pages.clean": mean * kept * document,
        "pages.enriched": mean * kept * (document + text * rates.enriched_share),
        "facts": mean * kept * load.words * rates.facts_bytes_per_word,
        "pages.rejected": mean * (load.duplicates + load.errors) * rates.rejection_bytes,
        "changelog": mean * visited * rates.state_bytes / rates.visits,
    }


def _partitions(workers: int, flows: dict[str, float], peak: float, state: float) -> tuple[int, str]:
    """How many, a power of two, and which need decided."""
    needs = {
        f"{_SPREAD} a worker": workers * _SPREAD,
        f"{_bytes(_PARTITION_BYTES)}/s each at the peak": math.ceil(max(flows.values()) * peak / _PARTITION_BYTES),
        f"{_bytes(_PARTITION_STATE)} of state each": math.ceil(state / _PARTITION_STATE),
    }  # fmt: skip
    why, most = max(needs.items(), key=lambda need: need[1])
    return 1 << max(0, most - 1).bit_length(), f"{why}: {most:,}, to the next power of two"


def _broker(load: Load, rates: Rates, flows: dict[str, float], state: float) -> tuple[float, float, float]:
    """Bytes in and out a second at the peak, and bytes of disk."""

    def packed(name: str) -> float:
        return flows[name] * (rates.compressed_raw if name == "pages.raw" else rates.compressed_records)

    written = sum(packed(name) for name in flows)
    read = sum(packed(name) for name in ("pages.raw", "pages.candidates", "pages.clean"))
    read += sum(packed(name) for name in ("pages.enriched", "facts", "pages.rejected"))
    short, output = (
        ("pages.raw", "pages.candidates"),
        ("pages.clean", "pages.enriched", "facts", "pages.rejected"),
    )
    disk = sum(packed(name) for name in short) * load.raw_days * _DAY
    disk += sum(packed(name) for name in output) * load.output_days * _DAY
    disk += state * rates.compressed_records
    return written * load.peak * load.replication, read * load.peak, disk * load.replication


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
