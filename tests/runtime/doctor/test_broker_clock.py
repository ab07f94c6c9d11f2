"""A clock that is not the brokers' is found, whichever way it is wrong."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from live.mill import settings

from streams import topics
from streams.runtime.doctor import Verdict, broker_clock
from streams.runtime.doctor.broker_clock import Compared, judged
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Kafka, Settings


@pytest.mark.parametrize(
    ("ahead", "verdict", "said"),
    [
        (0.02, Verdict.OK, "within 1 s of"),
        (-59.0, Verdict.OK, "59 s behind"),
        (61.0, Verdict.WARNING, "61 s ahead of"),
        (-61.0, Verdict.WARNING, "61 s behind"),
        (3_599.0, Verdict.WARNING, "60 min ahead of"),
        (3_660.0, Verdict.WRONG, "61 min ahead of"),
        (-86_400.0, Verdict.WARNING, "1,440 min behind"),
    ],
)
def test_a_clock_is_compared_with_the_controllers(ahead: float, verdict: Verdict, said: str) -> None:
    finding = judged(Compared(ahead))
    assert (finding.verdict, finding.said.startswith(f"this machine's clock is {said}")) == (verdict, True)
    assert ("set the clock" in finding.remedy) == (verdict is not Verdict.OK)


def test_where_the_brokers_do_not_tell_their_time_that_is_said() -> None:
    assert judged(Compared()).said.startswith("not compared")
    assert judged(Compared(newest=86_400.0)).said.startswith("not compared")  # the mill may have been idle
    behind = judged(Compared(newest=-600.0))
    assert behind.verdict is Verdict.WARNING
    assert "10 min behind the newest record" in behind.said


def test_why_the_brokers_time_is_not_known_is_said() -> None:
    asked = judged(Compared(why="DescribeQuorum: ClusterAuthorizationFailedError"))
    assert asked.said.endswith("(DescribeQuorum: ClusterAuthorizationFailedError)")
    behind = judged(Compared(newest=-600.0, why="DescribeQuorum: no answer in time"))
    assert behind.said.endswith("(DescribeQuorum: no answer in time)")


def test_without_a_broker_nothing_is_known() -> None:
    nowhere = Settings(kafka=Kafka(bootstrap_servers=f"127.0.0.1:{free_port()}"))
    assert "check that it runs" in str(asyncio.run(broker_clock._ahead_of_controller(nowhere)))
    assert asyncio.run(broker_clock._ahead_of_newest(nowhere)) is None


@pytest.mark.live
@pytest.mark.parametrize("shift", [7_200.0, -7_200.0])
def test_apache_kafka_tells_its_time(apache: str, tmp_path: Path, shift: float) -> None:
    mill = settings(apache, tmp_path)
    right = asyncio.run(broker_clock._ahead_of_controller(mill))
    assert isinstance(right, float), right
    assert abs(right) < broker_clock.LIMIT_SECONDS
    ahead = asyncio.run(broker_clock._ahead_of_controller(mill, lambda: time.time() + shift))
    assert isinstance(ahead, float), ahead
    assert abs(ahead - shift) < broker_clock.LIMIT_SECONDS


@pytest.mark.live
def test_another_broker_shows_a_clock_behind_its_newest_records(
    embedded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = settings(embedded, tmp_path)
    first = asyncio.run(broker_clock.finding(mill)).said  # no topics
    assert first.startswith("not compared")
    assert first.endswith("(this broker does not know DescribeQuorum)")
    asyncio.run(topic_admin.create(mill))
    assert asyncio.run(broker_clock.finding(mill)).said.startswith("not compared")  # no records
    asyncio.run(_produce(mill))
    assert asyncio.run(broker_clock.finding(mill)).verdict is Verdict.OK
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 7_230)
    assert "120 min behind the newest record" in asyncio.run(broker_clock.finding(mill)).said


async def _produce(mill: Settings) -> None:
    async with AIOKafkaProducer(**clients.producer_options(mill)) as producer:
        await producer.send_and_wait(topics.full_name(mill, topics.RAW), b"{}")
