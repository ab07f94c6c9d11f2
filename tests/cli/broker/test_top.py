"""The live picture on a terminal."""

from __future__ import annotations

from cli.run import NO_BROKER, invoke
from inspector.made import NOW, enriched, entry, letter
from rich.console import Console

from streams.cli.broker.top import _picture, _spark
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
    assert "1 of 2 pages became dead letters" in told
    assert "messages of pages.raw wait" in told
    assert "[bold]Title[/]" in told
    assert "pages.raw         2/s" in told


def test_blocks_grow_with_their_values() -> None:
    assert _spark([]) == ""
    assert _spark([0, 0]) == "▁▁"
    assert _spark([0, 4, 8]) == "▁▅█"
