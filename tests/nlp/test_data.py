"""Word lists are parsed once, and every entry is one word or phrase."""

from __future__ import annotations

from importlib.resources import files

import pytest

from streams.nlp import data

NAMES = sorted(
    path.name.removesuffix(".toml") for path in files(data).iterdir() if path.name.endswith(".toml")
)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_read_and_kept(name: str) -> None:
    assert data.table(name) and data.table(name) is data.table(name)


def test_a_table_that_is_not_there_raises() -> None:
    with pytest.raises(FileNotFoundError):
        data.table("nowhere")


def test_lists_are_arrays_or_separated_by_commas_and_newlines() -> None:
    assert data.words(["a, b", "c"]) == ("a, b", "c")
    assert data.words("a, b\n c d ,\n") == ("a", "b", "c d")
