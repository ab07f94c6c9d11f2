"""Assignment with partitions that were added: the table, candidates and documents stay together, all of pages.raw is read."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from faust.assignor.client_assignment import ClientAssignment, ClientMetadata
from hypothesis import given
from hypothesis import strategies as st

from streams import topics
from streams.runtime.faust_overrides.assignor import Assignor
from streams.settings import Kafka, Settings

SETTINGS = Settings(kafka=Kafka(partitions=4, topic_prefix="t."))
RAW = topics.full_name(SETTINGS, topics.RAW)
CANDIDATES, CLEAN, CHANGELOG = topics.keyed(SETTINGS)


class Cluster:
    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        count = self._counts.get(topic)
        return None if count is None else set(range(count))


def _assigned(counts: Mapping[str, int], members: int) -> list[dict[str, set[int]]]:
    """By member, the partitions of each topic."""
    tables: Any = SimpleNamespace(data={}, changelog_topics={CHANGELOG})
    app: Any = SimpleNamespace(tables=tables, settings=SETTINGS, tracer=None, sensors=_Sensors())
    nothing = ClientMetadata(assignment=ClientAssignment(actives={}, standbys={}), url="http://w", changelog_distribution={})  # fmt: skip
    every = [RAW, CANDIDATES, CLEAN, CHANGELOG]
    metadata = {
        f"m{number}": ConsumerProtocolMemberMetadata(4, every, nothing.dumps()) for number in range(members)
    }
    answers = Assignor(app).assign(Cluster(counts), metadata)
    return [{topic: set(found) for topic, found in answer.assignment} for answer in answers.values()]


class _Sensors:
    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: None


@given(
    st.fixed_dictionaries(
        {RAW: st.integers(1, 9), CLEAN: st.integers(4, 9), CANDIDATES: st.integers(4, 9), CHANGELOG: st.integers(4, 9)}
    ),
    st.integers(1, 5),
)  # fmt: skip
def test_whatever_is_added_the_table_stays_with_its_candidates_and_documents_and_the_rest_is_read(
    counts: dict[str, int], members: int
) -> None:
    assigned = _assigned(counts, members)
    for member in assigned:
        assert member.get(CANDIDATES, set()) == member.get(CLEAN, set()) == member.get(CHANGELOG, set())
    for topic, count in ((RAW, counts[RAW]), (CLEAN, 4), (CANDIDATES, 4), (CHANGELOG, 4)):
        found = [partition for member in assigned for partition in member.get(topic, ())]
        assert sorted(found) == list(range(count)), topic


def test_topics_that_the_broker_does_not_know_are_nobodys() -> None:
    (member,) = _assigned({CANDIDATES: 4, CHANGELOG: 4}, 1)
    assert member == {CANDIDATES: {0, 1, 2, 3}, CHANGELOG: {0, 1, 2, 3}}
