"""The sections of settings, their names, and settings without secrets."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from streams.settings import Secret, Settings, clear_environment, load, values, variable, without_secrets

ROOT = Path(__file__).parents[2]


def test_the_file_that_explains_the_settings_has_each_of_them_with_its_default() -> None:
    text = (ROOT / "config/crawlmill.toml").read_text("utf-8")
    assert load(ROOT / "config/crawlmill.toml", {}) == Settings()
    missing = [setting.name for setting in values(Settings()) if f"\n{setting.name} = " not in text]
    assert missing == []


def test_every_setting_has_a_variable_of_its_own_that_sets_it() -> None:
    every = list(values(Settings()))
    assert len({setting.variable for setting in every}) == len(every)
    assert variable("kafka", "topic_prefix") == "CRAWLMILL_KAFKA_TOPIC_PREFIX"
    for setting in every:
        section, _, name = setting.variable.removeprefix("CRAWLMILL_").lower().partition("_")
        assert (section, name) == (setting.section, setting.name)


def test_an_unknown_setting_is_refused_and_settings_do_not_change() -> None:
    with pytest.raises(msgspec.ValidationError, match="partition"):
        msgspec.convert({"kafka": {"partition": 1}}, Settings)
    with pytest.raises(AttributeError):
        Settings().kafka.partitions = 2  # type: ignore[misc]


def test_settings_without_secrets_differ_in_nothing_else() -> None:
    kafka = msgspec.structs.replace(Settings().kafka, sasl_password=Secret("a"), sasl_username="mill")
    settings = msgspec.structs.replace(Settings(), kafka=kafka)
    assert without_secrets(settings) == msgspec.structs.replace(
        settings, kafka=msgspec.structs.replace(kafka, sasl_password=Secret())
    )


def test_every_secret_can_be_in_a_file() -> None:
    every = list(values(Settings()))
    names = {(setting.section, setting.name) for setting in every}
    secrets = [setting for setting in every if isinstance(setting.value, Secret)]
    assert len(secrets) == 3
    assert all((setting.section, f"{setting.name}_file") in names for setting in secrets)


def test_secrets_leave_the_environment_before_the_pool_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWLMILL_KAFKA_SASL_PASSWORD", "secret")
    monkeypatch.setenv("CRAWLMILL_WORKER_WEB_TOKEN", "token")
    clear_environment(Settings())
    assert not {"CRAWLMILL_KAFKA_SASL_PASSWORD", "CRAWLMILL_WORKER_WEB_TOKEN"} & set(os.environ)
