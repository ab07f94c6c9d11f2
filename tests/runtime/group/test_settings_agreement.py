"""Workers of a group share the settings that decide what becomes of a page, and say which one differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.runtime.app import create
from streams.runtime.group.settings_agreement import differences, protocol_name
from streams.settings import Settings, Worker, values

OURS = Settings()
_ANOTHER: dict[type, Any] = {bool: True, int: 4_321, float: 0.123, tuple: ("fr",)}


def _with(section: str, name: str, value: object) -> Settings:
    changed = msgspec.structs.replace(getattr(OURS, section), **{name: value})
    return msgspec.structs.replace(OURS, **{section: changed})


def test_the_same_settings_are_the_same_protocol() -> None:
    assert protocol_name(Settings()) == protocol_name(OURS)
    assert differences(OURS, protocol_name(Settings())) == []


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        (setting.section, setting.name, False if setting.value is True else _ANOTHER[type(setting.value)])
        for setting in values(OURS)
        if setting.section in ("cleaning", "dedup")
    ]
    + [
        ("kafka", "processing_guarantee", "exactly_once"),
        ("kafka", "max_message_bytes", 4_321),
        ("nlp", "enabled", False),
    ],
)
def test_whatever_decides_what_becomes_of_a_page_is_another_protocol_and_is_named(
    section: str, name: str, value: object
) -> None:
    theirs = protocol_name(_with(section, name, value))
    assert theirs != protocol_name(OURS)
    (told,) = differences(OURS, theirs)
    assert told.startswith(f"{section}.{name} is ")


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("worker", "processes", 7),
        ("worker", "data_dir", "elsewhere"),
        ("kafka", "session_timeout_seconds", 30.0),
        ("kafka", "bootstrap_servers", "another:9092"),
        ("nlp", "keywords", 3),
        ("log", "level", "debug"),
    ],
)
def test_what_each_worker_may_have_for_itself_is_not_part_of_it(
    section: str, name: str, value: object
) -> None:
    assert protocol_name(_with(section, name, value)) == protocol_name(OURS)


def test_a_setting_that_another_version_has_is_named() -> None:
    theirs = protocol_name(OURS).replace("dedup.bucket_documents=", "dedup.buckets=")
    assert differences(OURS, theirs) == [
        f"dedup.bucket_documents is unknown there and {OURS.dedup.bucket_documents} here",
        f"dedup.buckets is {OURS.dedup.bucket_documents} there and unknown here",
    ]


def test_a_worker_offers_its_assignor_under_that_name(tmp_path: Path) -> None:
    app = create(Settings(worker=Worker(data_dir=str(tmp_path))))
    assert app.assignor.name == protocol_name(app.settings)
