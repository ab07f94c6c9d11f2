"""SVG that a strict policy lets through, and that says in words what it shows."""

from __future__ import annotations

import pytest
from inspector.made import NOW, enriched, entry, rejection
from lxml import etree

from streams.inspector import charts
from streams.inspector.flow import NOTHING, FlowHistory, Sample, StageLoad
from streams.inspector.flow_picture import flow_picture
from streams.inspector.tally import Share, Tally, shares, timeline
from streams.records import Fault, Reason

ENTRIES = [entry(enriched(1), NOW), entry(rejection(2), NOW - 60_000)]
SHARES = shares(Tally(ENTRIES).labels)


def _flow() -> object:
    history = FlowHistory()
    for at in (0.0, 5.0):
        history.add(Sample(at, {"pages.raw": 100 + int(at)}, {"pages.raw": 10}))
    return history.flow({"clean": StageLoad(3, 1_000)})


@pytest.mark.parametrize(
    "svg",
    [
        charts.sparkline([], "empty"),
        charts.sparkline([0, 0], "nothing"),
        charts.sparkline([1, 3, 2], 'a "name" <b>'),
        charts.share_bar(SHARES, "shares"),
        charts.share_bar([], "none"),
        charts.stacked(timeline(ENTRIES, NOW), "over time"),
        charts.stacked(timeline([], NOW), "over time"),
        charts.bar(2.0),
        flow_picture(NOTHING, []),
        flow_picture(_flow(), SHARES),  # type: ignore[arg-type]
    ],
)
def test_a_chart_is_well_formed_without_styles_or_scripts_and_has_a_name(svg: str) -> None:
    root = etree.fromstring(str(svg))
    for element in root.iter():
        assert element.tag in ("svg", "g", "rect", "path", "line", "polyline", "polygon", "text", "title")
        assert not {"style", "onload", "href"} & set(element.keys())
    assert root.get("aria-label") or root.get("aria-hidden") == "true"


def test_names_from_pages_are_escaped() -> None:
    assert "<script>" not in charts.share_bar([Share("<script>", 1, 1.0)], "<script>")


def test_the_parts_of_a_bar_fill_it() -> None:
    root = etree.fromstring(str(charts.share_bar(SHARES, "shares")))
    assert sum(float(part.get("width")) for part in root) == pytest.approx(100)


def test_the_picture_shows_rates_lag_and_what_is_in_hand() -> None:
    text = "".join(etree.fromstring(str(flow_picture(_flow(), SHARES))).itertext())  # type: ignore[arg-type]
    assert "95 waiting" in text
    assert "3 in hand" in text


@pytest.mark.parametrize("label", [*Reason, *Fault, "enriched", "something new"])
def test_every_outcome_has_a_colour_that_the_stylesheet_knows(label: str) -> None:
    from streams.inspector.render import static

    assert f".c-{charts.tone(label)} {{".encode() in static("style.css")
    assert f".t-{charts.tone(label)} {{".encode() in static("style.css")


@pytest.mark.parametrize(("value", "scale"), [(0, 2), (2, 2), (3, 5), (11, 20), (99, 100), (101, 200)])
def test_a_scale_ends_at_a_round_figure(value: float, scale: float) -> None:
    assert charts._round_up(value) == scale
