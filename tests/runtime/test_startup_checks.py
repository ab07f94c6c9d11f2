"""A worker starts only where everything it needs is in order, and creates what is missing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from live.mill import settings

from streams import topics
from streams.errors import BrokerUnavailable, ModelMissing, SettingsError, TopicMismatch
from streams.runtime.group.cluster_identity import Identity
from streams.runtime.kafka import topic_admin
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.startup_checks import check_before_start
from streams.runtime.state.folder import OWNER_FILE, StateFolder
from streams.settings import Nlp, Settings
from streams.settings.installed import how_to_install

pytestmark = pytest.mark.live


def _check(chosen: Settings) -> Identity:
    folder = StateFolder(chosen)
    try:
        return asyncio.run(check_before_start(chosen, folder))
    finally:
        folder.unlock()


def _with_partitions(chosen: Settings, count: int) -> Settings:
    return msgspec.structs.replace(chosen, kafka=msgspec.structs.replace(chosen.kafka, partitions=count))


def test_missing_topics_are_created_and_the_folder_is_marked(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    found = _check(chosen)
    assert set(found.topics) == {topic.name for topic in topics.declared(chosen)}
    assert asyncio.run(topic_admin.create(chosen)) == []
    mark = json.loads((Path(chosen.worker.data_dir) / OWNER_FILE).read_text())
    assert (mark["app"], mark["cluster"]) == (topics.app_id(chosen), found.cluster)
    assert _check(chosen) == found


def test_a_folder_of_a_running_worker_is_refused(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    other = StateFolder(chosen)
    other.lock()
    try:
        with pytest.raises(SettingsError, match="used by another worker"):
            _check(chosen)
    finally:
        other.unlock()


def test_a_missing_model_is_named_before_the_broker_is_asked(tmp_path: Path) -> None:
    chosen = settings(f"127.0.0.1:{free_port()}", tmp_path)
    with pytest.raises(ModelMissing, match="no_such_model"):
        _check(msgspec.structs.replace(chosen, nlp=Nlp(models={"en": "no_such_model"})))


def test_a_model_that_may_be_missing_is_named_once_and_not_as_a_warning_though_all_is_checked_twice(
    embedded: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nlp = Nlp(models={"en": Nlp().models["en"], "fr": "no_such_model"}, allow_missing_models=("fr",))
    chosen = msgspec.structs.replace(settings(embedded, tmp_path), nlp=nlp)
    with caplog.at_level("INFO"):
        for _ in range(2):
            _check(chosen)
    said = how_to_install("fr", "no_such_model", True)
    assert [record.levelname for record in caplog.records if record.message == said] == ["INFO"]


def test_no_broker_is_an_error_that_names_its_address(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(BrokerUnavailable, match=address):
        _check(settings(address, tmp_path))


@pytest.mark.parametrize("count", [3, 5])
def test_topics_of_another_partition_count_stop_it_where_keys_would_be_looked_up_elsewhere(
    embedded: str, tmp_path: Path, count: int
) -> None:
    chosen = settings(embedded, tmp_path)  # with four
    _check(chosen)
    if count > chosen.kafka.partitions:
        with pytest.raises(TopicMismatch, match=f"declared {count}"):
            _check(_with_partitions(chosen, count))
    else:  # the topics may have more: those beyond the declared ones are not used
        _check(_with_partitions(chosen, count))
