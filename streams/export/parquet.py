"""Parquet files of a topic, by day: ``<folder>/<topic>/day=2026-05-01/part-<partition>-<first>-<last>.parquet``.

A day is the UTC day on which Kafka received the record. Files are complete when they have their name; those of offsets that the
progress file does not have yet are what an interrupted run left behind, and are removed before the next one writes them again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from streams.client.received import Received
from streams.export import columns, progress
from streams.records import Record

_PART = re.compile(r"part-(\d+)-(\d+)-(\d+)\.parquet")
_PROGRESS = "_progress.json"  # names with an underscore are no data for DuckDB, Spark and Arrow


class ParquetSink:
    """Writes batches of a topic's records below a folder. Raises :class:`~streams.errors.BadInput` for another topic's folder."""

    def __init__(self, folder: Path, topic: str, kind: type[Record], cluster: str) -> None:
        self._folder = folder / topic
        self._folder.mkdir(parents=True, exist_ok=True)
        self._topic, self._kind, self._cluster = topic, kind, cluster
        self.offsets = progress.load(self._folder / _PROGRESS, topic, cluster)
        self._remove_unfinished()

    def write(self, batch: Sequence[Received[Any]]) -> None:
        """Write a batch as one file a day and partition, then note the progress."""
        parts: dict[tuple[str, int], list[Received[Any]]] = defaultdict(list)
        for received in batch:
            parts[received.timestamp.date().isoformat(), received.partition].append(received)
        for (day, partition), rows in parts.items():
            self._write_part(day, partition, rows)
        for received in batch:
            self.offsets[received.partition] = max(
                received.offset + 1, self.offsets.get(received.partition, 0)
            )
        progress.save(self._folder / _PROGRESS, progress.Progress(self._topic, self._cluster, self.offsets))

    def close(self) -> None:
        """Nothing is open between batches."""

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
