"""The garbage collector rests while a page is cleaned, and is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from streams.cleaning import gc_pause


def test_the_collector_rests_inside_and_runs_afterwards() -> None:
    assert gc.isenabled()
    with gc_pause.paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="a page"), gc_pause.paused():
        raise ValueError("a page")
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        with gc_pause.paused(), gc_pause.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
