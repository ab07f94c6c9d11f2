"""The bill of materials names what an installation consists of: neither less nor more than the lock file."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(
    importlib.util.find_spec("cyclonedx_py") is None, reason="make sbom has not installed cyclonedx-bom"
)
def test_the_bill_of_materials_is_the_lock_file(tmp_path: Path) -> None:
    recipe = re.search(r"cyclonedx-py (.+?)--output-file", (ROOT / "Makefile").read_text(), re.S)
    assert recipe is not None
    options = recipe[1].replace("\\\n", " ").split()
    written = tmp_path / "sbom.json"
    # --validate, among the options of the Makefile, checks it against CycloneDX's own schema.
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *options, "--output-file", str(written)],
        check=True, capture_output=True, timeout=120, cwd=ROOT,
    )  # fmt: skip
    bill = json.loads(written.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "crawlmill"
    locked = set(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements/runtime.txt").read_text(), re.M))
    found = {(component["name"], component["version"]) for component in bill["components"]}
    assert found == locked
    hashed = [c for c in bill["components"] if any("hashes" in r for r in c.get("externalReferences", []))]
    assert len(hashed) == len(locked)
