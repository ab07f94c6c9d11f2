"""Runs crawlmill commands against a mill under test, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from streams.settings import Settings

ROOT = Path(__file__).parents[2]
CRAWLMILL = [sys.executable, "-m", "streams"]


def environment(chosen: Settings) -> dict[str, str]:
    """Return this process's environment with the settings of the mill."""
    kafka, worker = chosen.kafka, chosen.worker
    return {
        **os.environ,
        "CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "CRAWLMILL_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
        "CRAWLMILL_KAFKA_PARTITIONS": str(kafka.partitions),
        "CRAWLMILL_WORKER_DATA_DIR": worker.data_dir,
        "CRAWLMILL_WORKER_WEB_PORT": str(worker.web_port),
        "CRAWLMILL_WORKER_PROCESSES": "1",
    }


def crawlmill(chosen: Settings, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command with ``stdin`` as its standard input; returns the completed process."""
    return subprocess.run(
        [*CRAWLMILL, *arguments],
        input=stdin,
        capture_output=True,
        timeout=240,
        cwd=ROOT,
        env=environment(chosen),
    )
