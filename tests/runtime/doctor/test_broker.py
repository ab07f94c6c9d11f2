"""What is wrong with a broker, as far as no broker is needed to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.runtime.doctor import Verdict, broker
from streams.runtime.state.folder import StateFolder
from streams.settings import Kafka, Settings, Worker


@pytest.mark.parametrize(
    ("group", "cluster", "verdict"),
    [
        ("crawlmill", "one", Verdict.OK),
        ("crawlmill", "", Verdict.OK),  # the broker has no id of its cluster
        ("crawlmill", "two", Verdict.WRONG),
        ("another", "one", Verdict.WRONG),
    ],
)
def test_state_of_another_mill_or_cluster_is_told_before_a_worker_refuses_it(
    group: str, cluster: str, verdict: Verdict, tmp_path: Path
) -> None:
    worker = Worker(data_dir=str(tmp_path))
    StateFolder(Settings(worker=worker)).claim("one")
    finding = broker.state_owner(Settings(kafka=Kafka(group=group), worker=worker), cluster)
    assert finding.verdict is verdict
    assert ("--set worker.data_dir=" in finding.remedy) == (verdict is Verdict.WRONG)


def test_a_folder_without_state_is_nobody_elses(tmp_path: Path) -> None:
    assert (
        broker.state_owner(Settings(worker=Worker(data_dir=str(tmp_path / "none"))), "one").verdict
        is Verdict.OK
    )
