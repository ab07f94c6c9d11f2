"""What is wrong with a machine is said, with what to type; nothing is changed by looking."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.planning.load import Load, Rates
from streams.planning.plan import plan
from streams.runtime.doctor import Finding, Verdict, machine
from streams.runtime.state.folder import StateFolder
from streams.settings import Kafka, Nlp, Settings, Worker


def _verdict(finding: Finding) -> Verdict:
    assert finding.said
    assert bool(finding.remedy) == (finding.verdict is not Verdict.OK)
    return finding.verdict


def _worker(folder: Path, **options: Any) -> Settings:
    return Settings(worker=Worker(data_dir=str(folder), **options))


def test_this_machine_is_well(tmp_path: Path) -> None:
    settings = _worker(tmp_path / "mill/data", web_port=0, processes=1)
    found = {check.__name__: _verdict(check(settings)) for check in machine.CHECKS}
    assert found.pop("models") in (Verdict.OK, Verdict.NOTE)  # the French one is an extra
    assert found.pop("disk") in (Verdict.OK, Verdict.WARNING)
    assert set(found.values()) == {Verdict.OK}
    assert list(tmp_path.iterdir()) == []  # nothing is left behind


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    finding = machine.python(Settings())
    assert _verdict(finding) is Verdict.WRONG
    assert "3.11" in finding.remedy


def test_without_nlp_no_model_is_missing() -> None:
    finding = machine.models(Settings(nlp=Nlp(models={"en": "en_core_web_none"}, enabled=False)))
    assert _verdict(finding) is Verdict.OK
    assert finding.said == "none: nlp.enabled = false, documents stay on pages.clean"


def test_a_missing_english_model() -> None:
    finding = machine.models(Settings(nlp=Nlp(models={"en": "en_core_web_none"})))
    assert _verdict(finding) is Verdict.WRONG
    assert "en_core_web_none" in finding.remedy


@pytest.mark.parametrize(("allowed", "verdict"), [((), Verdict.WRONG), (("de",), Verdict.NOTE)])
def test_a_missing_model_is_wrong_or_where_it_may_be_missing_a_note_with_its_command(
    allowed: tuple[str, ...], verdict: Verdict
) -> None:
    named = Nlp(models={"de": "de_core_news_none"}, allow_missing_models=allowed)
    finding = machine.models(Settings(nlp=named))
    assert _verdict(finding) is verdict
    assert "spacy download de_core_news_none" in finding.remedy


def test_a_clock_of_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert _verdict(machine.clock_is_right(Settings())) is Verdict.WRONG


def test_more_processes_than_memory(tmp_path: Path) -> None:
    finding = machine.memory(_worker(tmp_path, processes=100_000))
    assert _verdict(finding) is Verdict.WARNING
    assert finding.remedy.startswith("--set worker.processes=")


def test_the_memory_of_a_worker_is_that_of_a_plan_with_its_settings(tmp_path: Path) -> None:
    load, rates = Load(1e5), Rates(value_memory_bytes=0)
    planned = plan(load, rates, Worker(processes=2, buffer_bytes=10_000_000, store_bytes=96_000_000))
    assert (planned.workers, planned.cores <= 1) == (1, True)
    settings = _worker(tmp_path, processes=1, buffer_bytes=10_000_000, store_bytes=96_000_000)
    found = machine.memory(msgspec.structs.replace(settings, kafka=Kafka(partitions=planned.partitions)))
    assert f"some {planned.memory_bytes / 1e9:.1f} GB of" in found.said


def test_the_number_of_processes_that_is_suggested_fits(tmp_path: Path) -> None:
    suggested = int(machine.memory(_worker(tmp_path, processes=100_000)).remedy.partition("=")[2])
    assert machine.memory(_worker(tmp_path, processes=suggested)).verdict is Verdict.OK
    assert machine.memory(_worker(tmp_path, processes=suggested + 1)).verdict is Verdict.WARNING


def test_too_few_open_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4_096))
    finding = machine.open_files(Settings(kafka=Kafka(partitions=64)))
    assert _verdict(finding) is Verdict.WARNING
    assert finding.remedy.startswith("ulimit -n 4096")


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="needs /proc")
def test_a_state_folder_that_cannot_be_made() -> None:
    finding = machine.state_folder(_worker(Path("/proc/nowhere")))
    assert _verdict(finding) is Verdict.WRONG
    assert finding.remedy.endswith("Another folder: --set worker.data_dir=FOLDER")


def test_a_state_folder_that_another_worker_uses(tmp_path: Path) -> None:
    folder = StateFolder(_worker(tmp_path))
    folder.make()
    folder.lock()
    try:
        finding = machine.state_folder(_worker(tmp_path))
        assert _verdict(finding) is Verdict.WRONG
        assert "another worker" in finding.remedy
    finally:
        folder.unlock()


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = shutil._ntuple_diskusage(100_000_000_000, 95_000_000_000, 5_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert _verdict(machine.disk(_worker(tmp_path))) is Verdict.WARNING


def test_a_temporary_folder_that_is_too_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = shutil._ntuple_diskusage(64_000_000, 0, 64_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    finding = machine.temporary(_worker(tmp_path, processes=2))
    assert _verdict(finding) is Verdict.WRONG
    assert "TMPDIR" in finding.remedy


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finding = machine.port(_worker(tmp_path, web_port=taken.getsockname()[1]))
    assert _verdict(finding) is Verdict.WRONG
    assert "--web-port" in finding.remedy
