"""Rates and lag from offsets."""

from __future__ import annotations

import pytest

from streams.inspector.flow import STEPS, FlowHistory, Member, Sample, StageLoad


def _history(*samples: tuple[float, int, int]) -> FlowHistory:
    history = FlowHistory()
    for at, end, committed in samples:
        history.add(Sample(at, {"pages.raw": end, "pages.enriched": end // 2}, {"pages.raw": committed}))
    return history


def test_rates_are_records_a_second_and_lag_is_what_is_not_committed() -> None:
    flow = _history((0, 100, 90), (5, 150, 120), (10, 200, 150)).flow()
    assert flow.topics["pages.raw"].rate == 10
    assert flow.topics["pages.raw"].lag == 50
    assert flow.topics["pages.enriched"].rate == 5
    assert flow.topics["pages.enriched"].lag is None
    assert flow.read["pages.raw"] == 6
    assert flow.waiting_seconds("pages.raw") == 50 / 6
    assert flow.topics["pages.raw"].lags == [10, 30, 50]


def test_before_the_second_sample_no_rate_is_known() -> None:
    flow = _history((0, 100, 90)).flow()
    assert flow.topics["pages.raw"].rate is None
    assert flow.topics["pages.raw"].lag == 10
    assert flow.waiting_seconds("pages.raw") is None


def test_nothing_waits_for_no_time_and_what_nobody_reads_for_no_known_time() -> None:
    assert _history((0, 5, 5), (5, 5, 5)).flow().waiting_seconds("pages.raw") == 0
    assert _history((0, 5, 0), (5, 5, 0)).flow().waiting_seconds("pages.raw") is None


def test_a_topic_that_was_created_again_has_no_negative_rate() -> None:
    flow = _history((0, 100, 100), (5, 3, 0)).flow()
    assert flow.topics["pages.raw"].rate == 0


def test_a_quarter_of_an_hour_is_kept() -> None:
    history = _history(*((number * 5.0, number, number) for number in range(STEPS * 2)))
    assert len(history.flow({"clean": StageLoad(1, 2)}).topics["pages.raw"].lags) == STEPS


@pytest.mark.parametrize(
    ("host", "url", "link"),
    [
        ("10.0.0.7", "http://10.0.0.7:6066", "http://10.0.0.7:6066"),
        ("10.0.0.7", "http://127.0.0.1:6066", ""),
        ("127.0.0.1", "http://127.0.0.1:6067", "http://127.0.0.1:6067"),
        ("faust-1", "", ""),
    ],
)
def test_a_worker_is_linked_where_its_address_leads_to_it(host: str, url: str, link: str) -> None:
    assert Member(host, url, 1).link == link
