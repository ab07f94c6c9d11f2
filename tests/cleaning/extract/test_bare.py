"""A page of prose without links, fields and menus is its text as a whole."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.extract.bare import bare_text
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.main_text import extract

STORY = [
    "The old ferry crosses the river again from Monday, four years after a flood tore its landing stage away.",
    "Two crews share the work, and a crossing costs what it cost before: two coins, and nothing for a bicycle.",
]
REFRAIN = (
    "Row, row, row the ferry boat, gently over the stream, and merrily home again before the lamps are lit."
)


def page(body: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(
        f"<html><head><title>Ferry songs</title></head><body>{body}</body></html>"
    )


def shown(body: str) -> list[str] | None:
    blocks = read_blocks(page(body))
    found = bare_text(blocks)
    return None if found is None else [text for text, keep in zip(blocks.texts, found, strict=True) if keep]


@pytest.mark.parametrize(
    "around",
    ["{}", "<article>{}</article>", "<main><div>{}</div></main>", "<div><section>{}</section></div>"],
)
def test_every_paragraph_of_a_bare_document_is_its_text_even_a_refrain(around: str) -> None:
    verses = [STORY[0], REFRAIN, STORY[1], REFRAIN, REFRAIN]
    text = extract(page(around.format("".join(f"<p>{verse}</p>" for verse in verses)))).text
    assert text.split("\n\n") == verses


def test_what_is_hidden_is_not_shown() -> None:
    assert shown(f"<p>{STORY[0]}</p><p style='display:none'>{STORY[1]}</p>") == STORY[:1]


@pytest.mark.parametrize(
    "more",
    [
        "<a href='/'>Home</a>",
        "<nav>Home</nav>",
        "<form>Search</form>",
        "<input>",
        "<button>Accept</button>",
        "<noscript>Please switch scripts on.</noscript>",
        f"<ul>{'<li>Menu and more of it</li>' * 20}</ul>",
        "<p>More.</p>" * 200,
    ],
)
def test_a_page_with_links_fields_menus_or_many_labels_is_not_bare(more: str) -> None:
    assert shown(f"<p>{STORY[0]}</p><p>{STORY[1]}</p>{more}") is None


@pytest.mark.parametrize("body", ["", "<p>OK</p>", "<h1>Ferry</h1><p>Monday</p>"])
def test_a_page_without_prose_is_not_bare(body: str) -> None:
    assert shown(body) is None


def test_a_headline_in_bold_stays_set_aside_in_a_bare_document() -> None:
    body = f"<article><p><b>Ferry returns to Mirefield</b></p><p>{STORY[0]}</p><p>{STORY[1]}</p><p>{REFRAIN}</p></article>"
    tree = lxml.html.document_fromstring(
        f"<html><head><title>Ferry returns to Mirefield</title></head><body>{body}</body></html>"
    )
    text = extract(tree, url="https://echo.example/2024/03/ferry-returns-to-mirefield").text
    assert text.split("\n\n")[0] == STORY[0]
