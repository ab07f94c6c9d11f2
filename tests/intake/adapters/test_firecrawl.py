"""Firecrawl's pages."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, read

from streams.errors import BadRecord
from streams.intake.adapters import firecrawl


def test_markdown_becomes_text_and_the_metadata_is_given() -> None:
    page = read(
        {
            "success": True,
            "data": SHAPES["firecrawl"] | {"html": None, "markdown": "# Trams\n\nTwo [trams](/t) met."},
        }
    )
    assert (page.shape, page.content, page.form, page.given.title) == (
        "firecrawl",
        "Trams\n\nTwo trams met.",
        "text",
        "Trams",
    )


def test_a_crawl_of_one_page_is_that_page() -> None:
    assert read({"status": "completed", "data": [SHAPES["firecrawl"]]}).content == HTML


def test_a_crawl_of_several_pages_is_an_error() -> None:
    with pytest.raises(BadRecord, match="2 pages"):
        firecrawl.read({"status": "completed", "data": [SHAPES["firecrawl"], SHAPES["firecrawl"]]})


def test_raw_html_is_preferred_and_its_metadata_is_left_to_cleaning() -> None:
    page = read(SHAPES["firecrawl"] | {"rawHtml": HTML + "<!-- raw -->"})
    assert (page.content, page.form, page.given.title) == (HTML + "<!-- raw -->", "html", None)
    assert page.attrs["title"] == "Trams"


def test_the_url_after_redirects_is_the_final_one() -> None:
    metadata = SHAPES["firecrawl"]["metadata"] | {"url": URL + "/2"}
    page = read(SHAPES["firecrawl"] | {"metadata": metadata})
    assert (page.url, page.final_url) == (URL, URL + "/2")


def test_a_page_without_firecrawl_s_metadata_is_another_s() -> None:
    assert not firecrawl.recognises({"html": HTML, "metadata": {"title": "x"}})
    assert not firecrawl.recognises({"data": []})
    assert firecrawl.recognises({"data": {"markdown": "x", "metadata": {"scrapeId": "1"}}})
