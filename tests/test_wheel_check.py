"""The program that tries the wheel on each Python: what it finds, and what it pins."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import wheel_check


def test_every_locked_version_is_a_constraint_without_hash_and_extra(tmp_path: Path) -> None:
    lines = wheel_check.constraints(tmp_path).read_text().splitlines()
    locked = re.findall(r"^\S+==\S+", (wheel_check.ROOT / "requirements/dev.txt").read_text(), re.M)
    assert [re.sub(r"\[.*?\]", "", line) for line in locked] == [line.split(" ")[0] for line in lines]
    assert not any("sha256" in line or "[" in line or line.endswith("\\") for line in lines)


def test_an_interpreter_has_the_version_that_was_asked_for() -> None:
    found = {version: wheel_check.interpreter(version) for version in wheel_check.VERSIONS}
    assert any(found.values())
    for version, python in found.items():
        if python is not None:
            told = subprocess.run([python, "--version"], capture_output=True, text=True).stdout
            assert told.startswith(f"Python {version}.")
    assert wheel_check.interpreter("2.99") is None


def test_the_versions_are_those_that_the_package_names() -> None:
    project = (wheel_check.ROOT / "pyproject.toml").read_text()
    assert tuple(re.findall(r"Python :: (3\.\d+)", project)) == wheel_check.VERSIONS
