"""What a worker answers over HTTP: /metrics for Prometheus, /livez and /readyz for whoever restarts it."""

from __future__ import annotations

from typing import Any

from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from streams.secret import Secret

_STALL_FACTOR = 3.0  # a stage may take this many times its longest allowed job before it counts as stalled


def register(app: Any) -> None:
    """Add the pages to the app."""

    @app.page("/metrics", name="metrics")  # type: ignore[untyped-decorator]
    async def metrics(view: Any, request: Any) -> Any:
        """All metrics, in Prometheus' text format, for whoever has the token if there is one."""
        if not allowed(app.settings.worker.web_token, request.headers.get("Authorization", "")):
            return view.json(
                {"error": "a bearer token is expected: worker.web_token"},
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        return view.bytes(
            generate_latest(app.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    @app.page("/livez", name="livez")  # type: ignore[untyped-decorator]
    async def livez(view: Any, request: Any) -> Any:
        """200 while every stage moves, 503 when one has work and has finished none for too long."""
        stalled = stalls(app)
        return view.json({"alive": not stalled, "stalled": stalled}, status=503 if stalled else 200)

    @app.page("/readyz", name="readyz")  # type: ignore[untyped-decorator]
    async def readyz(view: Any, request: Any) -> Any:
        """200 when models are loaded, partitions assigned and tables recovered."""
        missing = unready(app)
        return view.json({"ready": not missing, "waiting_for": missing}, status=503 if missing else 200)


def allowed(token: Secret, authorization: str) -> bool:
    """Whether a request with this Authorization header may read what the token protects; an empty one protects nothing."""
    scheme, _, offered = authorization.partition(" ")
    return not token or (scheme.lower() == "bearer" and token.matches(offered.strip()))


def stalls(app: Any) -> dict[str, float]:
    """Stages that have work and have finished none for too long, with the seconds."""
    worker = app.settings.worker
    limit = _STALL_FACTOR * max(worker.clean_timeout_seconds, worker.enrich_timeout_seconds)
    return {
        name: round(delivery.stalled_for(), 1)
        for name, delivery in app.deliveries.items()
        if delivery.stalled_for() > limit
    }


def unready(app: Any) -> list[str]:
    """What the worker still waits for before it can process."""
    waiting = []
    if not app.warm:
        waiting.append("worker processes")
    recovered = app.tables.recovery.completed.is_set()
    # More workers than partitions: one without any is ready too, to take over from another.
    if app.rebalancing or not (recovered or app.consumer.assignment()):
        waiting.append("partitions")
    if not recovered:
        waiting.append("tables")
    return waiting
