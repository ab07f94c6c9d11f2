"""The worker's HTTP endpoints: /metrics for Prometheus, /livez and /readyz for a supervisor, nothing else.

The inspector adds its pages to the same server: :mod:`streams.runtime.inspector.in_worker`.
"""

from __future__ import annotations

import time
from typing import Any, ClassVar, cast

from faust.exceptions import ConsumerNotStarted
from faust.types import AppT
from faust.web.drivers import aiohttp as driver
from prometheus_client.exposition import choose_encoder

from streams import topics
from streams.runtime.faust_overrides.interfaces import Tables, Worker
from streams.runtime.observability.guard import allowed, guard
from streams.settings import secret
from streams.settings.secret import Secret
from streams.wording import counted

_SLACK_SECONDS = 60.0  # added to a stage's own limits, for an overloaded machine


class Web(driver.Web):
    """Faust's web server without Faust's pages, which expose tables, keys and other workers' addresses."""

    default_blueprints: ClassVar[list[Any]] = []
    production_blueprints: ClassVar[list[Any]] = []
    debug_blueprints: ClassVar[list[Any]] = []
    optional_blueprints: ClassVar[list[Any]] = []

    def __init__(self, app: AppT, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.web_app.middlewares.append(guard)


def register(app: Worker) -> None:
    """Add the pages to the app. Raises :class:`~streams.errors.SettingsError` for a token file that holds none."""
    worker = app.settings.worker

    def token() -> Secret:
        return secret.resolve(worker.web_token, worker.web_token_file, "worker.web_token")

    token()

    @app.page("/metrics", name="metrics")
    async def metrics(view: Any, request: Any) -> Any:
        """All metrics, in the format that is asked for, for whoever has the token if there is one."""
        if not allowed(token(), request.headers.get("Authorization", "")):
            return view.json(
                {"error": "a bearer token is expected: worker.web_token"},
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        # OpenMetrics, which has exemplars, for a Prometheus that asks for it.
        write, content_type = choose_encoder(request.headers.get("Accept", ""))
        return view.bytes(write(app.metrics.registry), headers={"Content-Type": content_type})

    @app.page("/livez", name="livez")
    async def livez(view: Any, request: Any) -> Any:
        """200 while every stage moves, 503 when one has work and made no progress for longer than it may take."""
        stalled = stalls(app)
        reasons = [
            f"{stage} has {counted(app.deliveries[stage].in_flight.messages, 'message')} in flight and made no progress for {seconds:g} s, "
            "longer than its limits allow: restart the worker"
            for stage, seconds in stalled.items()
        ]
        answer = {"alive": not stalled, "stalled": stalled, "reasons": reasons}
        return view.json(answer, status=503 if stalled else 200)

    @app.page("/readyz", name="readyz")
    async def readyz(view: Any, request: Any) -> Any:
        """200 when models are loaded, partitions assigned and tables recovered."""
        missing = unready(app)
        return view.json({"ready": not missing, "waiting_for": missing}, status=503 if missing else 200)


def stalls(app: Worker) -> dict[str, float]:
    """Return the stages with work but without progress for longer than their limits allow, and for how many seconds.

    Progress is a finished message or, for stages in the pool, a finished job of any stage: a batch of eight documents that all hang
    takes nine jobs, one after the other, before its first message is finished.
    """
    found, kafka = {}, app.settings.kafka
    for name, delivery in app.deliveries.items():
        seconds, limit = delivery.stalled_for(), kafka.delivery_seconds
        if kafka.processing_guarantee == "exactly_once":
            limit += kafka.transaction_seconds  # for which an output waits before it is sent
        if app.pool is not None and name in topics.POOL_STAGES:
            worker = app.settings.worker
            seconds = min(seconds, time.monotonic() - app.pool.last_progress)
            if app.pool.busy:
                longest = max(worker.clean_timeout_seconds, worker.enrich_timeout_seconds)
                limit = max(limit, app.pool.longest_silence(longest))
        if seconds > limit + _SLACK_SECONDS:
            found[name] = round(seconds, 1)
    return found


def unready(app: Worker) -> list[str]:
    """Return what the worker waits for before it can process messages; when stopping, its end."""
    if app.stopping:
        return ["its end: it stops, and accepts no new messages"]
    waiting = []
    if not app.warm:
        waiting.append("its pool: models are loaded")
    recovered = cast(Tables, app.tables).recovery.completed.is_set()
    # More workers than partitions: one without any is ready too, to take over from another.
    if app.rebalancing or not (recovered or _assigned(app)):
        waiting.append("partitions: the consumer group is rebalanced, or none is assigned yet")
    if not recovered:
        left = sum(app.recovery_remaining().values())
        waiting.append(
            f"the dedup table: {left} changelog records are still to be read" if left else "the dedup table"
        )
    if app.session.is_interrupted:
        waiting.append(
            f"its consumer group: no heartbeat answered for {app.session.age():.0f} s, nothing is written meanwhile"
        )
    return waiting


def _assigned(app: Worker) -> bool:
    try:
        return bool(app.consumer.assignment())
    except ConsumerNotStarted:
        return False
