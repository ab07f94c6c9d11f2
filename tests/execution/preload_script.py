"""Run by test_preload.py in a process of its own, for there is one fork server a program: what a pool's process has."""

from __future__ import annotations

import asyncio
import json
import os
import sys

from streams.execution import jobs
from streams.execution.fork_server import Preload, models_of, start
from streams.execution.pool import Pool
from streams.settings import Nlp, Settings


def main() -> None:
    """``preloaded`` and ``wanted`` are models as JSON; prints what the first job found.

    With a third argument the fork server is started before the pool, which then names nothing to load.
    """
    preloaded, wanted = (Settings(nlp=Nlp(models=json.loads(text))) for text in sys.argv[1:3])
    preload: Preload | None = models_of(preloaded)
    if len(sys.argv) > 3:
        start(preload)
        preload = None
    pool = Pool(1, jobs.prepare, (wanted,), preload=preload)
    try:
        print(json.dumps(asyncio.run(pool.run(found, timeout=60)) | {"ours": sorted(_mill(os.environ))}))
    finally:
        pool.stop()


def found() -> dict[str, object]:
    """In a process of the pool: the models that are loaded, and what of ours is in its environment."""
    models = jobs._State.models
    return {
        "loaded": None if models is None else sorted(models._loaded),
        "theirs": sorted(_mill(os.environ)),
    }


def _mill(environment: os._Environ[str]) -> list[str]:
    return [name for name in environment if name.startswith("MILL_")]


if __name__ == "__main__":
    main()
