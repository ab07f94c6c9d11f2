"""Ids are the same for a page fed again and different between sites."""

from __future__ import annotations

import json
from typing import Any

import pytest
from intake.shapes import SHAPES, URL, read

from streams.intake import identity


@pytest.mark.parametrize(
    ("shape", "own"),
    [
        ("native", {"id": 42}),
        ("native", {"id": "42"}),
        ("native", {"id": "2024-42"}),
        ("scrapy_item", {"id": "post-42"}),
        ("scrapy_item", {"_id": {"$oid": "65e6f0a0c3d4e5f6a7b8c9d0"}}),
        ("extracted", {"id": 42}),
    ],
)
def test_an_id_that_may_be_another_site_s_too_is_made_the_page_s_own(shape: str, own: dict[str, Any]) -> None:
    here = SHAPES[shape] | own
    there = json.loads(json.dumps(here).replace("news.example", "gazette.example"))
    assert read(here).id != read(there).id
    assert read(here).id == read(here | {"fetched_at": "2026-04-01T00:00:00Z"}).id
    assert read(here).id.startswith(str(read(here).id).rpartition("-")[0])
    (name,) = own
    assert read(here).attrs[name] == own[name]


def test_an_id_that_is_longer_than_a_key_should_be_is_hashed() -> None:
    page = read(SHAPES["native"] | {"id": "a" * 5_000})
    assert len(page.id) == 32
    assert page.attrs["id"] == "a" * 5_000


def test_a_page_without_an_id_is_told_by_url_time_and_body() -> None:
    page = identity.of_content(URL, "2026-03-01T08:00:00Z", "body")
    assert len(page) == 32
    assert page == identity.of_content(URL + "?utm_source=x", "2026-03-01T08:00:00Z", b"body")
    others = {
        identity.of_content(URL + "/2", "2026-03-01T08:00:00Z", "body"),
        identity.of_content(URL, "2026-03-01T08:00:01Z", "body"),
        identity.of_content(URL, None, "body"),
        identity.of_content(URL, "2026-03-01T08:00:00Z", "other"),
    }
    assert page not in others and len(others) == 4


def test_an_id_with_a_letter_is_kept_and_a_number_gets_the_url() -> None:
    assert identity.of_record("crawl-7", URL) == "crawl-7"
    assert identity.of_record("42", URL) == identity.of_item("42", URL) != "42"
    assert identity.of_item("42", URL) == identity.of_item("42", URL + "#comments")


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (42, "42"), (42.0, "42"), (" ", None), (4.2, None), (True, None), (None, None), ({}, None)],
)
def test_an_id_is_text_that_is_not_blank_or_a_whole_number(value: object, text: str | None) -> None:
    assert identity.id_text(value) == text


def test_any_url_and_body_have_an_id() -> None:
    assert identity.of_content("\ud83d", None, "\ud83d")
