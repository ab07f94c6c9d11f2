"""Usual names of the fields of a page in crawlers' records and Scrapy items, in order of preference.

Case, ``_`` and ``-`` do not matter (:class:`streams.intake.fields.Fields`).
"""

from __future__ import annotations

URL = ("url", "page_url", "link", "source_url", "request_url", "permalink", "uri", "href", "loc")
BODY = (
    "html", "body", "raw_html", "html_content", "page_source", "source_html", "response_body", "html_body", "body_html",
    "page_html", "raw_content", "raw_body", "page_content", "content", "markup", "source_code", "response", "page", "raw",
)  # fmt: skip
FINAL_URL = ("final_url", "response_url", "redirected_url", "redirect_url", "loaded_url")
STATUS = (
    "status",
    "status_code",
    "http_status",
    "http_status_code",
    "response_status",
    "http_code",
    "original_status",
)
HEADERS = ("headers", "response_headers", "http_headers")
TIME = (
    "fetched_at", "crawled_at", "scraped_at", "downloaded_at", "timestamp", "crawl_time", "fetch_time", "crawl_date",
    "scrape_date", "scraped_date", "date_crawled", "date_scraped", "retrieved_at", "loaded_time", "time", "ts",
)  # fmt: skip
CONTENT_TYPE = ("content_type", "mime_type", "mime")
ENCODING = ("encoding", "charset")
ID = ("id", "_id", "item_id", "uuid", "guid")
