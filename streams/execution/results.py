"""What became of one message, as a value: its output records, its table changes, or why it failed."""

from __future__ import annotations

import time
import traceback
from pathlib import Path
from typing import Any, NamedTuple

from streams.records import Fault


class OutputRecord(NamedTuple):
    """An encoded record to produce to ``topic``. ``schema`` is the name of its record class, sent in a header.

    ``partition_key`` chooses the partition; where it is empty, ``key`` does.
    """

    topic: str
    key: bytes
    value: bytes
    schema: str
    partition_key: bytes = b""


class TableChange(NamedTuple):
    """A new value of one key of the dedup table, to be written to the changelog.

    ``epoch`` is the number of rebalances before the change was made. ``turn`` is its position among the changes of the
    same key, set by whoever writes them in order.
    """

    partition: int
    key: bytes
    value: bytes
    epoch: int
    turn: Any = None

    @property
    def table_key(self) -> tuple[int, bytes]:
        """The changed key and its partition."""
        return self.partition, self.key


class Timing(NamedTuple):
    """A piece of work on a message, for its trace: when it began and ended, in nanoseconds since the epoch."""

    name: str
    began: int
    ended: int


def lasted(name: str, seconds: float) -> Timing:
    """The timing of work that ends now and took ``seconds``."""
    now = time.time_ns()
    return Timing(name, now - int(seconds * 1e9), now)


class PageVersion(NamedTuple):
    """The page of an enriched document, and which version of it the document is.

    ``key`` is the first half of the keys of the page's facts. ``version`` orders the versions: ``CleanDocument.version``.
    """

    key: bytes
    version: int


class Processed(NamedTuple):
    """The result of a message that a stage processed. ``reason`` is set when the page was rejected.

    ``changes`` are the table changes to write with ``outputs``: before them, or in the same transaction.
    """

    outputs: tuple[OutputRecord, ...]
    reason: str | None = None
    changes: tuple[TableChange, ...] = ()
    page_type: str | None = None  # of a page that was cleaned and kept
    language: str | None = None  # of an enriched document: a code that the identifier knows, or "none"
    site: str = ""  # registered domain of the page; empty where its message was not decoded
    url: str = ""  # of the page; empty for a correction of a bucket
    timings: tuple[Timing, ...] = ()
    page: PageVersion | None = None  # of an enriched document


class Failed(NamedTuple):
    """The result of a message that cannot be processed because of its content; it is dead-lettered.

    ``error`` is the exception's class name, ``message`` its text. ``changes`` are the table changes made before the failure.
    """

    fault: Fault
    error: str
    message: str
    changes: tuple[TableChange, ...] = ()


def unexpected_failure(error: Exception) -> Failed:
    """The result for an exception that no stage expects, with the source line that raised it.

    ``MemoryError`` is reported as ``Fault.CRASH`` (the process reached worker.process_memory_bytes), all else as ``Fault.ERROR``.
    """
    if isinstance(error, MemoryError):
        return Failed(Fault.CRASH, type(error).__name__, "out of memory: see worker.process_memory_bytes")
    frames = traceback.extract_tb(error.__traceback__)
    origin = f" (at {Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return Failed(Fault.ERROR, type(error).__name__, f"{error}{origin}")
