"""Apify's dataset items."""

from __future__ import annotations

from intake.shapes import HTML, SHAPES, URL, read

from streams.intake.adapters import apify


def test_a_text_comes_with_the_metadata_of_the_item() -> None:
    record = SHAPES["apify"] | {"html": None}
    page = read(record)
    assert (page.content, page.form, page.given.title) == ("Two trams met in Lisbon.", "text", "Trams")
    page = read(record | {"text": "", "markdown": "# Trams"})
    assert (page.content, page.form) == ("Trams", "text")


def test_html_leaves_the_metadata_to_cleaning() -> None:
    page = read(SHAPES["apify"])
    assert (page.content, page.given.title, page.source) == (HTML, None, {"depth": 0})


def test_items_of_scrapers_are_known_by_their_debug_object() -> None:
    page = read(
        {
            "html": HTML,
            "#debug": {"url": URL, "statusCode": 404, "createdAt": "2026-03-01T08:00:00Z"},
            "#error": False,
        }
    )
    assert (page.shape, page.url, page.status, page.fetched_at) == ("apify", URL, 404, "2026-03-01T08:00:00Z")
    assert "#error" not in page.attrs


def test_the_loaded_url_is_the_final_one_where_it_differs() -> None:
    assert read(SHAPES["apify"]).final_url is None
    crawl = SHAPES["apify"]["crawl"] | {"loadedUrl": URL + "/2"}
    assert read(SHAPES["apify"] | {"crawl": crawl}).final_url == URL + "/2"


def test_a_crawl_object_of_another_kind_is_another_s() -> None:
    assert not apify.recognises({"url": URL, "crawl": {"id": 1}})
    assert not apify.recognises({"url": URL, "crawl": "daily"})
