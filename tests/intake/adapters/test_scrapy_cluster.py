"""scrapy-cluster's crawled items."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, b64, read

from streams.errors import BadRecord
from streams.intake.adapters import scrapy_cluster


def test_the_answered_url_is_the_final_one_where_it_differs() -> None:
    record = SHAPES["scrapy_cluster"]
    assert read(record).final_url is None
    page = read(record | {"response_url": URL + "/2"})
    assert (page.url, page.final_url) == (URL, URL + "/2")
    without = {name: value for name, value in record.items() if name != "url"}
    assert read(without).url == URL


def test_fields_about_the_crawl_are_attributes() -> None:
    assert read(SHAPES["scrapy_cluster"]).attrs == {"crawlid": "c1", "appid": "a1"}


def test_a_body_in_base64_is_bytes_with_the_declared_encoding() -> None:
    page = read(SHAPES["scrapy_cluster"] | {"body": b64(HTML), "encoding": "utf-8"})
    assert (page.content, page.encoding) == (HTML.encode(), "utf-8")
    assert read(SHAPES["scrapy_cluster"] | {"encoding": "utf-8"}).encoding is None


@pytest.mark.parametrize(
    ("record", "its"),
    [({"response_url": URL}, True), ({"crawlid": "c", "status_code": 200}, True), ({"crawlid": "c"}, False)],
)
def test_it_is_known_by_its_own_fields(record: dict[str, object], its: bool) -> None:
    assert scrapy_cluster.recognises(record) == its


def test_an_item_without_a_url_is_an_error() -> None:
    with pytest.raises(BadRecord, match="'url'"):
        read({"crawlid": "c", "status_code": 200, "body": HTML})
