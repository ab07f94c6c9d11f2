"""Numbers of a plan in words."""

from __future__ import annotations

import pytest

from streams.planning.figures import bytes_text, duration_text, flow_figure
from streams.planning.traffic import Flow


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.6, "1 kB"),
        (1_250_000_000, "1.25 GB"),
        (8e12, "8 TB"),
        (12_345e12, "12.3 PB"),
        (-2_000, "-2 kB"),
    ],
)
def test_bytes_have_a_decimal_unit_and_three_figures(number: float, text: str) -> None:
    assert bytes_text(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (89, "89 s"), (90, "2 min"), (5_399, "90 min"), (5_400, "1.5 h")]
)
def test_a_duration_has_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_topic_s_figure_has_its_mean_and_a_partition_s_share_of_the_peak() -> None:
    figure = flow_figure("pages.raw", Flow(10, 1e6, 2e5), 0.25)
    assert (figure.name, figure.value) == ("  pages.raw", "1 MB/s, 10 records/s")
    assert "200 kB/s on the wire" in figure.arithmetic
    assert "50 kB/s, 2.5 records/s" in figure.arithmetic


def test_an_only_worker_s_candidates_are_explained() -> None:
    assert "only worker" in flow_figure("pages.candidates", Flow(0, 0, 0), 0.25).arithmetic
