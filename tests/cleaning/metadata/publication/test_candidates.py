"""The days that a page names, each with the sources that name it."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.publication.candidates import Days, before_update, page_address

URL = "https://echo.example/news/ferry"


def days(body: str, head: str = "", url: str = URL, language: str | None = "en") -> dict[str, set[str]]:
    page = f"<html><head>{head}</head><body><h1>The ferry is back</h1>{body}</body></html>"
    declared = collect_declared(lxml.html.document_fromstring(page))
    found = Days(declared, jsonld.article(declared.jsonld), url, language).found
    return {day: entry.signs for day, entry in found.items()}


def test_sources_of_one_day_are_one_candidate() -> None:
    head = '<meta property="article:published_time" content="2024-03-05T08:00:00Z">'
    found = days('<time datetime="2024-03-05">5 March</time>', head, "https://echo.example/2024/03/05/ferry")
    assert set(found) == {"2024-03-05"}
    assert {"meta", "time_below", "url"} <= found["2024-03-05"]


def test_only_the_first_value_of_a_meta_element_is_the_pages() -> None:
    one = '<meta itemprop="datePublished" content="2024-03-0{}">'
    found = days(one.format(5) + one.format(6))
    assert "meta" in found["2024-03-05"] and "meta" not in found["2024-03-06"]


def test_a_labelled_day_is_of_publication_or_of_a_change() -> None:
    found = days(
        "<div><b>Published</b><i>March 5, 2024</i></div><div><b>Updated</b><i>March 9, 2024</i></div>"
    )
    assert "label_published" in found["2024-03-05"]
    assert "text_updated" in found["2024-03-09"] and "text_below_later" not in found["2024-03-09"]


def test_two_numbers_of_unknown_order_count_where_they_are_a_day_known_otherwise() -> None:
    assert days("<p>03/05/2024</p>") == {}
    head = '<meta property="article:published_time" content="2024-03-05">'
    assert "line" in days("<p>03/05/2024</p>", head)["2024-03-05"]


def test_the_country_of_a_domain_tells_the_order_of_english_numbers() -> None:
    assert set(days("<p>03/05/2024</p>", url="https://echo.co.uk/ferry")) == {"2024-05-03"}


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("March 5, 2024. Updated: March 9", "March 5, 2024. "),
        ("5 mars 2024", "5 mars 2024"),
        ("Aktualisiert 5.3.", ""),
    ],
)
def test_what_is_before_the_word_for_an_update_is_the_text(text: str, before: str) -> None:
    assert before_update(text) == before


def test_the_address_of_an_archived_page_is_its_own() -> None:
    assert (
        page_address("https://web.archive.org/web/20240306080000/https://echo.example/a")
        == "https://echo.example/a"
    )
