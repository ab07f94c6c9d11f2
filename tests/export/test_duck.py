"""A table of DuckDB: rows and progress in one transaction, columns that records gain later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from export import full_disk
from export.made import DAY, page, received, tombstone

duckdb = pytest.importorskip("duckdb")

from streams.client import Received  # noqa: E402
from streams.errors import BadInput  # noqa: E402
from streams.export import columns  # noqa: E402
from streams.export.duck import DuckSink  # noqa: E402
from streams.records import DeadLetter, Enriched, Fault  # noqa: E402


def _sink(path: Path, topic_id: str = "") -> DuckSink:
    return DuckSink(path, "prod.pages.enriched", Enriched, "c", topic_id)


def _asked(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return list(connection.execute(query).fetchall())


def test_rows_can_be_asked_with_their_types(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path)
    sink.write([received(0), received(1), tombstone(2)])
    sink.close()
    assert _asked(
        path, "SELECT entities[1].text, year(published_at) FROM prod_pages_enriched WHERE _offset = 1"
    ) == [("Lisbon", 2026)]
    assert _asked(path, "SELECT _key FROM prod_pages_enriched WHERE _deleted") == [("p2",)]


def test_the_view_has_the_newest_row_of_each_key_and_none_of_a_key_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path)
    assert sink.view == "prod_pages_enriched_current"
    again = received(0, record=page(7), at=DAY + timedelta(hours=1))
    gone = msgspec.structs.replace(tombstone(1), offset=9)
    sink.write([received(0), received(1), again, gone, received(2)])
    sink.close()
    valid = "SELECT _key, id FROM prod_pages_enriched_current ORDER BY _key"
    assert _asked(path, valid) == [("p0", "p7"), ("p2", "p2")]
    back = _sink(path)
    back.write([received(1, at=DAY + timedelta(hours=1))])
    back.close()
    assert _asked(path, valid) == [("p0", "p7"), ("p1", "p1"), ("p2", "p2")]


def test_the_view_of_dead_letters_has_one_row_a_message_whatever_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = DuckSink(path, "pages.deadletter", DeadLetter, "c")
    letters = [
        DeadLetter(id=f"pages.raw/0/{number}", reason=Fault.TIMEOUT, stage="clean", error="", message=said)
        for number, said in ((1, "first"), (2, "other"), (1, "again"))
    ]
    sink.write([
        Received(letter, "one.host.example", "pages.deadletter", 0, offset, DAY + timedelta(hours=offset))
        for offset, letter in enumerate(letters)
    ])  # fmt: skip
    sink.close()
    rows = _asked(path, "SELECT id, message FROM pages_deadletter_current ORDER BY id")
    assert rows == [("pages.raw/0/1", "again"), ("pages.raw/0/2", "other")]


def test_the_next_run_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path)
    sink.write([received(0), received(5, partition=2)])
    sink.close()
    again = _sink(path)
    assert again.offsets == {0: 1, 2: 6}
    again.close()


def test_a_batch_that_fails_leaves_neither_rows_nor_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path)
    sink.write([received(0)])
    empty = columns.table_of(Enriched, []).select(["id"])
    with monkeypatch.context() as patched, pytest.raises(duckdb.Error):
        patched.setattr(columns, "table_of", lambda *_: empty.append_column("absent", empty["id"]))
        sink.write([received(1)])
    sink.close()
    assert _sink(path).offsets == {0: 1}


def test_columns_that_records_have_gained_are_added(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path)
    sink.write([received(0)])
    sink._connection.execute('ALTER TABLE "prod_pages_enriched" DROP COLUMN title')
    sink.close()
    again = _sink(path)
    again.write([received(1)])
    again.close()
    assert len(_asked(path, "SELECT title FROM prod_pages_enriched_current")) == 2
    assert _asked(path, "SELECT title IS NULL FROM prod_pages_enriched ORDER BY _offset") == [
        (True,),
        (False,),
    ]


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("not a database")
    with pytest.raises(BadInput, match=r"notes\.duckdb"):
        _sink(path)


def test_a_topic_that_was_created_anew_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path, "one")
    sink.write([received(0)])
    sink.close()
    with pytest.raises(BadInput, match=r"created anew .* another place"):
        _sink(path, "other")
    assert _sink(path, "one").offsets == {0: 1}


def test_a_database_of_an_older_release_which_noted_no_id_of_the_topic_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    sink = _sink(path)
    sink.write([received(0)])
    sink._connection.execute("ALTER TABLE crawlmill_progress DROP COLUMN topic_id")
    sink.close()
    again = _sink(path, "one")
    again.write([received(1)])
    again.close()
    assert _sink(path, "one").offsets == {0: 2}


def test_a_disk_that_is_full_is_told_and_the_next_run_goes_on_where_this_one_stopped(tmp_path: Path) -> None:
    path = tmp_path / "crawl.duckdb"
    written = full_disk.fill(DuckSink, path, 1_000_000)
    sink = DuckSink(path, "pages.enriched", Enriched, "c")
    assert sink.offsets.get(0, 0) == written
    sink.write([received(written)])
    sink.close()
    assert _asked(path, "SELECT count(*) - count(DISTINCT _offset) FROM pages_enriched") == [(0,)]
