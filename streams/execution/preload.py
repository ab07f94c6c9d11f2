"""Loads the NLP models in the fork server, so that all pool processes share their memory.

The fork server imports this module before it forks the pool's processes. Models are then loaded once, and their weights
are in memory once, as long as nobody writes to them. A fork server that had to be restarted has no models; then each
process loads its own.
"""

from __future__ import annotations

import logging
import os
import signal

import msgspec

from streams.execution import jobs
from streams.execution.fork_server import MODELS_VARIABLE
from streams.settings import Nlp, Settings


def _load() -> None:
    """Load the models that the environment names, which is set in the fork server only."""
    value = os.environ.pop(MODELS_VARIABLE, None)
    if value is None:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the worker
    try:
        jobs.prepare(Settings(nlp=msgspec.json.decode(value, type=Nlp)))
        jobs.warm()
    except Exception as error:  # noqa: BLE001 - the processes will raise it, where it can be reported
        logging.getLogger(__name__).warning("nothing preloaded, each process loads its models: %r", error)


_load()
