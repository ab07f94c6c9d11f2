"""The closed lists can be metric labels, and are explained: in docs/records.md, or where the reference is made from."""

from __future__ import annotations

import enum
import re
from pathlib import Path

import pytest

from streams.records import Disposition, Fault, Reason, ResidueKind
from streams.schemas import descriptions

_RECORDS = (Path(__file__).parents[2] / "docs" / "records.md").read_text("utf-8")


@pytest.mark.parametrize("kind", [Disposition, Reason, Fault, ResidueKind])
def test_every_value_can_be_a_metric_label(kind: type[enum.StrEnum]) -> None:
    for value in kind:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", value), value
        assert value.name == value.upper(), value


@pytest.mark.parametrize("value", [*Reason, *Fault, *Disposition])
def test_every_value_is_explained_in_the_documentation_of_records(value: enum.StrEnum) -> None:
    assert f"`{value}`" in _RECORDS


@pytest.mark.parametrize("value", ResidueKind)
def test_every_kind_of_residue_is_explained_for_the_reference(value: ResidueKind) -> None:
    assert descriptions.of_member(ResidueKind, value.name)
