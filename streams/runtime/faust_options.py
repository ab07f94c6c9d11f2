"""The options of the Faust app that follow from the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streams.runtime.faust_overrides.assignor import Assignor
from streams.runtime.faust_overrides.fetch import FETCH_BYTES
from streams.runtime.faust_overrides.recovery import StateTables
from streams.runtime.faust_overrides.scheduler import TimestampOrderScheduler
from streams.runtime.group.partition_counts import REFRESH_SECONDS
from streams.runtime.kafka import clients
from streams.runtime.observability import logs
from streams.runtime.state.table import DedupTable
from streams.settings import Settings

# In session timeouts: how long the members of the group may take to rejoin in a rebalance.
REBALANCE_SESSIONS = 2
_LEAST_REQUEST_SECONDS = 90.0  # Faust's own default of broker_request_timeout
_HEARTBEATS_PER_SESSION = 5
_COMMIT_SECONDS = 1.0


def faust_options(settings: Settings, state_folder: Path) -> dict[str, Any]:
    """All keyword arguments of the app, for a state folder on the local disk."""
    worker = settings.worker
    return {
        **_broker_options(settings),
        **_producer_options(settings),
        "store": "rocksdb://",
        "datadir": str(state_folder),
        "stream_buffer_maxsize": worker.clean_in_flight,  # messages; bytes are limited by the stages
        "stream_wait_empty": False,  # messages in flight in a rebalance are redelivered, with the same result
        "web_host": worker.web_host,
        "web_bind": worker.web_host,
        "web_port": worker.web_port,
        "web_cors_options": None,
        "worker_redirect_stdouts": False,
        "logging_config": logs.configuration(settings.log),
        "autodiscover": False,
        "Table": DedupTable,
        "TableManager": StateTables,
        "ConsumerScheduler": TimestampOrderScheduler,
        "PartitionAssignor": Assignor,
    }


def _broker_options(settings: Settings) -> dict[str, Any]:
    """Options of the connection, the topics, the consumer and its group."""
    kafka = settings.kafka
    session = kafka.session_timeout_seconds
    return {
        "broker": ";".join(f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",")),
        "broker_credentials": clients.broker_credentials(settings),
        "processing_guarantee": kafka.processing_guarantee,
        "topic_partitions": kafka.partitions,
        "topic_replication_factor": kafka.replication,
        "topic_allow_declare": False,  # startup_checks creates topics; a worker need not have the right to
        "topic_disable_leader": True,  # Faust's leader topic, which nothing here uses
        "key_serializer": "raw",
        "value_serializer": "raw",
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": FETCH_BYTES,
        "consumer_metadata_max_age_ms": int(REFRESH_SECONDS * 1_000),
        "broker_commit_interval": _COMMIT_SECONDS,
        # Partitions of a dead worker are reassigned after this time; processing pages never blocks heartbeats.
        "broker_session_timeout": session,
        "broker_heartbeat_interval": session / _HEARTBEATS_PER_SESSION,
        "broker_rebalance_timeout": session * REBALANCE_SESSIONS,
        # JoinGroup is answered when the other members have rejoined; Faust refuses less than the session timeout.
        "broker_request_timeout": max(_LEAST_REQUEST_SECONDS, session * (REBALANCE_SESSIONS + 1)),
    }


def _producer_options(settings: Settings) -> dict[str, Any]:
    kafka = settings.kafka
    return {
        "producer_max_request_size": kafka.max_message_bytes,
        "producer_compression_type": clients.compression_type(settings),
        "producer_max_batch_size": clients.producer_batch_bytes(settings),
        "producer_acks": -1,
        # Also how long a batch is retried; Faust's default is 20 minutes.
        "producer_request_timeout": kafka.delivery_seconds,
    }
