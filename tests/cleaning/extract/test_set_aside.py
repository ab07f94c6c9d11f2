"""What a page says is no text of its own is not chosen: cookie dialogues, readers' comments, the headline once more."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.main_text import extract
from streams.cleaning.extract.set_aside import set_aside
from streams.cleaning.metadata.declared import DeclaredMetadata, Heading
from streams.records import PageType

HEADLINE = "Ferry returns to Mirefield"
STORY = [
    "The old ferry crosses the river again from Monday, four years after a flood tore its landing stage away.",
    "Two crews share the work, and a crossing costs what it cost before: two coins, and nothing for a bicycle.",
    "Shopkeepers on the northern bank had asked for it every spring, since the bridge is an hour's walk from the market.",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)
COOKIES = {
    "en": "We keep small files on your device. Some cookies are needed for the pages to work, other cookies count visits.",
    "de": "Wir legen kleine Dateien auf Ihrem Gerät ab. Manche Cookies sind nötig, andere Cookies zählen Besuche und Wege.",
    "ru": "Мы храним небольшие файлы на вашем устройстве. Одни файлы cookie необходимы, другие cookie считают посещения.",
    "fi": "Tallennamme pieniä tiedostoja laitteellesi. Osa evästeistä on välttämättömiä, osa evästeistä laskee käyntejä.",
    "ja": "当サイトでは端末に小さなファイルを保存します。必要なクッキーのほか、訪問を数えるクッキーもあります。いつでも変更できます。",
}


def headed(title: str, **meta: str) -> DeclaredMetadata:
    headings = (Heading(text=title),) if title else ()
    return DeclaredMetadata(headings=headings, meta={name: [value] for name, value in meta.items()})


def chosen(body: str) -> str:
    return extract(
        lxml.html.document_fromstring(
            f"<html><head><title>{HEADLINE}</title></head><body>{body}</body></html>"
        )
    ).text


@pytest.mark.parametrize("language", COOKIES)
def test_a_dialogue_about_cookies_that_is_longer_than_the_article_is_not_its_text(language: str) -> None:
    dialogue = f"<div><div><h2>Privacy</h2>{f'<p>{COOKIES[language]}</p>' * 6}<button>OK</button></div></div>"
    text = chosen(f"{dialogue}<div><h1>{HEADLINE}</h1>{PARAGRAPHS}</div>")
    assert COOKIES[language] not in text
    assert all(paragraph in text for paragraph in STORY)


def test_an_article_about_cookies_keeps_its_text() -> None:
    tree = lxml.html.document_fromstring(
        f"<body><h1>What cookies know</h1><div><p>{COOKIES['en']}</p><p>{COOKIES['en']}</p></div>{PARAGRAPHS}</body>"
    )
    assert not set_aside(read_blocks(tree), PageType.ARTICLE, headed("What cookies know")).any()


@pytest.mark.parametrize(
    "around", ["<main>{}</main>", "<article>{}</article>", "<div class='body' role='main'>{}</div>"]
)
def test_a_section_about_cookies_within_a_manual_stays(around: str) -> None:
    section = f"<section><h2>Cookies</h2><p>{COOKIES['en']}</p><p>{COOKIES['en']}</p></section>"
    tree = lxml.html.document_fromstring(
        f"<body>{around.format(f'<h1>Requests</h1>{PARAGRAPHS}{section}')}</body>"
    )
    assert not set_aside(read_blocks(tree), PageType.DOCUMENTATION, headed("Requests")).any()


def test_a_page_with_nothing_but_a_text_about_cookies_keeps_it() -> None:
    tree = lxml.html.document_fromstring(
        f"<body><div><p>{COOKIES['en']}</p><p>{COOKIES['en']}</p></div><p>OK</p></body>"
    )
    assert not set_aside(read_blocks(tree), PageType.ARTICLE, headed("")).any()


@pytest.mark.parametrize(("page_type", "aside"), [(PageType.ARTICLE, 1), (PageType.FORUM, 0)])
def test_comments_by_their_microdata_are_text_of_a_forum_only(page_type: PageType, aside: int) -> None:
    comment = f"<div itemprop='comment' itemscope><p>{STORY[0].replace('ferry', 'boat')}</p></div>"
    tree = lxml.html.document_fromstring(f"<body><h1>{HEADLINE}</h1>{PARAGRAPHS}{comment}</body>")
    assert set_aside(read_blocks(tree), page_type, headed(HEADLINE)).sum() == aside


@pytest.mark.parametrize(("forum", "aside"), [(0.0, 1), (0.48, 0)])
def test_a_page_that_may_be_a_forum_keeps_what_is_declared_as_comments(forum: float, aside: int) -> None:
    """The posts of a thread are declared so, and its type is not always told."""
    post = f"<div itemprop='comment' itemscope><p>{STORY[0].replace('ferry', 'boat')}</p></div>"
    tree = lxml.html.document_fromstring(f"<body><h1>{HEADLINE}</h1>{PARAGRAPHS}{post}</body>")
    assert set_aside(read_blocks(tree), PageType.ARTICLE, headed(HEADLINE), forum).sum() == aside


def test_the_headline_once_more_is_left_out() -> None:
    tree = lxml.html.document_fromstring(
        f"<body><h1>{HEADLINE}</h1><p><b>{HEADLINE}</b></p>{PARAGRAPHS}</body>"
    )
    blocks = read_blocks(tree)
    assert [
        blocks.texts[at] for at in set_aside(blocks, PageType.ARTICLE, headed(HEADLINE)).nonzero()[0]
    ] == [HEADLINE]
    assert set_aside(blocks, PageType.ARTICLE, headed(HEADLINE)).nonzero()[0].tolist() == [1]


@pytest.mark.parametrize(
    "mark", ["<p><strong>{}</strong></p>", "<div>{}</div>", "<p><b>{}</b></p>", "<span>{}</span>"]
)
@pytest.mark.parametrize("title", ["{}", "{} | The Echo", "{} - News - The Echo"])
@pytest.mark.parametrize("h1", ["", "<h1>The Echo</h1>"])
def test_a_headline_that_is_no_heading_is_no_text_of_an_article(mark: str, title: str, h1: str) -> None:
    text = extract(
        lxml.html.document_fromstring(
            f"<html><head><title>{title.format(HEADLINE)}</title></head>"
            f"<body>{h1}<article>{mark.format(HEADLINE)}{PARAGRAPHS}</article></body></html>"
        ),
        url="https://echo.example/2024/03/ferry-returns-to-mirefield",
    ).text
    assert HEADLINE not in text
    assert STORY[0] in text


def test_a_note_whose_title_is_its_text_keeps_it() -> None:
    note = f"{STORY[0]} {STORY[1]}"
    tree = lxml.html.document_fromstring(f"<body><p>{note}</p></body>")
    assert not set_aside(read_blocks(tree), PageType.ARTICLE, headed("", **{"og:title": note})).any()
