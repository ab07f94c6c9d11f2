"""The live picture on a terminal."""

from __future__ import annotations

import pytest
from cli.run import NO_BROKER, invoke
from inspector.made import NOW, enriched, entry, letter
from rich.console import Console

from streams.cli.broker.top import _picture, _spark
from streams.cli.output.terminal import Terminal
from streams.inspector.flow import FlowHistory, Sample
from streams.inspector.store import Store
from streams.inspector.views.overview import overview_view


def test_without_a_broker_the_exit_code_is_3() -> None:
    assert invoke(*NO_BROKER, "top").exit_code == 3


def test_the_picture_has_rates_lag_outcomes_and_what_needs_attention() -> None:
    history = FlowHistory()
    for at in (0.0, 5.0):
        history.add(
            Sample(at, {"pages.raw": 1_000 + int(at) * 2, "pages.enriched": int(at)}, {"pages.raw": int(at)})
        )
    store = Store(1_000_000)
    store.add(entry(enriched(1, title="[bold]Title[/]"), NOW))
    store.add(letter(2))
    console = Console(width=140, record=True)
    console.print(_picture(overview_view(store.known(), history.flow(), NOW)))
    told = console.export_text()
    assert "1 of 2 pages became a dead letter" in told
    assert "messages of pages.raw wait" in told
    assert "[bold]Title[/]" in told
    assert "pages.raw         2/s" in told


@pytest.mark.parametrize("width", [50, 60, 140])
def test_on_a_narrow_terminal_the_curve_and_titles_give_way_but_no_name_of_a_topic(width: int) -> None:
    history = FlowHistory()
    for at in range(40):
        history.add(Sample(at * 5.0, {"pages.candidates": at * 100 + at * at}, {"pages.candidates": at * 90}))
    store = Store(1_000_000)
    store.add(entry(enriched(1, title="One\nline " + "x" * 200, url="https://a.example/" + "y" * 200), NOW))
    console = Terminal(width=width, record=True, force_terminal=False)
    console.print(_picture(overview_view(store.known(), history.flow(), NOW)))
    told = console.export_text()
    assert "pages.candidates  34.4/s   1.91 k   106.2 s" in told
    assert "enriched  One" in told and "One line" in told
    lines = told.splitlines()
    assert len(lines) < 30 and max(map(len, lines)) <= width


def test_blocks_grow_with_their_values() -> None:
    assert _spark([]) == ""
    assert _spark([0, 0]) == "▁▁"
    assert _spark([0, 4, 8]) == "▁▅█"
