"""A DuckDB database of a topic: a table of all its records, a view of those that are valid, and how far it has come.

Rows and progress change in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from streams.client.received import Received
from streams.errors import BadInput
from streams.export import columns, progress
from streams.records import DeadLetter, Record

# What DuckDB raises where a disk is full or fails, or memory is short; other errors are this module's.
_UNWRITABLE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException)
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


class DuckSink:
    """Appends batches of a topic's records to a table named like the topic, with underscores for dots.

    The view ``view``, ``<table>_current``, has the newest row of each key (of dead letters: of each message), and none of a key that was deleted.
    Raises :class:`BadInput` for a file that is no database, or is in use.
    """

    def __init__(self, path: Path, topic: str, kind: type[Record], cluster: str, topic_id: str = "") -> None:
        self._path, self._topic, self._kind, self._cluster, self._topic_id = (
            path,
            topic,
            kind,
            cluster,
            topic_id,
        )
        # Kafka allows letters, digits, ".", "_" and "-" in a topic's name: quoted, none of them ends an identifier.
        name = _NOT_IN_NAMES.sub("_", topic)
        self._table, self.view = f'"{name}"', f"{name}_current"
        try:
            self._connection = duckdb.connect(str(path))
        except duckdb.Error as error:
            raise BadInput(f"{path}: cannot be opened as a DuckDB database: {error}") from error
        try:
            self.offsets = self._prepared()
        except _UNWRITABLE as error:
            self._connection.close()
            raise self._failed(error) from error
        except BadInput:
            self._connection.close()
            raise

    def _prepared(self) -> dict[int, int]:
        """Create what is not there yet, and return the next offset of each partition."""
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS crawlmill_progress "
            '(topic VARCHAR, cluster VARCHAR, "partition" INTEGER, next BIGINT, PRIMARY KEY (topic, cluster, "partition"))'
        )
        self._connection.execute("ALTER TABLE crawlmill_progress ADD COLUMN IF NOT EXISTS topic_id VARCHAR")
        offsets = self._noted(self._path)
        empty = columns.table_of(self._kind, [])  # noqa: F841 - DuckDB finds it by its name
        create = f"CREATE TABLE IF NOT EXISTS {self._table} AS SELECT * FROM empty"  # nosec B608 - see above
        self._connection.execute(create)
        self._add_columns()
        self._define_view()
        return offsets

    def _noted(self, path: Path) -> dict[int, int]:
        """The next offset of each partition. Raises :class:`BadInput` for a topic that was created anew since."""
        rows = self._connection.execute(
            'SELECT "partition", next, topic_id FROM crawlmill_progress WHERE topic = ? AND cluster = ?',
            [self._topic, self._cluster],
        ).fetchall()
        for _, _, topic_id in rows:
            progress.require_same(path, self._topic, topic_id or "", self._topic_id)
        return {partition: offset for partition, offset, _ in rows}

    def _add_columns(self) -> None:
        """Add the columns that records have gained since the table was created."""
        known = {row[0] for row in self._connection.execute(f"DESCRIBE {self._table}").fetchall()}
        empty = columns.table_of(self._kind, [])  # noqa: F841 - DuckDB finds it by its name
        for name, kind, *_ in self._connection.execute("DESCRIBE SELECT * FROM empty").fetchall():
            if name not in known:
                self._connection.execute(f'ALTER TABLE {self._table} ADD COLUMN "{name}" {kind}')

    def _define_view(self) -> None:
        """Define the view anew: ``*`` in it stands for the columns that the table had then."""
        # The key of a dead letter is its message's, which others may have too.
        same = "id" if self._kind is DeadLetter else "_key"
        newest = (
            f"SELECT * FROM {self._table} "  # nosec B608 - see __init__
            f"QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY _produced_at DESC, _offset DESC) = 1"
        )
        self._connection.execute(
            f'CREATE OR REPLACE VIEW "{self.view}" AS SELECT * FROM ({newest}) WHERE NOT _deleted'  # nosec B608
        )

    def write(self, batch: Sequence[Received[Any]]) -> None:
        """Append a batch and its progress in one transaction. Raises :class:`BadInput` where that cannot be written."""
        try:
            self._append(batch)
        except _UNWRITABLE as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> BadInput:
        return BadInput(progress.unwritten(self._path, str(error).splitlines()[0]))

    def _append(self, batch: Sequence[Received[Any]]) -> None:
        rows = columns.table_of(self._kind, batch)  # noqa: F841 - DuckDB finds it by its name
        for received in batch:
            self.offsets[received.partition] = max(
                received.offset + 1, self.offsets.get(received.partition, 0)
            )
        self._connection.begin()
        insert = f"INSERT INTO {self._table} BY NAME SELECT * FROM rows"  # nosec B608 - see __init__
        self._connection.execute(insert)
        self._connection.executemany(
            'INSERT OR REPLACE INTO crawlmill_progress (topic, cluster, "partition", next, topic_id) VALUES (?, ?, ?, ?, ?)',
            [
                [self._topic, self._cluster, partition, offset, self._topic_id]
                for partition, offset in self.offsets.items()
            ],
        )
        self._connection.commit()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
