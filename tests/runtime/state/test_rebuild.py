"""Parts of emptying and filling the dedup table that need no broker; ``tests/live/test_warming.py`` has the rest."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from streams import pipeline, topics
from streams.errors import BrokerUnavailable
from streams.records import Document, Enriched, Entity, Message
from streams.records.page_keys import page_key
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.state import rebuild
from streams.runtime.state.fact_keys import FactKey, decode_facts
from streams.settings import Kafka, Settings, Worker


def _unreachable(data: Path) -> Settings:
    """Settings with a broker address on which nothing listens."""
    return Settings(
        kafka=Kafka(bootstrap_servers=f"127.0.0.1:{free_port()}"), worker=Worker(data_dir=str(data))
    )


def _table(data: Path) -> Path:
    database = data / "v1" / "tables" / "buckets-0.db"
    database.mkdir(parents=True)
    return database


def test_forget_removes_nothing_when_no_broker_answers(tmp_path: Path) -> None:
    database = _table(tmp_path)
    for force in (False, True):
        with pytest.raises(BrokerUnavailable):
            asyncio.run(rebuild.forget(_unreachable(tmp_path), force=force))
    assert database.exists()


def test_warm_leaves_no_temporary_folder_when_no_broker_answers(tmp_path: Path) -> None:
    for force in (False, True):
        with pytest.raises(BrokerUnavailable):
            asyncio.run(rebuild.warm(_unreachable(tmp_path), force=force))
    assert list(tmp_path.iterdir()) == []


def test_the_tables_of_every_app_version_are_removed_and_nothing_else(tmp_path: Path) -> None:
    _table(tmp_path)
    (tmp_path / "v2" / "tables").mkdir(parents=True)
    (tmp_path / "crawlmill-state.json").write_bytes(b"{}")
    rebuild._remove_tables(tmp_path)
    assert not list(tmp_path.glob("v*/tables"))
    assert (tmp_path / "crawlmill-state.json").exists()


def test_a_message_without_an_arrival_time_counts_as_arrived_now() -> None:
    before = int(time.time() * 1_000)
    assert before <= rebuild._arrived(Message(value=b"")) <= int(time.time() * 1_000)


class Store(dict[bytes, bytes]):
    """The part of a database that the entries need."""

    put = dict.__setitem__


def test_the_keys_of_a_page_s_facts_are_known_again_from_their_topics() -> None:
    store, page = Store(), Document(id="a", url="https://a.example/", text="Ana Sousa met Bo Ek.")
    for version in (5, 9, 7):
        rebuild.note_version(store, page, version)
    names = [Entity(text=name, label="PERSON", mentions=()) for name in ("Ana Sousa", "Bo Ek")]
    first, second = (key.encode() for key, _ in pipeline.facts(enriched(page, names)))
    for key, value in ((first, b"{}"), (second, b"{}"), (first, None), (b"no key of a fact", b"{}")):
        rebuild.note_fact(store, topics.ENTITIES, Message(value=value, key=key, topic=topics.ENTITIES))
    ((key, value),) = store.items()
    found = decode_facts(value)
    assert found is not None and key == page_key(page).encode()
    assert (found.page_version, found.keys(key)) == (9, {FactKey(topics.ENTITIES, second)})


def enriched(page: Document, entities: list[Entity]) -> Enriched:
    return Enriched(id=page.id, url=page.url, text=page.text, entities=tuple(entities))
