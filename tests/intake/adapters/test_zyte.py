"""Responses of Zyte API."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, read

from streams.errors import BadRecord
from streams.intake.adapters import zyte


def test_the_browser_s_html_is_preferred() -> None:
    page = read(SHAPES["zyte"] | {"browserHtml": HTML + "<!-- shown -->", "article": {"headline": "Trams"}})
    assert (page.content, page.form, page.content_type) == (HTML + "<!-- shown -->", "html", None)
    assert page.attrs == {"article": {"headline": "Trams"}}


def test_the_response_body_is_bytes_with_its_content_type() -> None:
    record = SHAPES["zyte"] | {"httpResponseHeaders": [{"name": "Content-Type", "value": "text/html"}]}
    page = read(record)
    assert (page.content, page.form, page.content_type) == (HTML.encode(), "unknown", "text/html")


def test_a_body_that_is_not_base64_is_undecodable() -> None:
    with pytest.raises(BadRecord, match="httpResponseBody") as error:
        zyte.read({"url": URL, "httpResponseBody": "<p>"})
    assert error.value.code == "undecodable"
    assert not zyte.recognises({"url": URL, "article": {}})
