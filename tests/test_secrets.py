"""Secrets are used and never shown: settings, their errors, the command line, the process table."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from streams.errors import SettingsError
from streams.runtime.local.worker_process import WorkerProcess
from streams.runtime.observability.logs import configuration
from streams.settings import Log, Settings, load, values, without_secrets
from streams.settings.secret import Secret

ROOT = Path(__file__).parents[1]
HIDDEN = 'tr0ub4dor&3 "=x'
VARIABLES = [setting.variable for setting in values(Settings()) if isinstance(setting.value, Secret)]
SASL = {"CRAWLMILL_KAFKA_SECURITY": "sasl_ssl", "CRAWLMILL_KAFKA_SASL_USERNAME": "mill"}
WITH_ALL = {
    **SASL,
    "CRAWLMILL_KAFKA_SSL_CERT_FILE": "own.pem",
    **dict.fromkeys(VARIABLES, HIDDEN),
}


def _load(environ: dict[str, str], *overrides: str, path: Path | None = None) -> Settings:
    return load(path or ROOT / "config/crawlmill.toml", environ, overrides)


def test_there_are_secrets_to_test() -> None:
    assert sorted(VARIABLES) == [
        "CRAWLMILL_KAFKA_SASL_PASSWORD",
        "CRAWLMILL_KAFKA_SSL_KEY_PASSWORD",
        "CRAWLMILL_WORKER_WEB_TOKEN",
    ]


def test_a_secret_is_shown_by_nothing_that_shows_settings() -> None:
    settings = _load(WITH_ALL)
    shown = [repr(settings), str(settings), f"{settings.kafka} {settings.worker!r}", "%s" % settings.kafka]  # noqa: UP031
    assert [text for text in shown if HIDDEN in text or "tr0ub" in text] == []
    assert settings.kafka.sasl_password.reveal() == HIDDEN


def test_a_secret_cannot_be_encoded_by_mistake() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode(_load(WITH_ALL))


def test_the_settings_verb_leaves_secrets_out_and_says_where_they_go() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streams", "settings"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **WITH_ALL},
    )
    assert done.returncode == 0, done.stderr
    assert "tr0ub" not in done.stdout + done.stderr
    assert all(name in done.stdout for name in VARIABLES)


@pytest.mark.parametrize(
    "override",
    [f"kafka.sasl_password={HIDDEN}", f"kafka.sasl_pasword={HIDDEN}", f"kafka_sasl_password={HIDDEN}"],
)
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(override: str) -> None:
    with pytest.raises(SettingsError) as refused:
        _load({}, override)
    assert "tr0ub" not in str(refused.value)


def test_a_secret_of_another_type_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "crawlmill.toml"
    path.write_text("[kafka]\nsasl_password = 998877\n")
    with pytest.raises(SettingsError, match=r"kafka\.sasl_password") as refused:
        _load({}, path=path)
    assert "998877" not in str(refused.value)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"CRAWLMILL_KAFKA_SECURITY": "tls"}, r"kafka\.security"),
        ({**SASL, "CRAWLMILL_KAFKA_SASL_MECHANISM": "GSSAPI"}, r"kafka\.sasl_mechanism"),
        ({"CRAWLMILL_KAFKA_SECURITY": "sasl_ssl"}, r"kafka\.sasl_username is missing"),
        (SASL, r"password is missing; set CRAWLMILL_KAFKA_SASL_PASSWORD or kafka\.sasl_password_file"),
        (
            {"CRAWLMILL_KAFKA_SASL_PASSWORD": HIDDEN},
            r"kafka\.sasl_password is set, but kafka\.security = plaintext",
        ),
        ({"CRAWLMILL_KAFKA_SSL_CA_FILE": "ca.pem"}, r"kafka\.ssl_ca_file is set, but .* set ssl"),
        (
            {**WITH_ALL, "CRAWLMILL_KAFKA_SASL_PASSWORD_FILE": "file"},
            r"kafka\.sasl_password \(or .*\) and kafka\.sasl_password_file: set one",
        ),
        (
            {"CRAWLMILL_KAFKA_SECURITY": "ssl", "CRAWLMILL_KAFKA_SSL_KEY_FILE": "key.pem"},
            r"kafka\.ssl_cert_file is missing",
        ),
    ],
)
def test_what_does_not_go_together_is_an_error_that_names_the_setting(
    environ: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        _load(environ)
    assert "tr0ub" not in str(refused.value)


def test_those_who_work_on_pages_get_no_secret() -> None:
    settings = without_secrets(_load(WITH_ALL))
    assert [
        setting for setting in values(settings) if isinstance(setting.value, Secret) and setting.value
    ] == []
    assert b"tr0ub" not in pickle.dumps(settings)
    assert settings.kafka.sasl_username == "mill"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the process table in /proc")
def test_a_worker_process_is_handed_its_secrets_where_the_process_table_does_not_show_them(
    tmp_path: Path,
) -> None:
    worker = WorkerProcess(_load(WITH_ALL), tmp_path / "log")
    worker.launch()
    try:
        proc = Path(f"/proc/{worker.pid}")
        deadline = time.monotonic() + 10
        while not (command := (proc / "cmdline").read_bytes()) and time.monotonic() < deadline:
            time.sleep(0.01)  # another process: the system fills this in some moments after it was started
        assert b"kafka.sasl_username" in command
        assert b"tr0ub" not in command
        assert f"CRAWLMILL_KAFKA_SASL_PASSWORD={HIDDEN}".encode() in (proc / "environ").read_bytes()
    finally:
        worker.kill()
    assert "tr0ub" not in worker.log_tail()


def test_what_logs_requests_with_the_password_in_them_does_not_log_them_at_any_level() -> None:
    for level in ("crit", "error", "warn", "info", "debug"):
        loggers = configuration(Log(level=level))["loggers"]
        assert logging.getLevelName(loggers["aiokafka.conn"]["level"]) >= logging.INFO
