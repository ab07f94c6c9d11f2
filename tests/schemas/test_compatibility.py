"""A change of a schema that would break a reader is told; one that would not is not."""

from __future__ import annotations

import copy

import msgspec

from streams.schemas import generator
from streams.schemas.compatibility import breaks


def test_a_field_that_vanishes_changes_its_type_or_is_newly_required_is_a_break() -> None:
    old = generator.schemas()["Enriched"]

    def changed(**to: object) -> list[str]:
        new = copy.deepcopy(old)
        new["$defs"]["Enriched"].update(to)
        return breaks(old, new)

    properties = old["$defs"]["Enriched"]["properties"]
    without = {name: value for name, value in properties.items() if name != "title"}
    assert changed(properties=without) == ["Enriched.title vanished"]
    assert changed(properties={**properties, "text": {"type": "integer"}}) == [
        'Enriched.text changed its type from {"type": "string"} to {"type": "integer"}'
    ]
    assert changed(required=["id", "url", "text", "title"]) == ["Enriched.title is required and was not"]


def test_a_wider_type_and_a_new_field_with_a_default_are_no_breaks() -> None:
    class Before(msgspec.Struct):
        a: str

    class After(msgspec.Struct):
        a: str | None
        b: int = 0

    before, after = msgspec.json.schema(Before), msgspec.json.schema(After)
    after["$defs"] = {"Before": after["$defs"]["After"]}
    assert breaks(before, after) == []


def test_a_reason_that_vanishes_is_a_break() -> None:
    old = generator.schemas()["Rejection"]
    new = copy.deepcopy(old)
    new["$defs"]["Reason"]["enum"].remove("soft_404")
    assert breaks(old, new) == ["Reason no longer has 'soft_404'"]
