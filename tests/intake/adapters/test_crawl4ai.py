"""Crawl4AI's results."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, read

from streams.intake.adapters import crawl4ai


@pytest.mark.parametrize(
    ("fields", "content", "form"),
    [
        ({}, HTML, "html"),
        ({"html": ""}, "<p>Two trams met in Lisbon.</p>", "html"),
        ({"html": "", "cleaned_html": None}, "Two trams met in Lisbon.", "text"),
        ({"html": "", "cleaned_html": "", "markdown": "# Trams"}, "Trams", "text"),
    ],
)
def test_the_page_is_the_first_form_that_there_is(fields: dict[str, object], content: str, form: str) -> None:
    page = read(SHAPES["crawl4ai"] | fields)
    assert (page.shape, page.content, page.form) == ("crawl4ai", content, form)


def test_other_forms_are_no_attributes() -> None:
    page = read(SHAPES["crawl4ai"] | {"screenshot": "x" * 99, "links": {"internal": []}})
    assert page.attrs == {"success": True, "links": {"internal": []}}


def test_the_redirected_url_is_the_final_one() -> None:
    assert read(SHAPES["crawl4ai"]).final_url is None
    assert read(SHAPES["crawl4ai"] | {"redirected_url": URL + "/2"}).final_url == URL + "/2"


def test_a_record_without_a_field_of_its_own_is_another_s() -> None:
    assert not crawl4ai.recognises({"url": URL, "html": HTML, "success": True})
