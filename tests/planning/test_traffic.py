"""Records and bytes through each topic."""

from __future__ import annotations

import pytest
from planning.rates import RATES

from streams.planning.load import Load, Rates
from streams.planning.traffic import flows_of
from streams.topics import NAMES

LOAD = Load(864_000, page_bytes=100_000, duplicates=0.4, errors=0.1, words=1_000)


def test_every_topic_but_dead_letters_has_a_flow_and_so_has_the_changelog() -> None:
    assert set(flows_of(LOAD, RATES, 10, 0.5, 1)) == (set(NAMES) - {"pages.deadletter"}) | {"changelog"}


def test_flows_are_records_and_bytes_a_second() -> None:
    flows = flows_of(LOAD, RATES, 10, 0.5, 1)
    assert (flows["pages.raw"].records, flows["pages.raw"].bytes) == (10, pytest.approx(1e6))
    assert flows["pages.clean"].bytes == pytest.approx(10 * 0.5 * 6_000)
    assert flows["pages.clean"].wire == pytest.approx(flows["pages.clean"].bytes / 2)
    assert flows["pages.rejected"].records == pytest.approx(10 * 0.5)
    assert flows["changelog"].records == pytest.approx(10 * (0.5 * 5 + 0.4 * 2 + 0.4))
    assert flows["changelog"].bytes == pytest.approx(10 * ((0.5 * 4 + 0.4 * 3) * 250 + 0.5 * 100))


def test_facts_are_shared_among_their_topics_by_size() -> None:
    flows = flows_of(LOAD, RATES, 10, 0.5, 1)
    facts = {name: flows[name] for name in ("pages.entities", "pages.quotes", "pages.events")}
    assert sum(flow.records for flow in facts.values()) == pytest.approx(10 * 0.5 * 1_000 * 0.05)
    sizes = {flow.bytes / flow.records for flow in facts.values()}
    assert max(sizes) == pytest.approx(min(sizes))


def test_without_facts_their_topics_are_empty() -> None:
    none = Rates(entities_bytes_per_word=0, quotes_bytes_per_word=0, events_bytes_per_word=0)
    assert flows_of(LOAD, none, 10, 0.5, 1)["pages.quotes"].records == 0


def test_one_worker_sends_no_candidates_and_more_send_more() -> None:
    sent = [flows_of(LOAD, RATES, 10, 0.5, workers)["pages.candidates"].records for workers in (1, 2, 4)]
    assert sent[0] == 0 < sent[1] < sent[2]
