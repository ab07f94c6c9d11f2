"""The part of a page that holds its article is found by its paragraphs, in any language and under any name."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.extract.content_root import main_part

SENTENCES = [
    "The council of Mirefield voted on Tuesday to reopen the old ferry, which ran from the fish market to Oldport.",
    "Two boats have been ordered from a yard in Oldport, and are to arrive before the summer holidays begin.",
    "The fare is to stay what it was in 2013. Children and dogs go free, as they always have on this river.",
    "Opponents say that the bridge, a mile upstream, serves everybody who has to cross, and costs nothing.",
    "The mayor, who used to row across as a boy, said that a town on a river without a boat was no town.",
]
JAPANESE = [
    "町議会は火曜日、古い渡し船を十一年ぶりに再開することを決めた。二隻の船が造船所に注文され、夏休みが始まる前に届く予定である。"
] * 5
ARTICLE = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def part_of(body: str) -> str | None:
    found = main_part(lxml.html.document_fromstring(f"<html><body>{body}</body></html>"))
    return None if found is None else found.get("id")


def teasers(count: int) -> str:
    items = (
        f'<li><div class="item"><h3>News {n}</h3><p>{SENTENCES[n % 5]} {n}</p></div></li>'
        for n in range(count)
    )
    return f"<ul>{''.join(items)}</ul>"


def test_the_container_of_the_article_is_its_part() -> None:
    assert (
        part_of(f'<div id="page"><div id="text">{ARTICLE}</div><div class="related">{teasers(4)}</div></div>')
        == "text"
    )


def test_scripts_without_spaces_count_as_much() -> None:
    text = "".join(f"<p>{n}{sentence}</p>" for n, sentence in enumerate(JAPANESE))
    assert part_of(f'<div id="page"><p>Mirefield Echo</p><div id="text">{text}</div></div>') == "text"


def test_an_article_under_a_misleading_name_is_more_than_a_list_of_teasers() -> None:
    assert (
        part_of(f'<div id="text" class="modal-overlay">{ARTICLE}</div><div id="stream">{teasers(6)}</div>')
        == "text"
    )


def test_an_article_parted_by_advertisements_is_one_part() -> None:
    halves = f'<div class="chunk">{ARTICLE}</div><div class="ad">Buy!</div><div class="chunk">{ARTICLE}</div>'
    assert part_of(f'<div id="page"><div id="text">{halves}</div></div>') == "text"


def test_of_several_articles_the_first_is_the_pages() -> None:
    second = ARTICLE.replace("Mirefield", "Oldport")
    assert (
        part_of(f'<article id="first">{ARTICLE}</article><article id="second">{second}</article>') == "first"
    )


@pytest.mark.parametrize("body", ["", "<p>Hello</p>", f"<nav>{ARTICLE[:200]}</nav>", "<div>" * 50 + "x"])
def test_a_page_without_prose_has_no_such_part(body: str) -> None:
    assert main_part(lxml.html.document_fromstring(f"<html><body>{body}</body></html>")) is None
