"""Writes the manifests that repeat what is declared elsewhere: ``make manifests``.

Alerts and recording rules come from config/prometheus, topics from :mod:`streams.topics`, users and their rights from
:mod:`streams.runtime.kafka.acls`, with the settings of the base and of the overlay for production.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from streams import topics
from streams.runtime.kafka import acls
from streams.settings import Settings, load

FOLDER = Path(__file__).parent
_CONFIG = FOLDER.parent
_STRIMZI = "kafka.strimzi.io/v1"  # since Strimzi 0.49
_RESOURCES = {"topic": "topic", "group": "group", "transactional-id": "transactionalId"}  # Strimzi's names
_HEADER = "# Written by make manifests from {source}: change that.\n"


def production() -> Settings:
    """Return the settings that the overlay for production sets."""
    environment: dict[str, str] = {}
    for name in ("base", "overlays/production"):
        environment |= yaml.safe_load((FOLDER / name / "settings.yml").read_text("utf-8"))["data"]
    return load(_CONFIG / "crawlmill.toml", environ=environment)


def prometheus_rule() -> dict[str, Any]:
    """Return the recording rules and alerts as the Prometheus Operator takes them."""
    groups = [
        group
        for name in ("recording.yml", "alerts.yml")
        for group in yaml.safe_load((_CONFIG / "prometheus" / name).read_text("utf-8"))["groups"]
    ]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "crawlmill"},
        "spec": {"groups": groups},
    }


def kafka_topics(settings: Settings) -> list[dict[str, Any]]:
    """Return a KafkaTopic for each declared topic."""
    return [
        {
            "apiVersion": _STRIMZI,
            "kind": "KafkaTopic",
            "metadata": {"name": topic.name},
            "spec": {"partitions": topic.partitions, "replicas": topic.replication, "config": topic.config},
        }
        for topic in topics.declared(settings)
    ]


def kafka_users(settings: Settings) -> list[dict[str, Any]]:
    """Return a KafkaUser for each role but the administrator, which is Strimzi's own operator."""
    return [
        {
            "apiVersion": _STRIMZI,
            "kind": "KafkaUser",
            "metadata": {"name": f"crawlmill-{role}"},
            "spec": {
                "authentication": {"type": "scram-sha-512"},
                "authorization": {
                    "type": "simple",
                    "acls": [
                        rule
                        for grant in acls.grants(settings)
                        if grant.role == role
                        for rule in _rules(grant)
                    ],
                },
            },
        }
        for role in acls.ROLES
        if role != "admin"
    ]


def _rules(grant: acls.Grant) -> list[dict[str, Any]]:
    pattern = "prefix" if grant.prefixed else "literal"
    return [
        {
            "resource": {"type": _RESOURCES[grant.resource], "name": name, "patternType": pattern},
            "operations": list(grant.operations),
        }
        for name in grant.names
    ]


def _text(source: str, documents: list[dict[str, Any]]) -> str:
    dumped = yaml.safe_dump_all(documents, sort_keys=False, width=1000, allow_unicode=True)
    return _HEADER.format(source=source) + dumped


def render() -> Mapping[str, str]:
    """Return the text of each file that is written, by its path below this folder."""
    settings = production()
    return {
        "monitoring/rules.yml": _text("config/prometheus", [prometheus_rule()]),
        "strimzi/topics.yml": _text("streams/topics.py", kafka_topics(settings)),
        "strimzi/users.yml": _text("streams/runtime/kafka/acls.py", kafka_users(settings)),
    }


if __name__ == "__main__":
    for path, text in render().items():
        (FOLDER / path).write_text(text, "utf-8")
