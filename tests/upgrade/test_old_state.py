"""State of older releases is read on, or set aside and rebuilt with one clear line."""

from __future__ import annotations

import json
import logging
import tarfile
from pathlib import Path

import pytest
from faust.stores.rocksdb import RocksDBOptions
from upgrade.older import FILES, RELEASES, records, table

from streams import dedup, topics
from streams.records import Candidate, CleanDocument, Rejection, upgrade
from streams.runtime.state.fact_keys import is_page
from streams.runtime.state.folder import LAYOUT, OWNER_FILE, StateFolder
from streams.runtime.state.table import store_options
from streams.settings import Settings, Worker

every_release = pytest.mark.parametrize("release", RELEASES)
NOON = 1_782_000_000_000  # milliseconds: when the files' pages were looked up


class Buckets:
    """A table with the values of an older release."""

    def __init__(self, release: str) -> None:
        self.values = table(release)

    def get(self, key: str) -> bytes:
        return self.values.get(key, b"")

    def put(self, key: str, value: bytes) -> None:
        self.values[key] = value

    def is_local(self, key: str) -> bool:
        return True


@every_release
def test_buckets_of_an_older_release_know_the_documents_in_them(release: str) -> None:
    for key, value in table(release).items():
        bucket = dedup.decode_bucket(value)
        assert bucket.documents and not is_page(key.encode())
        assert bucket.documents[0].url.startswith("https://")


@every_release
def test_a_page_that_comes_again_after_the_upgrade_gets_the_answer_that_it_got(release: str) -> None:
    buckets = Buckets(release)
    for record in records(release, topics.CANDIDATES):
        candidate = upgrade.candidate(record.value)
        step = dedup.advance(candidate, buckets, NOON + 60_000, Settings().dedup).step
        if candidate.document.id == "c":
            assert isinstance(step, Rejection) and step.duplicate_of == "a"
        else:
            assert isinstance(step, CleanDocument)
            assert step.lineage.revision_of == {"a": None, "b": "a"}[candidate.document.id]
            assert NOON <= step.version < NOON + 60_000  # when it was first seen, not now


@every_release
def test_a_copy_of_an_older_release_s_document_is_found(release: str) -> None:
    record = records(release, topics.CANDIDATES)[0]
    first = upgrade.candidate(record.value)
    text = first.document.text
    other = Candidate(
        document=first.document.__class__(id="new", url="https://other.example/1", text=text),
        fingerprint=dedup.fingerprint(text, "https://other.example/1", first.document.title),
    )
    step = dedup.advance(other, Buckets(release), NOON + 60_000, Settings().dedup).step
    assert isinstance(step, Rejection) and step.duplicate_of == "a"


@pytest.mark.parametrize(
    ("owner", "why"),
    [
        (None, f"there is no {OWNER_FILE}"),
        (b'{"app": "crawlmill", "cluster": "c", "layout": 1}', "its layout is 1"),
    ],
)
def test_databases_of_layout_1_are_set_aside_with_one_line_each_and_rebuilt_from_the_changelog(
    owner: bytes | None, why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with tarfile.open(FILES / "layout1-state.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    if owner is not None:
        (tmp_path / OWNER_FILE).write_bytes(owner)
    folder = StateFolder(Settings(worker=Worker(data_dir=str(tmp_path))))
    folder.lock()
    try:
        with caplog.at_level(logging.WARNING):
            folder.claim("c")
    finally:
        folder.unlock()
    (line,) = [record.getMessage() for record in caplog.records]
    assert "doors-1.db is set aside as" in line and "recovered from the changelog" in line and why in line
    assert folder.databases() == []
    assert json.loads((tmp_path / OWNER_FILE).read_bytes())["layout"] == LAYOUT


def test_the_database_of_layout_1_is_real_and_has_the_table_of_its_release(tmp_path: Path) -> None:
    """With RocksDB's TTL each value ends in four bytes of time, which is why it cannot be read on."""
    with tarfile.open(FILES / "layout1-state.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    store = RocksDBOptions(**store_options(3_000_000)).open(tmp_path / "v1" / "tables" / "doors-1.db")
    found = {key.decode(): value for key, value in store.items() if not key.startswith(b"__faust")}
    store.close()
    assert {key: value[:-4] for key, value in found.items()} == table("layout1")
