"""Fields are found by any usual name, unwrapped, checked by type, and kept as attributes where nothing uses them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from intake.shapes import HTML, URL, read

from streams import intake
from streams.errors import BadRecord
from streams.intake.fields import Fields, http_status, shown
from streams.records import Message
from streams.urls import MAX_URL_CHARACTERS


def test_an_address_is_read_without_the_blanks_around_it() -> None:
    assert read({"url": f" {URL}\n", "html": HTML}).url == URL
    assert read({"loc": "Lisbon", "href": URL, "content": HTML}).url == URL


@pytest.mark.parametrize(
    "status", [404, 404.0, "404", " 404 ", "404 Not Found", "HTTP/1.1 404 Not Found", [404], "404.0"]
)
def test_a_status_may_be_a_number_or_the_text_of_one(status: object) -> None:
    page = read({"url": URL, "html": HTML, "status": status})
    assert (page.status, page.attrs) == (404, {})


@pytest.mark.parametrize("status", ["published", "okay", 7, -1, True, {"code": 200}, "20000", 0, "200OK?"])
def test_a_status_of_something_else_is_an_attribute(status: Any) -> None:
    record = json.dumps({"url": URL, "html": HTML, "status": status}).encode()
    page = intake.read(Message(value=record))
    assert page.status is None
    assert page.attrs == {"status": status}


def test_the_next_name_is_tried_where_the_first_is_of_something_else() -> None:
    page = read(
        {
            "url": URL,
            "html": HTML,
            "status": "published",
            "statusCode": 404,
            "timestamp": "soon",
            "crawledAt": 1772352000,
        }
    )
    assert (page.status, page.fetched_at) == (404, "2026-03-01T08:00:00Z")
    assert page.attrs == {"status": "published", "timestamp": "soon"}


@pytest.mark.parametrize(
    "field",
    ["headers", "final_url", "fetched_at", "content_type", "encoding", "source", "attrs", "id", "status"],
)
@pytest.mark.parametrize("value", [7.5, True, ["a", 1], {"x": {"y": 1}}])
def test_a_page_is_not_lost_for_a_field_of_another_type(field: str, value: object) -> None:
    page = read({"url": URL, "html": HTML, field: value})
    assert page.content == HTML


@pytest.mark.parametrize("blank", [None, "", "  ", []])
@pytest.mark.parametrize("full", ["html", "body", "text", "content", "raw_html", "pageSource"])
def test_the_page_is_found_whichever_field_it_is_in_beside_blank_ones(blank: object, full: str) -> None:
    record: dict[str, Any] = dict.fromkeys(["html", "body", "text", "content"], blank) | {
        "url": URL,
        full: HTML,
    }
    page = read(record)
    assert (page.content, page.attrs) == (HTML, {})


def test_names_of_fields_may_be_in_camel_case() -> None:
    page = read(
        {
            "pageUrl": URL,
            "pageSource": HTML,
            "statusCode": 200,
            "responseHeaders": {"x": "1"},
            "crawledAt": 1772352000000,
        }
    )
    assert (page.status, page.headers, page.fetched_at) == (200, {"x": "1"}, "2026-03-01T08:00:00Z")


def test_a_field_is_found_however_its_name_is_written() -> None:
    for name in ("status_code", "statusCode", "Status-Code", "STATUS_CODE"):
        assert Fields({name: 404}).status("status_code") == 404


def test_an_overlong_address_is_an_error_that_says_how_long_it_may_be() -> None:
    fields = Fields({"url": "https://a.example/" + "a" * MAX_URL_CHARACTERS})
    assert fields.url("url") is None
    with pytest.raises(BadRecord, match=f"at most {MAX_URL_CHARACTERS:,}"):
        fields.required_url("url")


def test_a_missing_address_is_named_by_its_first_name() -> None:
    with pytest.raises(BadRecord, match="'url' is empty"):
        Fields({"title": "Trams"}).required_url("url", "link")


def test_the_name_of_a_body_comes_with_it_and_other_forms_are_dropped() -> None:
    fields = Fields({"html": " ", "markup": HTML, "text": "Trams", "title": "x"})
    assert fields.body("html", "markup") == ("markup", HTML)
    fields.drop("text")
    assert fields.rest() == {"title": "x"}


def test_a_list_of_texts_is_one_body() -> None:
    assert Fields({"html": ["<p>a</p>", "<p>b</p>"]}).body("html") == ("html", "<p>a</p>\n<p>b</p>")


@pytest.mark.parametrize(
    "wrapped", [["42"], {"$oid": "42"}, {"$numberLong": "42"}, [{"$oid": "42"}], 42, 42.0]
)
def test_an_id_is_unwrapped_and_stays_among_the_attributes(wrapped: object) -> None:
    fields = Fields({"_id": wrapped})
    assert fields.own_id("id", "_id") == "42"
    assert fields.rest() == {"_id": wrapped}


def test_the_record_s_own_attributes_are_joined_with_unused_fields() -> None:
    fields = Fields({"attrs": {"desk": "local"}, "editor": "Rui", "url": URL})
    assert fields.url("url") == URL
    assert fields.rest() == {"desk": "local", "editor": "Rui"}


def test_strings_of_a_list_are_stripped_and_others_left_out() -> None:
    assert Fields({"authors": [" Ana ", 7, "", "Rui"]}).texts("authors") == ("Ana", "Rui")
    assert Fields({"authors": "Ana"}).texts("authors") == ("Ana",)


def test_a_conversion_tries_the_next_name_where_it_gives_nothing() -> None:
    fields = Fields({"a": "x", "b": "7", "c": None})
    assert fields.convert(lambda value: int(value) if str(value).isdigit() else None, "a", "b") == 7
    assert fields.rest() == {"a": "x", "c": None}
    assert fields.has("a") and not fields.has("c", "d")


@pytest.mark.parametrize(
    ("value", "status"),
    [(99, None), (100, 100), (999, 999), (1_000, None), (404.5, None), (True, None), ("404x", None)],
)
def test_a_status_has_three_digits(value: object, status: int | None) -> None:
    assert http_status(value) == status


def test_a_value_in_an_error_is_short_and_can_be_encoded() -> None:
    assert shown(7) == "int 7"
    assert len(shown("a" * 10_000)) < 100
    shown("\ud83d").encode("utf-8")
