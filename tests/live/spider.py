"""The spider of the test with Scrapy: follows all links of a local site and yields every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.http import Response, TextResponse

from streams.scrapy import page


class Site(scrapy.Spider):
    """Crawls from the address given with ``-a start=…``."""

    name = "site"
    handle_httpstatus_list = [404]  # noqa: RUF012

    def __init__(self, start: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.start_urls = [start]

    def parse(self, response: Response) -> Iterator[Any]:
        yield page(response, found_by=self.name)
        yield {"url": response.url, "price": 3}  # an item that is no page
        if isinstance(response, TextResponse):
            yield from response.follow_all(css="a")
