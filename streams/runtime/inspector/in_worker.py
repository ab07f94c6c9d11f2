"""The inspector on the web port of a worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from streams.inspector.flow import PoolLoad, StageLoad
from streams.runtime.inspector.inspector import Inspector, Surroundings
from streams.runtime.inspector.routes import add_routes
from streams.runtime.inspector.server import is_loopback, token_of
from streams.runtime.observability.web import unready
from streams.settings import Worker

if TYPE_CHECKING:
    from streams.runtime.worker_app import WorkerApp

# Dispositions that the inspector of a worker reads in a second, of all workers: it passes over the others, so that its cost
# has a bound however many workers there are: 0.2 ms of CPU each, 1.5 % of one core (make bench-inspector).
MOST_A_SECOND = 60.0


def enabled(worker: Worker) -> bool:
    """Whether a worker with these settings serves the inspector.

    It shows pages, which metrics do not: with ``auto`` only to this machine, or behind a token.
    """
    if worker.inspector != "auto":
        return worker.inspector == "on"
    return bool(worker.web_token or worker.web_token_file) or is_loopback(worker.web_host)


def attach(app: WorkerApp) -> Inspector | None:
    """Add the inspector's pages to the worker's web server, and return it, to be run; None where it is off."""
    worker = app.settings.worker
    if not enabled(worker):
        return None

    def stages() -> Mapping[str, StageLoad]:
        return {
            name: StageLoad(delivery.in_flight.messages, delivery.in_flight.bytes)
            for name, delivery in app.deliveries.items()
        }

    def pool() -> PoolLoad | None:
        return None if app.pool is None else PoolLoad(app.pool.processes, app.pool.has_idle, app.warm)

    name = f"Inspector of the worker at {worker.web_host}:{worker.web_port}"
    inspector = Inspector(
        app.settings,
        Surroundings(stages, pool, lambda: unready(cast(Any, app)), name, metrics=True),
        most_a_second=MOST_A_SECOND,
    )
    web: Any = app.web
    add_routes(web.web_app, inspector, token_of(app.settings))
    return inspector
