"""A load that cannot be is refused, and the options of the command are its fields."""

from __future__ import annotations

import pytest

from streams import topics
from streams.cli.local.plan import command
from streams.errors import SettingsError
from streams.planning.load import Load, Rates, check, facts_entry
from streams.runtime.state.fact_keys import FactKey, encode_facts, page_facts


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (Load(1e6, duplicates=1.5), "--duplicates 1.5"),
        (Load(1e6, duplicates=0.7, errors=0.7), "more than all pages"),
        (Load(0), "--pages-per-day 0"),
        (Load(1e6, page_bytes=-1), "--page-size -1"),
    ],
)
def test_a_load_that_cannot_be_is_an_error_that_names_it(load: Load, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        check(load)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in Load.__struct_fields__
        if name not in ("duplicates", "errors", "words", "raw_days", "output_days", "readers")
    ],
)
@pytest.mark.parametrize("value", [0, -1])
def test_amounts_are_more_than_nothing(name: str, value: int) -> None:
    with pytest.raises(SettingsError, match="more than 0 is expected"):
        check(Load(**{"pages_per_day": 1e6, name: value}))


def test_shares_may_be_all_or_nothing() -> None:
    check(Load(1e6, duplicates=0, errors=0))
    check(Load(1e6, duplicates=1, errors=0))
    check(Load(1e6, duplicates=0.5, errors=0.5))


def test_the_defaults_of_the_command_are_those_of_the_load() -> None:
    names = {
        "page_size": "page_bytes",
        "window": "window_days",
        "raw_retention": "raw_days",
        "output_retention": "output_days",
    }
    options = {names.get(option.name or "", option.name): option.default for option in command.params}
    load = Load(1)
    fields = {name: getattr(load, name) for name in Load.__struct_fields__ if name != "pages_per_day"}
    assert fields == {name: options[name] for name in fields}


def test_every_rate_is_a_number_that_is_not_negative() -> None:
    rates = Rates()
    assert all(getattr(rates, name) >= 0 for name in Rates.__struct_fields__)


@pytest.mark.parametrize("facts", [0, 13, 60])
def test_the_keys_of_facts_take_what_the_table_writes(facts: int) -> None:
    now, page = 1_764_000_000_000, b"0123456789abcdef"
    keys = [FactKey(topics.FACTS[each % 3], b"%s:%032x" % (page, each)) for each in range(facts)]
    written = len(page) + len(encode_facts(page_facts(now, now, keys)))
    assert facts_entry(facts / Rates().facts_per_word, Rates()) == pytest.approx(written, rel=0.15)
