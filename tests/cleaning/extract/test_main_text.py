"""The main text of a page: its article with its lead, and nothing beside."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.extract.main_text import extract

LEAD = "Eleven years after the last boat sank, the town wants its ferry back. Two boats are on order."
TEXT = [
    "The council of Mirefield voted on Tuesday to reopen the old ferry, which ran from the fish market to Oldport.",
    "Two boats have been ordered from a yard in Oldport, and are to arrive before the summer holidays begin.",
    "The fare is to stay what it was in 2013. Children and dogs go free, as they always have on this river.",
    "Opponents say that the bridge, a mile upstream, serves everybody who has to cross, and costs nothing.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
TEASERS = "".join(
    f'<div class="row"><div class="cell"><a href="/{n}">Other news {n}</a><p>{text} And more of the kind.</p></div></div>'
    for n, text in enumerate(reversed(TEXT))
)


def paragraphs(body: str, summary: str | None = None, head: str = "") -> list[str]:
    page = f"<html><head><title>The ferry is back</title>{head}</head><body>{body}</body></html>"
    return extract(lxml.html.document_fromstring(page), summary).split("\n\n")


def test_the_article_is_read_and_its_neighbours_are_not() -> None:
    html = f'<nav><a href="/">Home</a></nav><article><h1>The ferry is back</h1>{BODY}</article><aside>{TEASERS}</aside>'
    assert paragraphs(html) == TEXT


def test_an_article_cut_by_advertisements_is_read_whole() -> None:
    parts = f'<div class="part">{BODY}</div><div class="advert">Buy!</div><div class="part">{BODY.replace("Two", "Three")}</div>'
    assert len(paragraphs(f"<div>{parts}</div>")) == 8


def test_the_summary_is_the_lead_where_it_stands_above_the_text() -> None:
    html = f"<header><h1>The ferry is back</h1><p>{LEAD}</p></header><div>{BODY}</div>"
    assert paragraphs(html, LEAD) == [LEAD, *TEXT]


@pytest.mark.parametrize(
    "name", ["article-lead", "excerpt", "post__subtitle", "standfirst", "detail__excerpt"]
)
def test_a_lead_by_name_stands_above_the_text(name: str) -> None:
    html = f'<header><h1>The ferry is back</h1><p class="{name}">{LEAD}</p></header><div>{BODY}</div>'
    assert paragraphs(html, "The Mirefield Echo, news from the river") == [LEAD, *TEXT]


def test_several_leads_alike_are_teasers() -> None:
    teasers = "".join(f'<p class="excerpt">{n}. {LEAD}</p>' for n in range(3))
    html = f'<header><h1>The ferry is back</h1></header><section>{teasers}</section><div class="text">{BODY}</div>'
    assert paragraphs(html) == TEXT


def test_the_headline_the_date_and_the_credits_around_the_text_are_left_out() -> None:
    html = (
        f"<article><h2>The ferry is back</h2><p>3 June 2024, 14:05</p>{BODY}<p>© Mirefield Echo</p></article>"
    )
    assert paragraphs(html) == TEXT


def test_a_page_without_text_has_none() -> None:
    assert extract(lxml.html.document_fromstring("<html><body><p>Hello</p></body></html>")) in ("", "Hello")
