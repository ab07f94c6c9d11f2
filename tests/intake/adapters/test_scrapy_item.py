"""Items of Scrapy and crawlers like it."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, URL, b64, read

from streams.errors import BadRecord
from streams.intake.adapters import scrapy_item


def test_lists_of_one_as_item_loaders_leave_them_are_their_values() -> None:
    page = read({"url": [URL], "body": [HTML], "status": [200], "title": ["Trams"]})
    assert (page.url, page.content, page.status, page.shape) == (URL, HTML, 200, "scrapy_item")
    assert page.attrs == {"title": ["Trams"]}


def test_a_status_without_a_body_is_a_page_too() -> None:
    page = read({"url": URL, "status": 404})
    assert (page.status, page.content) == (404, "")


def test_a_text_is_used_where_there_is_no_body() -> None:
    page = read({"link": URL, "plain_text": "Two trams met.", "encoding": "latin-1"})
    assert (page.content, page.form, page.encoding) == ("Two trams met.", "text", None)
    assert read({"link": URL, "plain_text": "Two trams met.", "page": HTML}).content == HTML


def test_the_encoding_counts_for_bytes() -> None:
    page = read({"link": URL, "content": b64(HTML), "charset": "latin-1"})
    assert (page.content, page.encoding) == (HTML.encode(), "latin-1")


def test_an_item_whose_fields_are_of_other_types_is_an_error() -> None:
    with pytest.raises(BadRecord, match="without a page"):
        scrapy_item.read({"link": URL, "page": 3})
    assert not scrapy_item.recognises({"link": URL, "title": "x"})
    assert not scrapy_item.recognises({"content": HTML})
