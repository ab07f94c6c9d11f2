"""Parquet files of a topic, by day: ``<folder>/<topic>/day=2026-05-01/part-<partition>-<first>-<last>.parquet``.

A day is the UTC day on which Kafka received the record. Files are complete when they have their name; those of offsets that the
progress file does not have yet are what an interrupted run left behind, and are removed before the next one writes them again.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from streams.client.received import Received
from streams.errors import BadInput
from streams.export import columns, progress
from streams.records import Record

_PART = re.compile(r"part-(\d+)-(\d+)-(\d+)\.parquet")
_PROGRESS = "_progress.json"  # names with an underscore are no data for DuckDB, Spark and Arrow
_LOCK = "_lock"


class ParquetSink:
    """Writes batches of a topic's records below a folder.

    Raises :class:`~streams.errors.BadInput` for another topic's folder, and for one that another export is writing to.
    """

    def __init__(
        self, folder: Path, topic: str, kind: type[Record], cluster: str, topic_id: str = ""
    ) -> None:
        self._folder = folder / topic
        self._folder.mkdir(parents=True, exist_ok=True)
        self._topic, self._kind, self._cluster, self._topic_id = topic, kind, cluster, topic_id
        self._lock = _locked(self._folder)
        try:
            self.offsets = progress.load(self._folder / _PROGRESS, topic, cluster, topic_id)
        except BadInput:
            self._lock.close()
            raise
        self._remove_unfinished()

    def write(self, batch: Sequence[Received[Any]]) -> None:
        """Write a batch as one file a day and partition, then note the progress. Raises :class:`BadInput` where that cannot be written."""
        try:
            self._write(batch)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise BadInput(progress.unwritten(self._folder.parent, why)) from error

    def _write(self, batch: Sequence[Received[Any]]) -> None:
        parts: dict[tuple[str, int], list[Received[Any]]] = defaultdict(list)
        for received in batch:
            parts[received.timestamp.date().isoformat(), received.partition].append(received)
        for (day, partition), rows in parts.items():
            self._write_part(day, partition, rows)
        for received in batch:
            self.offsets[received.partition] = max(
                received.offset + 1, self.offsets.get(received.partition, 0)
            )
        noted = progress.Progress(self._topic, self._cluster, self.offsets, self._topic_id)
        progress.save(self._folder / _PROGRESS, noted)

    def close(self) -> None:
        """Let another run write there."""
        self._lock.close()

    def _write_part(self, day: str, partition: int, rows: Sequence[Received[Any]]) -> None:
        folder = self._folder / f"day={day}"
        folder.mkdir(exist_ok=True)
        name = f"part-{partition}-{rows[0].offset}-{rows[-1].offset}.parquet"
        beside = folder / f"_{name}.new"
        pq.write_table(columns.table_of(self._kind, rows), beside, compression="zstd")
        beside.replace(folder / name)

    def _remove_unfinished(self) -> None:
        for path in self._folder.glob("day=*/*"):
            part = _PART.fullmatch(path.name)
            if part is None:
                if path.suffix == ".new":
                    path.unlink()
            elif int(part[2]) >= self.offsets.get(int(part[1]), 0):
                path.unlink()


def _locked(folder: Path) -> sqlite3.Connection:
    """A lock on the folder, which ends with the process: another export would remove files that this one has not noted yet.

    It is SQLite's, which is the same on all systems; the file stays empty.
    """
    lock = sqlite3.connect(folder / _LOCK, isolation_level=None, timeout=0.1, check_same_thread=False)
    try:
        lock.execute("PRAGMA journal_mode = OFF")
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        why = (
            "another crawlmill export is writing to it"
            if "locked" in str(error)
            else f"cannot be locked: {error}"
        )
        raise BadInput(f"{folder}: {why}") from error
    return lock
