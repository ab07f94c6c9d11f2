"""Parquet files: complete or not there, each offset once, whatever ends a run."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from export import full_disk
from export.made import DAY, received

pq = pytest.importorskip("pyarrow.parquet")

from streams.client.received import Received  # noqa: E402
from streams.errors import BadInput  # noqa: E402
from streams.export import parquet, progress  # noqa: E402
from streams.export.parquet import ParquetSink  # noqa: E402
from streams.records import Enriched  # noqa: E402

TOPIC = "pages.enriched"


def _sink(folder: Path, cluster: str = "c", topic_id: str = "") -> ParquetSink:
    return ParquetSink(folder, TOPIC, Enriched, cluster, topic_id)


def _export(folder: Path, *rows: Received[Enriched], topic_id: str = "") -> dict[int, int]:
    """Write one batch, if it has rows, as a run does; returns the progress."""
    sink = _sink(folder, topic_id=topic_id)
    if rows:
        sink.write(rows)
    sink.close()
    return sink.offsets


def _offsets(folder: Path) -> list[tuple[int, int]]:
    table = pq.read_table(folder / TOPIC)
    return sorted(zip(table["_partition"].to_pylist(), table["_offset"].to_pylist(), strict=True))


def test_records_are_parted_by_day_and_read_as_one_table(tmp_path: Path) -> None:
    next_day = DAY + datetime.timedelta(seconds=2)
    _export(tmp_path, received(0), received(1, at=next_day), received(5, partition=2))
    assert sorted(path.name for path in (tmp_path / TOPIC).glob("day=*")) == [
        "day=2026-05-01",
        "day=2026-05-02",
    ]
    assert _offsets(tmp_path) == [(0, 0), (0, 1), (2, 5)]


def test_the_next_run_goes_on_where_the_last_one_stopped(tmp_path: Path) -> None:
    _export(tmp_path, received(0), received(1), received(5, partition=2))
    assert _export(tmp_path) == {0: 2, 2: 6}


def test_what_an_interrupted_run_left_behind_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = _sink(tmp_path)
    sink.write([received(0)])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(progress, "save", killed)  # the files are written, the progress is not
        sink.write([received(1), received(2)])
    sink.close()
    (tmp_path / TOPIC / "day=2026-05-01" / "_part-0-3-9.parquet.new").write_bytes(b"half a file")
    again = _sink(tmp_path)
    assert again.offsets == {0: 1}
    again.write([received(1), received(2)])
    assert _offsets(tmp_path) == [(0, 0), (0, 1), (0, 2)]
    assert not list((tmp_path / TOPIC).rglob("*.new"))


def test_another_cluster_s_export_is_not_continued(tmp_path: Path) -> None:
    _export(tmp_path, received(0))
    with pytest.raises(BadInput, match="another folder"):
        _sink(tmp_path, "other")


def test_a_damaged_progress_is_an_error_and_not_a_new_beginning(tmp_path: Path) -> None:
    _export(tmp_path, received(0))
    (tmp_path / TOPIC / parquet._PROGRESS).write_bytes(b"{")
    with pytest.raises(BadInput, match="progress"):
        _sink(tmp_path)


def test_a_topic_that_was_created_anew_is_not_continued(tmp_path: Path) -> None:
    _export(tmp_path, received(0))  # of a release, or a broker, without ids of topics
    _export(tmp_path, received(1), topic_id="one")
    assert _export(tmp_path, topic_id="one") == {0: 2}
    assert _export(tmp_path) == {0: 2}
    with pytest.raises(BadInput, match=r"created anew .* another place"):
        _sink(tmp_path, topic_id="other")


def test_two_exports_do_not_write_to_one_folder_at_once(tmp_path: Path) -> None:
    first = _sink(tmp_path)
    with pytest.raises(BadInput, match="another crawlmill export is writing to it"):
        _sink(tmp_path)
    first.close()
    _sink(tmp_path).close()


def test_a_disk_that_is_full_is_told_and_the_next_run_goes_on_where_this_one_stopped(tmp_path: Path) -> None:
    path = tmp_path / "lake"
    written = full_disk.fill(ParquetSink, path, 10_000)
    sink = _sink(path)
    assert sink.offsets.get(0, 0) == written
    sink.write([received(written)])
    sink.close()
    assert _offsets(path) == [(0, number) for number in range(written + 1)]
