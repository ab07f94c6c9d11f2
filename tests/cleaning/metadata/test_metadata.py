"""What a page says about itself, from the surest of its statements."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.metadata import choose, description, merged
from streams.records import Metadata

URL = "https://www.echo.example/river/ferry-is-back"
PROSE = "The council of Mirefield voted on Tuesday to reopen the old ferry, eleven years after the last boat sank at its moorings."


def metadata(head: str = "", body: str = "", url: str = URL) -> Metadata:
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}<p>{PROSE}</p></body></html>")
    return choose(collect_declared(tree), url, "2025-06-01T12:00:00Z")


def meta(**values: str) -> str:
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{value}">' for name, value in values.items()
    )


def test_open_graph_says_most_of_it() -> None:
    found = metadata(
        meta(
            og__title="The ferry is back",
            og__site_name="Mirefield Echo",
            og__description="Two boats are on order.",
            og__image="/ferry.jpg",
            article__section="River",
            article__published_time="2024-06-03T14:05:00+02:00",
            article__modified_time="2024-06-04T08:00:00+02:00",
        )
    )
    assert found.title == "The ferry is back"
    assert found.site_name == "Mirefield Echo"
    assert found.description == "Two boats are on order."
    assert found.image == "https://www.echo.example/ferry.jpg"
    assert found.section == "River"
    assert (found.published_at, found.published_precision, found.published_offset) == (
        "2024-06-03T12:05:00Z",
        "second",
        120,
    )
    assert (found.modified_at, found.modified_precision, found.modified_offset) == (
        "2024-06-04T06:00:00Z",
        "second",
        120,
    )


def test_json_ld_counts_even_in_a_graph_and_with_a_trailing_comma() -> None:
    node = '{"@graph": [{"@type": "NewsArticle", "headline": "The ferry is back", "datePublished": "2024-06-03",}]}'
    found = metadata(f'<script type="application/ld+json">{node}</script>')
    assert (found.title, found.published_at) == ("The ferry is back", "2024-06-03T00:00:00Z")


@pytest.mark.parametrize(
    ("body", "url", "day"),
    [
        ('<h1>Ferry</h1><time datetime="2024-06-03">Monday</time>', URL, "2024-06-03"),
        ("", "https://echo.example/2024/06/03/ferry", "2024-06-03"),
        ("", "https://echo.example/news/A2024060314320005196", "2024-06-03"),
        ("<h1>Ferry</h1><p>By Ada Example, June 3, 2024</p>", URL, "2024-06-03"),
        ("<h1>Ferry</h1><div><span>3.6.2024, 14:05</span></div>", URL, "2024-06-03"),
        ("<h1>Ferry</h1>", "https://echo.example/item/99999999123456", None),
        ("<h1>Ferry</h1><p>It sank in 2013 with 12 boats.</p>", URL, None),
    ],
)
def test_a_day_is_found_where_no_statement_gives_it(body: str, url: str, day: str | None) -> None:
    assert metadata(body=body, url=url).published_at == (f"{day}T00:00:00Z" if day else None)


def test_the_address_of_the_canonical_link_names_the_day_too() -> None:
    assert (
        metadata('<link rel="canonical" href="https://echo.example/2024/06/03/ferry">').published_at
        == "2024-06-03T00:00:00Z"
    )


def test_a_canonical_address_on_another_site_or_the_front_page_is_not_believed() -> None:
    assert metadata('<link rel="canonical" href="https://other.example/ferry">').canonical_url is None
    assert metadata('<link rel="canonical" href="https://www.echo.example/">').canonical_url is None


@pytest.mark.parametrize(
    ("url", "named", "believed"),
    [
        ("https://echo.example/news/2024/1-ferry", "https://echo.example/news", False),
        ("https://echo.example/local-news/the-ferry-is-back", "https://echo.example/local-news/", False),
        ("https://echo.example/news/1234567", "https://echo.example/news", False),
        ("https://echo.example/story/amp", "https://echo.example/story", True),
        ("https://echo.example/ferry/page-2", "https://echo.example/ferry", True),
        ("https://echo.example/item/123456/the-ferry", "https://echo.example/item/123456", True),
        ("https://echo.example/news/the-ferry", "https://echo.example/river/the-ferry", True),
    ],
)
def test_a_section_is_not_the_canonical_address_of_its_articles(url: str, named: str, believed: bool) -> None:
    found = metadata(f'<link rel="canonical" href="{named}">', url=url).canonical_url
    assert (found is not None) is believed


def test_the_language_is_a_claim_in_the_form_of_bcp_47() -> None:
    assert metadata(meta(og__locale="pt_BR")).language == "pt-BR"


def test_what_the_crawler_gave_wins() -> None:
    found = merged(Metadata(title="Given"), Metadata(title="Found", section="River"))
    assert (found.title, found.section) == ("Given", "River")


def test_a_page_without_statements_says_nothing() -> None:
    tree = lxml.html.document_fromstring("<html><body><p>Hello</p></body></html>")
    signals = collect_declared(tree)
    assert choose(signals, URL) == Metadata()
    assert description(signals) is None
