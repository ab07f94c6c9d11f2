"""Capacity plans on the command line."""

from __future__ import annotations

import json

import click
import pytest
from cli.run import invoke

from streams.cli.local.plan import Amount, Days


def _planned(*arguments: str) -> dict[str, float]:
    done = invoke("plan", "--json", *arguments)
    assert done.exit_code == 0, done.output
    figures: dict[str, float] = json.loads(done.output)
    return figures


def test_a_plan_by_the_month_is_that_of_a_thirtieth_a_day() -> None:
    assert _planned("--pages-per-month", "3G") == _planned("--pages-per-day", "100M")


def test_a_rate_that_was_measured_elsewhere_changes_the_plan() -> None:
    given = _planned("--pages-per-day", "1M", "--rate", "enrich_ms_per_word=0.5")
    assert given["cores"] > _planned("--pages-per-day", "1M")["cores"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--pages-per-day or --pages-per-month"),
        (("--pages-per-day", "1M", "--pages-per-month", "30M"), "--pages-per-day or --pages-per-month"),
        (("--pages-per-day", "many"), "expected a number such as 1M"),
        (("--pages-per-day", "1M", "--rate", "speed=2"), "expected NAME=VALUE with one of"),
        (("--pages-per-day", "1M", "--rate", "clean_ms=quick"), "is not a number"),
        (("--pages-per-day", "0"), "--pages-per-day 0: more than 0 is expected"),
        (("--pages-per-day", "1M", "--duplicates", "1.5"), "--duplicates 1.5: a share of all pages"),
    ],
)
def test_a_value_that_no_plan_can_have_is_a_usage_error_that_says_what_to_give(
    arguments: tuple[str, ...], said: str
) -> None:
    done = invoke("plan", *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("written", "number"),
    [("1M", 1e6), ("170kB", 170e3), ("3 B", 3e9), ("1,500", 1_500), ("2.5g", 2.5e9), (7, 7)],
)
def test_an_amount_may_have_a_scale(written: object, number: float) -> None:
    assert Amount().convert(written, None, None) == number


@pytest.mark.parametrize(("written", "days"), [("30d", 30), ("12h", 0.5), ("4w", 28), ("7", 7), (3, 3)])
def test_a_time_is_in_days(written: object, days: float) -> None:
    assert Days().convert(written, None, None) == days


@pytest.mark.parametrize("kind", [Amount(), Days()])
def test_what_is_no_number_fails_with_an_example(kind: click.ParamType) -> None:
    with pytest.raises(click.BadParameter, match="such as"):
        kind.convert("many", None, None)


def test_the_table_shows_how_each_figure_comes_about() -> None:
    done = invoke("plan", "--pages-per-day", "1M")
    assert done.exit_code == 0
    assert "how it comes about" in done.output
    assert "workers" in done.output
