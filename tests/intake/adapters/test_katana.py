"""Katana's records."""

from __future__ import annotations

import msgspec
import pytest
from intake.shapes import HTML, SHAPES, URL, read

from streams.errors import BadRecord
from streams.intake.adapters import katana


def test_what_a_request_sent_is_not_passed_on() -> None:
    assert b"secret" not in msgspec.json.encode(read(SHAPES["katana"]))


def test_names_of_headers_get_their_hyphens_back() -> None:
    page = read(SHAPES["katana"])
    assert (page.headers["content-type"], page.content_type) == ("text/html", "text/html")
    assert page.source == {"method": "GET", "tag": "a"}


def test_a_body_is_found_in_the_raw_response() -> None:
    response = {"status_code": 200, "raw": "HTTP/1.1 200 OK\r\nX: 1\r\n\r\n" + HTML}
    assert read(SHAPES["katana"] | {"response": response}).content == HTML


def test_a_record_of_a_failed_request_is_an_error_with_its_cause() -> None:
    with pytest.raises(BadRecord, match="no route"):
        katana.read({"request": {"endpoint": URL}, "error": "no route"})
    assert not katana.recognises({"request": {"url": URL}, "response": {}})
