"""Records as rows: every field of every record class has a column, and nothing is lost on the way."""

from __future__ import annotations

import datetime
import decimal
import json

import pytest
from export.made import DAY, page, received, tombstone

pa = pytest.importorskip("pyarrow")

from streams.client import RECORDS  # noqa: E402
from streams.export.columns import schema_of, table_of  # noqa: E402
from streams.records import Enriched, Product, encode  # noqa: E402


@pytest.mark.parametrize("topic", sorted(RECORDS))
def test_every_field_of_a_record_has_a_column(topic: str) -> None:
    kind = RECORDS[topic]
    names = schema_of(kind).names
    assert names[: len(kind.__struct_fields__)] == list(kind.__struct_fields__)
    assert names[len(kind.__struct_fields__) :] == [
        "_key",
        "_partition",
        "_offset",
        "_produced_at",
        "_deleted",
    ]


def test_a_row_has_what_its_record_has() -> None:
    (row,) = table_of(Enriched, [received(7, partition=3)]).to_pylist()
    wanted = json.loads(encode(page(7)))
    assert row["published_at"] == datetime.datetime(2026, 4, 30, 10, tzinfo=datetime.UTC)
    assert json.loads(row["attrs"]) == wanted["attrs"]
    assert row["entities"][0]["mentions"] == wanted["entities"][0]["mentions"]
    assert (row["authors"], row["title"], row["statistics"]["words"]) == (["Ada", "Bo"], wanted["title"], 7)
    assert (row["_key"], row["_partition"], row["_offset"], row["_produced_at"], row["_deleted"]) == (
        "p7", 3, 7, DAY, False,
    )  # fmt: skip


def test_a_tombstone_is_a_row_that_says_so() -> None:
    (row,) = table_of(Enriched, [tombstone(9)]).to_pylist()
    assert (row["_key"], row["_deleted"], row["id"]) == ("p9", True, None)


@pytest.mark.parametrize("text", ["yesterday", "", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_is_none_ends_no_export(text: str) -> None:
    other = Enriched(id="x", url="https://a.example/", text="", published_at=text)
    (row,) = table_of(Enriched, [received(1, record=other)]).to_pylist()
    assert row["published_at"] is None or row["published_at"].tzinfo is not None


@pytest.mark.parametrize(
    ("price", "expected"), [("19.90", "19.900000"), ("0.0000001", "0.000000"), ("1e30", None), (None, None)]
)
def test_a_price_is_a_decimal(price: str | None, expected: str | None) -> None:
    offer = Product(price=None if price is None else decimal.Decimal(price), currency="EUR")
    made = Enriched(id="x", url="https://a.example/", text="", product=offer)
    (row,) = table_of(Enriched, [received(1, record=made)]).to_pylist()
    found = row["product"]["price"]
    assert (None if found is None else str(found)) == expected
