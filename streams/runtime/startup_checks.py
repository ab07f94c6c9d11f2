"""What must be in order before a worker consumes: clock, variables of OpenTelemetry, state folder, models, topics, and the settings of its group."""

from __future__ import annotations

import logging
import os

from streams import topics
from streams.runtime.group import settings_agreement
from streams.runtime.group.cluster_identity import Identity, identity
from streams.runtime.group.partition_counts import require_same_keys
from streams.runtime.kafka import clock, topic_admin, topic_check
from streams.runtime.observability import otel_variables
from streams.runtime.state.folder import StateFolder
from streams.settings import Settings
from streams.settings.installed import missing_models, require_models

log = logging.getLogger(__name__)


_named: set[str] = (
    set()
)  # `crawlmill worker` checks twice: before Faust starts, for an error of one line, and as it starts


async def check_before_start(settings: Settings, folder: StateFolder) -> Identity:
    """Check everything that a worker needs, lock the state folder and create missing topics.

    Returns the identity of the cluster and the topics. Raises :class:`~streams.errors.ModelMissing`,
    :class:`~streams.errors.SettingsError`, :class:`~streams.errors.ClockError`, :class:`~streams.errors.BrokerUnavailable`,
    :class:`~streams.errors.TopicMismatch`, :class:`~streams.errors.SettingsMismatch` or :class:`~streams.errors.StateError`,
    each with its remedy.
    """
    clock.now()
    if settings.traces.enabled:
        otel_variables.check(os.environ)
    folder.lock()
    require_models(settings.nlp)
    _name_missing(settings)
    created = await topic_admin.create(settings)
    if created:
        log.info("topics created", extra={"names": ", ".join(created)})
    topic_check.require_partitions(await topic_check.check(settings))
    await require_same_keys(settings)
    await settings_agreement.require(settings)
    found = await identity(settings, [topic.name for topic in topics.declared(settings)])
    folder.claim(found.cluster)
    return found


def _name_missing(settings: Settings) -> None:
    """Log each model that is missing and may be, once in this process."""
    for told in missing_models(settings.nlp).values():
        if told not in _named:
            _named.add(told)
            log.info("%s", told)
