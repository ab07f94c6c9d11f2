"""Measures rates for :mod:`streams.planning.load` without a broker: the CPU time of pages in a pool process and the sizes of their records."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from streams import dedup, language, topics
from streams.errors import BadInput
from streams.execution import jobs
from streams.execution.fork_server import models_of
from streams.execution.pool import Pool
from streams.execution.results import Failed, Processed
from streams.planning.load import Rates
from streams.records import Candidate, CleanDocument, Document, Message, decode, encode
from streams.settings import Settings, without_secrets
from streams.wording import counted

_LOAD_SECONDS = 180.0  # limit for loading the models
_LEAST = 10  # pages, and documents among them, that a measurement needs
_ENGLISH = "en"  # the language that always has a model
_CODECS = {
    "none": 0,
    "gzip": 1,
    "snappy": 2,
    "lz4": 3,
    "zstd": 4,
}  # attributes of a record batch in Kafka's protocol
# Headers of crawlmill's records, which count on the wire.
_HEADERS = [("crawlmill-arrived", b"1764111111111"), ("content-type", b"application/json"), ("schema", b"EntityFact/1")]  # fmt: skip
_FACTS = (topics.ENTITIES, topics.QUOTES, topics.EVENTS)


class Cleaned(msgspec.Struct, frozen=True):
    """The measured cost of cleaning one page."""

    kilobytes: float
    milliseconds: float  # of CPU
    kept: bool  # whether it became a document


class Meter:
    """Measures pages in batches. An asynchronous context manager that runs a pool of one process, configured as a worker's."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._deduplicator = dedup.Deduplicator(settings.dedup)
        self._now = 0
        self._cleaned: list[Cleaned] = []
        self._enriching = 0.0  # CPU seconds
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._wire: dict[str, list[int]] = {}  # by kind: bytes of one-record batches, bytes of their values

    async def __aenter__(self) -> Meter:
        worker = self._settings.worker
        plain = without_secrets(self._settings)
        self._pool = Pool(1, jobs.prepare, (plain,), worker.recycle_after, preload=models_of(plain))
        await self._pool.warm(jobs.warm, _LOAD_SECONDS)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pool.stop()

    async def warm(self, messages: Sequence[Message]) -> None:
        """Clean and enrich without measuring, so that lazy loading is not counted."""
        documents = []
        for message in messages:
            _, result = await self._run(jobs.clean, message)
            if isinstance(result, Processed) and result.reason is None:
                documents.append(CleanDocument.of(decode(result.outputs[0].value, Candidate).document))
        await self._run(jobs.enrich, [encode(document) for document in documents[: self._batch]])

    async def measure(self, messages: Iterable[Message]) -> None:
        """Clean and deduplicate each page; enrich the new documents in English, in batches. Can be called repeatedly."""
        kept = []
        for message in messages:
            seconds, result = await self._run(jobs.clean, message)
            if isinstance(result, Failed):
                continue
            size = len(message.value or b"")
            self._cleaned.append(Cleaned(size / 1_000, 1_000 * seconds, result.reason is None))
            self._add_wire_size("raw", message.key, message.value or b"", [])
            if result.reason is not None:
                self._add("rejection", len(result.outputs[0].value))
                continue
            document = self._deduplicate(decode(result.outputs[0].value, Candidate))
            if document is not None and _language_of(document) == _ENGLISH:
                kept.append(document)
        for start in range(0, len(kept), self._batch):
            await self._enrich(kept[start : start + self._batch])

    @property
    def _batch(self) -> int:
        return self._settings.worker.enrich_batch

    async def _run(self, job: Callable[..., Any], argument: Any) -> tuple[float, Any]:
        limit = self._settings.worker.enrich_timeout_seconds
        answer: tuple[float, Any] = await self._pool.run(timed, job, argument, timeout=limit)
        return answer

    def _deduplicate(self, candidate: Candidate) -> CleanDocument | None:
        """The document, or None for a duplicate. Sizes of its records are added to the sums."""
        self._now += 1
        options = self._settings.dedup
        step, corrections, lookups, _ = dedup.advance(candidate, self._deduplicator, self._now, options)
        for correction in corrections:
            self._add("correction", len(encode(correction)))
        dedup.apply_corrections(corrections, self._deduplicator, self._now, options)
        if not isinstance(step, CleanDocument):  # all buckets are local, so it is a copy
            self._add("copy", len(encode(step)))
            self._add("copy lookups", lookups)
            return None
        value, text = encode(step), len(msgspec.json.encode(step.text))
        self._add("lookups", lookups)
        self._add("text", text)
        self._add("words", len(step.text.split()))
        self._add("overhead", len(value) - text)
        self._add("fingerprint", len(encode(candidate)) - len(value))
        self._add_wire_size("records", step.id.encode(), value, _HEADERS)
        return step

    async def _enrich(self, documents: Sequence[CleanDocument]) -> None:
        values = [encode(document) for document in documents]
        seconds, results = await self._run(jobs.enrich, values)
        self._enriching += seconds
        for document, value, result in zip(documents, values, results, strict=True):
            if isinstance(result, Failed):
                continue
            self._add("enriched words", len(document.text.split()))
            self._add("enriched text", len(msgspec.json.encode(document.text)))
            self._add("added", len(result.outputs[0].value) - len(value))
            for made in result.outputs[1:]:
                self._add(made.topic, len(made.value))
                self._add_wire_size("facts", made.key, made.value, _HEADERS)

    def _add(self, name: str, value: float) -> None:
        self._sums[name] = self._sums.get(name, 0.0) + value
        self._counts[name] = self._counts.get(name, 0) + 1

    def _add_wire_size(
        self, name: str, key: bytes | None, value: bytes, headers: list[tuple[str, bytes]]
    ) -> None:
        """Add the compressed size of a record in a batch of its own."""
        codec = _CODECS[self._settings.kafka.compression]
        batch = DefaultRecordBatchBuilder(
            magic=2, compression_type=codec, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
            batch_size=2 * len(value) + 10_000,
        )  # fmt: skip
        batch.append(0, timestamp=1, key=key, value=value, headers=headers)
        wire, plain = self._wire.setdefault(name, [0, 0])
        self._wire[name] = [wire + len(batch.build()), plain + len(value)]

    def rates(self, rates: Rates) -> Rates:
        """``rates`` with the measured ones replaced. Raises :class:`BadInput` for too few pages."""
        documents, words = self._counts.get("lookups", 0), self._sums.get("enriched words", 0.0)
        if len(self._cleaned) < _LEAST or documents < _LEAST or not words:
            raise BadInput(
                f"{counted(len(self._cleaned), 'page')}, {counted(int(documents), 'new document')} and {counted(round(words), 'word')} of English to measure with: "
                f"{_LEAST} pages that become new documents are needed, some of them English"
            )
        fixed, slope = fit_cost([page for page in self._cleaned if page.kept])
        rejected = [page for page in self._cleaned if not page.kept]
        whole = sum(fixed + slope * page.kilobytes for page in rejected)
        found = {
            "clean_ms": fixed,
            "clean_ms_per_kb": slope,
            "enrich_ms_per_word": 1_000 * self._enriching / words,
            "word_bytes": self._sums["text"] / self._sums["words"],
            "document_overhead": self._mean("overhead"),
            "fingerprint_bytes": self._mean("fingerprint"),
            "lookups": self._mean("lookups"),
            "enriched_share": self._sums["added"] / self._sums["enriched text"],
            "facts_per_word": sum(self._counts.get(name, 0) for name in _FACTS) / words,
            **{f"{name.split('.')[1]}_bytes_per_word": self._sums.get(name, 0.0) / words for name in _FACTS},
            **{f"compressed_{name}": wire / plain for name, (wire, plain) in self._wire.items() if plain},
        }
        if rejected:
            found |= {"reject_share": sum(page.milliseconds for page in rejected) / whole}
            found |= {"rejection_bytes": self._mean("rejection")}
        if "copy" in self._counts:
            found |= {"copy_lookups": self._mean("copy lookups"), "copy_bytes": self._mean("copy")}
        if "correction" in self._counts:
            found |= {"correction_bytes": self._mean("correction")}
        return msgspec.structs.replace(
            rates, **{name: float(f"{value:.4g}") for name, value in found.items()}
        )

    def _mean(self, name: str) -> float:
        return self._sums[name] / self._counts[name]


def timed(job: Callable[[Any], Any], argument: Any) -> tuple[float, Any]:
    """The CPU seconds of ``job(argument)`` and its result. Runs in a pool process."""
    started = time.process_time()
    result = job(argument)
    return time.process_time() - started, result


def fit_cost(pages: Sequence[Cleaned]) -> tuple[float, float]:
    """Milliseconds per page and per kB of page, by least squares; neither is negative.

    Weighted by 1/size, so that a few large pages do not determine the result. Pages of equal size cannot separate the two; then
    one of them may be 0, and the sum is right at that size.
    """
    sizes = np.array([page.kilobytes for page in pages])
    costs = np.array([page.milliseconds for page in pages])
    weights = 1 / np.sqrt(sizes)
    rows = np.stack([np.ones(len(pages)), sizes], axis=1) * weights[:, None]
    (fixed, slope), *_ = np.linalg.lstsq(rows, costs * weights, rcond=None)
    if fixed < 0:
        return 0.0, float(costs.sum() / sizes.sum())
    if slope < 0:
        return float((costs / sizes).sum() / (1 / sizes).sum()), 0.0
    return float(fixed), float(slope)


def _language_of(document: Document) -> str | None:
    code, _ = language.identify(document.text, document.declared_language)
    return code
