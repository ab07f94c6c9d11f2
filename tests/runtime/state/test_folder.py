"""Whose state a folder holds, who may use it, and what is done with what cannot be believed."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from streams.errors import SettingsError, StateError
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.state.folder import LAYOUT, OWNER_FILE, StateFolder, set_aside
from streams.settings import Kafka, Settings, Worker


def _settings(path: Path, prefix: str = "", port: int = 0) -> Settings:
    return Settings(kafka=Kafka(topic_prefix=prefix), worker=Worker(data_dir=str(path), web_port=port))


def _database(path: Path, number: int = 0) -> Path:
    database = path / "v1" / "tables" / f"buckets-{number}.db"
    database.mkdir(parents=True)
    (database / "000004.sst").write_bytes(b"rows")
    return database


def _claimed(settings: Settings, cluster: str) -> None:
    folder = StateFolder(settings)
    folder.lock()
    try:
        folder.claim(cluster)
    finally:
        folder.unlock()


def test_a_new_folder_gets_an_owner_file_with_mill_cluster_and_layout(tmp_path: Path) -> None:
    _claimed(_settings(tmp_path / "data", "news."), "cluster-1")
    owner = json.loads((tmp_path / "data" / OWNER_FILE).read_bytes())
    assert owner == {"app": "news.crawlmill", "cluster": "cluster-1", "layout": LAYOUT}


def test_the_same_mill_on_the_same_cluster_finds_its_state_again(tmp_path: Path) -> None:
    for _ in range(2):
        _claimed(_settings(tmp_path), "cluster-1")
        if not list(tmp_path.glob("v1/tables/*.db")):
            _database(tmp_path)
    assert [path.name for path in (tmp_path / "v1" / "tables").iterdir()] == ["buckets-0.db"]


@pytest.mark.parametrize(("prefix", "cluster"), [("other.", "cluster-1"), ("", "cluster-2")])
def test_the_state_of_another_mill_is_refused_with_the_remedy_and_not_touched(
    tmp_path: Path, prefix: str, cluster: str
) -> None:
    data = tmp_path / "data"
    _claimed(_settings(data), "cluster-1")
    database = _database(data)
    with pytest.raises(
        StateError, match=r"holds the state of mill crawlmill on cluster cluster-1"
    ) as refused:
        _claimed(_settings(data, prefix), cluster)
    assert f"--set worker.data_dir={data}-2" in str(refused.value)
    assert f"rm -r {data / 'v1'} {data / OWNER_FILE}" in str(refused.value)
    assert (database / "000004.sst").read_bytes() == b"rows"


def test_the_cluster_id_is_kept_when_the_broker_stops_giving_one(tmp_path: Path) -> None:
    for cluster in ("cluster-1", ""):
        _claimed(_settings(tmp_path), cluster)
    with pytest.raises(StateError):
        _claimed(_settings(tmp_path), "cluster-2")


@pytest.mark.parametrize("owner", [None, b"{", b'{"app": "crawlmill", "cluster": "cluster-1", "layout": 1}'])
def test_databases_without_an_owner_file_or_of_another_layout_are_set_aside(
    tmp_path: Path, owner: bytes | None
) -> None:
    database = _database(tmp_path)
    if owner is not None:
        (tmp_path / OWNER_FILE).write_bytes(owner)
    _claimed(_settings(tmp_path), "cluster-1")
    assert not database.exists()
    (aside,) = database.parent.iterdir()
    assert aside.name.startswith("buckets-0.db.aside-") and (aside / "000004.sst").exists()
    assert json.loads((tmp_path / OWNER_FILE).read_bytes())["layout"] == LAYOUT


def test_of_what_is_set_aside_the_newest_two_are_kept(tmp_path: Path) -> None:
    for number in range(4):
        database = _database(tmp_path)
        (database / "000004.sst").write_bytes(b"%d" % number)
        set_aside(database, "a test")
    kept = sorted((tmp_path / "v1" / "tables").iterdir())
    assert [(path / "000004.sst").read_bytes() for path in kept] == [b"2", b"3"]


def test_names_of_what_is_set_aside_sort_by_age_across_the_turn_of_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = 1_796_000_000_000_000_000
    clock = iter((turn - 2, turn - 1, turn, turn + 1))
    monkeypatch.setattr("streams.runtime.state.folder.time.time_ns", lambda: next(clock))
    for number in range(4):
        database = _database(tmp_path)
        (database / "000004.sst").write_bytes(b"%d" % number)
        set_aside(database, "a test")
    kept = sorted((tmp_path / "v1" / "tables").iterdir())
    assert [(path / "000004.sst").read_bytes() for path in kept] == [b"2", b"3"]


def test_a_second_worker_is_told_what_to_type(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    first, second = StateFolder(_settings(data, port=port)), StateFolder(_settings(data, port=port))
    first.lock()
    try:
        with pytest.raises(SettingsError, match="is used by another worker that runs") as refused:
            second.lock()
        assert f"crawlmill --set worker.data_dir={data}-2 worker --web-port " in str(refused.value)
        assert f"--web-port {port}," not in str(refused.value)  # the first may be about to listen on it
    finally:
        first.unlock()
    second.lock()
    second.unlock()


def test_a_port_that_is_taken_is_named_with_one_that_is_free(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            SettingsError, match=f"worker.web_port = {port} at 127.0.0.1 cannot be had"
        ) as refused:
            StateFolder(_settings(tmp_path / "data", port=port)).require_port()
    assert f"worker --web-port {port}" not in str(refused.value)
    StateFolder(_settings(tmp_path / "data", port=port)).require_port()


def test_a_folder_is_free_again_when_its_worker_is_killed(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from streams.runtime.state.folder import StateFolder
from streams.settings import Settings, Worker
StateFolder(Settings(worker=Worker(data_dir={str(tmp_path)!r}))).lock()
print("locked", flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "locked\n"
        folder = StateFolder(_settings(tmp_path))
        with pytest.raises(SettingsError):
            folder.lock()
        other.kill()
    folder.lock()
    folder.unlock()


def test_state_is_for_nobody_else_to_read_neither_what_is_written_nor_what_was_there(tmp_path: Path) -> None:
    before, data = os.umask(0o022), tmp_path / "data"
    try:
        old = _database(data)
        assert _mode(old) == 0o755 and _mode(old / "000004.sst") == 0o644
        folder = StateFolder(_settings(data))
        folder.lock()
        folder.claim("cluster-1")
        new = _database(data, 1)
        folder.unlock()
    finally:
        os.umask(before)
    everything = [*(data / "v1").rglob("*"), data / "v1", *data.glob("crawlmill-state.*")]
    assert new in everything and len(everything) >= 7
    assert {_mode(path) for path in everything} == {0o700, 0o600}
    assert all(_mode(path) == (0o700 if path.is_dir() else 0o600) for path in everything)


def test_a_folder_that_we_make_is_ours_alone(tmp_path: Path) -> None:
    StateFolder(_settings(tmp_path / "data")).make()
    assert _mode(tmp_path / "data") == 0o700


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("given", "next_one"),
    [("data", "data-2"), ("data-2", "data-3"), ("data-9", "data-10"), ("crawl-2026", "crawl-2026-2")],
)
def test_the_folder_of_one_more_worker_is_numbered_on(tmp_path: Path, given: str, next_one: str) -> None:
    first = StateFolder(_settings(tmp_path / given))
    first.lock()
    try:
        with pytest.raises(SettingsError) as refused:
            StateFolder(_settings(tmp_path / given)).lock()
    finally:
        first.unlock()
    assert f"worker.data_dir={tmp_path / next_one} worker" in str(refused.value)


def test_a_worker_whose_folder_is_its_own_and_whose_port_is_taken_keeps_the_folder(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        folder = StateFolder(_settings(tmp_path / "data-2", port=port))
        folder.lock()
        try:
            with pytest.raises(SettingsError) as refused:
                folder.require_port()
        finally:
            folder.unlock()
    assert f"crawlmill --set worker.data_dir={tmp_path / 'data-2'} worker --web-port " in str(refused.value)
