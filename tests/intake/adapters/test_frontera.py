"""Frontera's page_crawled messages."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, b64, read

from streams.errors import BadRecord
from streams.intake.adapters import frontera


def test_the_rest_of_r_is_attributes() -> None:
    page = read(SHAPES["frontera"])
    assert (page.content, page.headers, page.attrs) == (HTML.encode(), {"x": "1"}, {"meta": {"score": 1}})


def test_a_message_without_a_body_is_a_page_without_one() -> None:
    page = read({"type": "page_crawled", "r": {"url": URL, "status_code": 404}})
    assert (page.content, page.status, page.shape) == ("", 404, "frontera")


def test_other_messages_of_frontera_are_not_pages() -> None:
    assert not frontera.recognises({"type": "links_extracted", "r": {}})
    assert not frontera.recognises({"type": "page_crawled", "r": []})
    with pytest.raises(BadRecord, match="'url'"):
        frontera.read({"type": "page_crawled", "r": {"status_code": 200}})


def test_the_encoding_counts_for_bytes_only() -> None:
    record = {"url": URL, "status_code": 200, "encoding": "cp1252"}
    assert read({"type": "page_crawled", "r": record | {"body": b64(HTML)}}).encoding == "cp1252"
    assert read({"type": "page_crawled", "r": record | {"body": HTML}}).encoding is None
