"""The schemas are part of the wheel, and read from there by whoever has installed it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from streams import schemas

ROOT = Path(__file__).parents[2]
_READ = (
    "from streams import schemas; import streams; "
    "from streams.schemas import files; "
    "print(streams.__file__, len(schemas.names()), schemas.read('Enriched')['$id'], files.asyncapi()['asyncapi'])"
)


def test_a_schema_is_read_by_the_name_of_its_record() -> None:
    assert set(schemas.names()) == {"RawPage", *schemas.RECORDS}
    assert schemas.read("QuoteFact")["title"] == "QuoteFact"
    with pytest.raises(KeyError):
        schemas.read("../crawlmill")


def test_the_wheel_has_the_schemas(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    told = subprocess.run(
        [sys.executable, "-c", _READ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout.split()
    assert told == [
        str(installed / "streams" / "__init__.py"),
        str(len(schemas.names())),
        "urn:crawlmill:schema:Enriched:1",
        "3.0.0",
    ]
