"""What a worker reports when it starts: where it runs, on what, and how, in a few lines."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from streams import __version__, topics
from streams.runtime.inspector.in_worker import enabled as inspector_enabled
from streams.runtime.inspector.server import web_address
from streams.settings import Nlp, Settings

log = logging.getLogger(__name__)


def report(settings: Settings) -> None:
    """Log the settings that decide what this worker does and where it can be looked at."""
    kafka, worker, nlp = settings.kafka, settings.worker, settings.nlp
    web = web_address(worker.web_host, worker.web_port)
    log.info(
        "crawlmill worker",
        extra={"version": __version__, "pid": os.getpid(), "group": topics.app_id(settings)},
    )
    log.info(
        "broker",
        extra={
            "address": kafka.bootstrap_servers,
            "security": kafka.security,
            "guarantee": kafka.processing_guarantee,
        },
    )
    log.info(
        "topics",
        extra={
            "reads": topics.full_name(settings, topics.RAW),
            "partitions": kafka.partitions,
            "replication": kafka.replication,
        },
    )
    log.info("enrichment", extra=_enrichment(nlp))
    log.info(
        "pool",
        extra={
            "processes": worker.processes or os.cpu_count() or 1,
            "memory_mb": worker.process_memory_bytes // 1_000_000,
        },
    )
    log.info("state", extra={"folder": str(Path(worker.data_dir).resolve())})
    log.info(
        "web",
        extra={
            "inspector": f"{web}/" if inspector_enabled(worker) else "off",
            "metrics": f"{web}/metrics",
            "alive": f"{web}/livez",
            "ready": f"{web}/readyz",
        }
        | ({"traces": settings.traces.endpoint or "OTEL_*"} if settings.traces.enabled else {}),
    )


def _enrichment(nlp: Nlp) -> dict[str, str]:
    if not nlp.enabled:
        return {"nlp": "off: documents stay on pages.clean"}
    models = " ".join(f"{language}={model}" for language, model in sorted(nlp.models.items()))
    return {"models": models or "none", "names": ",".join(nlp.names) or "none"}
