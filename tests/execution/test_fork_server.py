"""The fork server may be started before the pool, with all that its processes are to have."""

from __future__ import annotations

import os

from execution.test_preload import ENGLISH, _found

from streams.execution.fork_server import models_of
from streams.settings import Nlp, Settings


def test_a_pool_made_later_has_the_models_of_a_fork_server_started_before() -> None:
    found, said = _found(ENGLISH, ENGLISH, "early")
    assert found["loaded"] == ["en"]
    assert found["ours"] == found["theirs"] == []
    assert said == ""


def test_models_of_other_settings_are_loaded_anew_in_a_pool_made_later() -> None:
    assert _found({}, ENGLISH, "early")[0]["loaded"] is None


def test_naming_the_models_changes_nothing_in_this_process() -> None:
    before = dict(os.environ)
    assert models_of(Settings(nlp=Nlp(models=ENGLISH))).value.startswith('{"models":{"en":')
    assert dict(os.environ) == before
