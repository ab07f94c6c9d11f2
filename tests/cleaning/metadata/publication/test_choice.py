"""The day of publication: stated first, never that of an update where another is known, never one that is yet to come."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.publication.choice import PageDates

URL = "https://echo.example/news/ferry"
PROSE = "The council of Mirefield voted on Tuesday to reopen the old ferry, eleven years after the last boat sank at its moorings in a storm."


def published(
    body: str, head: str = "", url: str = URL, fetched_at: str | None = None, language: str | None = None
) -> str | None:
    page = f"<html><head>{head}</head><body><h1>The ferry is back</h1>{body}<p>{PROSE}</p></body></html>"
    declared = collect_declared(lxml.html.document_fromstring(page))
    return PageDates(declared, jsonld.article(declared.jsonld), url, fetched_at, language).published()


def stated(day: str) -> str:
    return f'<meta property="article:published_time" content="{day}">'


def test_a_day_in_the_address_after_the_fetch_is_no_publication() -> None:
    fetched = "2024-03-06T08:00:00Z"
    assert published("", url="https://echo.example/plan/20300601.html", fetched_at=fetched) is None
    assert published("", url="https://echo.example/2024/09/09/ferry", fetched_at=fetched) is None
    assert published("", url="https://echo.example/2024/03/05/ferry", fetched_at=fetched) == "2024-03-05"


def test_a_time_element_comes_before_numbers_in_the_address() -> None:
    body = '<time datetime="2024-02-09">9 February</time>'
    assert published(body, url="https://echo.example/2024-02-11/ferry") == "2024-02-09"


def test_a_stated_day_after_the_fetch_is_no_publication_but_zones_differ_by_a_day() -> None:
    fetched = "2024-03-05T08:00:00Z"
    assert published("", stated("2024-03-06"), fetched_at=fetched) == "2024-03-06"
    assert published("", stated("2024-03-07"), fetched_at=fetched) is None
    assert published("<p>March 1, 2024</p>", stated("2024-03-07"), fetched_at=fetched) == "2024-03-01"


def test_the_time_of_an_archives_capture_is_no_publication() -> None:
    assert published("", url="https://web.archive.org/web/20240306080000/https://echo.example/ferry") is None
    archived = "https://web.archive.org/web/20240306080000/https://echo.example/2023/01/02/ferry"
    assert published("", url=archived) == "2023-01-02"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Updated March 9, 2024</p><p>March 5, 2024</p>",
        "<p>March 5, 2024. Updated: March 9, 2024</p>",
        "<p>Last updated</p><p>March 9, 2024</p><p>Published March 5, 2024</p>",
        "<p>Actualizado el 9 de marzo de 2024</p><p>5 de marzo de 2024</p>",
        '<time itemprop="dateModified" datetime="2024-03-09">March 5, 2024 | Updated March 9, 2024</time>',
        '<time class="date-modified" datetime="2024-03-09">9 March</time><time datetime="2024-03-05">5 March</time>',
    ],
)
def test_the_day_of_an_update_is_not_that_of_publication(line: str) -> None:
    assert published(line) == "2024-03-05"


def test_the_day_of_an_update_counts_where_no_other_is_known() -> None:
    assert published("<p>Updated March 9, 2024</p>") == "2024-03-09"
    assert published('<time itemprop="dateModified" datetime="2024-03-09">today</time>') is None


def test_an_earlier_day_below_the_headline_corrects_a_stated_day_but_no_stated_time() -> None:
    assert published("<p>January 31, 2024</p>", stated("Nov 05, 2025")) == "2024-01-31"
    assert published("<p>November 7, 2025</p>", stated("Nov 05, 2025")) == "2025-11-05"
    time = "2025-11-05T08:00:00+00:00"
    assert published("<p>January 31, 2024</p>", stated(time)) == time


def test_two_numbers_are_read_in_the_order_of_the_pages_language() -> None:
    line = "<p>03/05/2024</p>"
    assert published(line, language="en-US") == "2024-03-05"
    assert published(line, language="es") == "2024-05-03"
    assert published(line) is None


def test_times_of_answers_and_comments_are_not_the_questions() -> None:
    def post(kind: str, prop: str, day: str) -> str:
        return f'<div itemscope itemtype="https://schema.org/{kind}"><time itemprop="{prop}" datetime="{day}">x</time></div>'

    question = post("Question", "dateCreated", "2024-03-05")
    assert published(question + post("Answer", "datePublished", "2024-03-09")) == "2024-03-05"
    assert published(post("Comment", "datePublished", "2024-03-09")) is None


def test_a_live_blog_is_published_when_its_coverage_starts() -> None:
    node = '{"@type": "LiveBlogPosting", "headline": "Ferry", "coverageStartTime": "2024-03-05T08:00:00Z"}'
    head = f'<script type="application/ld+json">{node}</script>'
    assert published('<time datetime="2024-03-09">latest</time>', head) == "2024-03-05T08:00:00+00:00"


def test_a_page_that_was_written_after_its_fetch_shows_that_the_crawlers_clock_is_wrong() -> None:
    fetched = "2024-03-05T08:00:00Z"
    twice = stated("2024-04-07") + '<meta itemprop="datePublished" content="2024-04-07">'
    shown = '<time datetime="2024-04-07">7 April</time>'
    assert published(shown, twice, fetched_at=fetched) == "2024-04-07"
    assert published("", stated("2024-04-07"), fetched_at=fetched) is None
    assert published("", "", "https://echo.example/n/202404071030/", fetched_at=fetched) == "2024-04-07"


def test_a_day_years_after_the_fetch_is_no_publication_however_often_it_is_stated() -> None:
    shown = '<time datetime="2031-04-07">7 April</time>'
    assert published(shown, stated("2031-04-07"), fetched_at="2024-03-05T08:00:00Z") is None


def test_a_change_after_the_fetch_is_no_change() -> None:
    head = '<meta property="article:modified_time" content="{}">'
    declared = collect_declared(
        lxml.html.document_fromstring(
            f"<html><head>{stated('2024-03-01')}{head.format('2024-05-01')}</head></html>"
        )
    )
    dates = PageDates(declared, {}, URL, "2024-03-05T08:00:00Z")
    assert (dates.published(), dates.modified()) == ("2024-03-01", None)
