"""The sample pages are what their README says, and the core makes of each what expected.json says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams import feeding
from streams.records.labels import Fault, Reason

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
EXPECTED: dict[str, dict[str, Any]] = json.loads((SEEDS / "expected.json").read_text("utf-8"))
ITEMS = list(feeding.read([SEEDS]))
LARGEST_FILE = 1_000_000  # bytes

_HOST = re.compile(r"""(?:https?:)?//([a-z0-9\-]+(?:\.[a-z0-9\-]+)+)""", re.I)
_RESERVED = re.compile(r"(?:^|\.)(?:example|test|invalid|localhost|example\.(?:org|com|net))$", re.I)
_NAMESPACES = {"schema.org", "www.w3.org"}  # names of vocabularies, no addresses


def _place(origin: str) -> str:
    return Path(origin).name


def _record(value: bytes | None) -> dict[str, Any]:
    try:
        record = json.loads(value or b"")
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _key(origin: str, value: bytes | None) -> str:
    """What expected.json knows a message by: its place in the files where it is listed so, else its id."""
    place = _place(origin)
    return place if place in EXPECTED else str(_record(value).get("id"))


PAGES = [(_key(item.origin, item.message.value), item) for item in ITEMS]


def test_every_message_has_exactly_one_expectation() -> None:
    assert sorted(key for key, _ in PAGES) == sorted(EXPECTED)


def test_ids_are_unique() -> None:
    ids = [identity for item in ITEMS if (identity := _record(item.message.value).get("id"))]
    assert len(ids) == len(set(ids))


def test_there_are_at_least_sixty_pages_and_articles_in_ten_languages() -> None:
    assert len(ITEMS) >= 60
    articles = [key for key, item in PAGES if "articles.jsonl" in item.origin]
    assert len(articles) >= 16
    assert len({EXPECTED[key]["language"] for key in articles}) >= 10


# Reasons and faults that no page alone brings about: they take settings, or a crash.
_NOT_BY_A_PAGE = {"too_large", "unsupported_language", "error_template", "timeout", "crash", "error"}


@pytest.mark.parametrize("reason", sorted({*Reason, *Fault} - _NOT_BY_A_PAGE))
def test_there_is_a_page_for_each_reason(reason: str) -> None:
    assert any(expected.get("reason") == reason for expected in EXPECTED.values())


def test_soft_404s_come_in_fourteen_languages() -> None:
    languages = {key.split("-")[2] for key in EXPECTED if key.startswith("err-soft404-")}
    assert len(languages) >= 14


def test_an_original_comes_before_its_copies() -> None:
    order = {key: number for number, (key, _) in enumerate(PAGES)}
    for key, expected in EXPECTED.items():
        for name in ("duplicate_of", "revision_of"):
            if name in expected:
                assert order[expected[name]] < order[key], key


def test_only_the_hostile_file_holds_lines_that_are_no_records() -> None:
    broken = {_place(item.origin).split(":")[0] for item in ITEMS if not _record(item.message.value)}
    assert broken == {"hostile.jsonl"}


def test_every_address_is_under_a_domain_reserved_for_examples() -> None:
    for key, item in PAGES:
        text = (item.message.value or b"").decode("utf-8", "replace")
        strange = {
            host
            for host in _HOST.findall(text.replace("\\/", "/"))
            if not _RESERVED.search(host) and host.lower() not in _NAMESPACES
        }
        assert not strange, key


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert all(file.stat().st_size <= LARGEST_FILE for file in SEEDS.iterdir())


def test_the_readme_names_every_file_and_page() -> None:
    readme = (SEEDS / "README.md").read_text("utf-8")
    for name in [
        *EXPECTED,
        *(file.name for file in SEEDS.iterdir() if file.name not in ("README.md", "expected.json")),
    ]:
        assert f"`{name}`" in readme


def test_every_page_ends_as_expected(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "streams", "process", str(SEEDS), "-o", str(out)],
        capture_output=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    wrong = {}
    for (key, _), record in zip(PAGES, records, strict=True):
        expected, found = EXPECTED[key], (record["disposition"], record.get("reason"))
        if expected["disposition"] == "any":
            continue
        named = [
            record.get(name) == expected[name] for name in ("duplicate_of", "revision_of") if name in expected
        ]
        if found != (expected["disposition"], expected.get("reason")) or not all(named):
            wrong[key] = found
    assert wrong == {}
