"""Imported by the fork server before it makes the pool's processes: loads the models that they then share.

A model's weights are in memory once for all processes of a pool, and loaded once: not in each of them, and not in each
that replaces another. A fork server that had to be started anew has none; then each process loads its own.
"""

from __future__ import annotations

import logging
import os
import signal

import msgspec

from streams.runtime.pool import jobs
from streams.runtime.pool.pool import Preload
from streams.settings import Nlp, Settings

_VARIABLE = "MILL_FORK_SERVER_MODELS"


def models_of(settings: Settings) -> Preload:
    """What a pool is to preload for these settings."""
    return Preload(__name__, _VARIABLE, msgspec.json.encode(settings.nlp).decode())


def _load() -> None:
    """In the fork server, whose environment says which models; anywhere else nothing."""
    value = os.environ.pop(_VARIABLE, None)
    if value is None:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to answer
    try:
        jobs.prepare(Settings(nlp=msgspec.json.decode(value, type=Nlp)))
        jobs.warm()
    except Exception as error:  # noqa: BLE001 - a fork server that ends here could say nothing: the processes will
        logging.getLogger(__name__).warning("nothing preloaded, each process loads its models: %r", error)


_load()
