"""Broken markup gives the text that a browser shows of it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.cleaning import clean
from streams.cleaning.decode.html import parse
from streams.cleaning.decode.markup_repair import needs_repair
from streams.records import Document, RawPage, Rejection
from streams.settings import Cleaning

PARAGRAPHS = [
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in January.",
    "Work is to begin in spring; the money comes from a fund for coastal towns, the mayor said on Wednesday.",
    "Fishermen who moor there were promised berths on the other side of the harbour until the work is done.",
    "The old timber will be sawn into benches for the promenade, where the summer market is held every year.",
]
ARTICLE = (
    "<article><h1>Council to rebuild the eastern pier</h1>"
    + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    + "</article>"
)
MENU = '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>'
HEAD = "<!doctype html><html lang=en><head><title>Pier</title></head>"
FOOT = "<footer><p>Harbour Gazette</p></footer>"


def outcome(html: str) -> Document | Rejection:
    return clean(RawPage(id="1", url="https://gazette.example/pier", content=html), Cleaning())


def shown(html: str) -> str:
    """All text that the tree of a page shows."""
    tree = parse(html)
    return " ".join("".join(map(str, tree.itertext())).split()) if tree is not None else ""


@pytest.mark.parametrize(
    "html",
    [
        f"{HEAD}<body>{MENU}</body></html>{ARTICLE}{FOOT}",
        f"{HEAD}<body>{MENU}</body>{ARTICLE}</html>",
        f"{HEAD}<body>{MENU}</html>\n\n{ARTICLE}</body></html>\n",
        f"{HEAD}<body>{MENU}</BODY ></HTML\n>{ARTICLE}</body></html></body></html>",
        f"{HEAD}<body>{MENU}<p>Welcome to the Gazette.</p></body></html>\n{HEAD}<body>{ARTICLE}</body></html>",
        f"{HEAD}<body><script>document.write('</body></html>')</script>{ARTICLE}</body></html>",
        f"{HEAD}<body><!-- </body></html> -->{ARTICLE}</body></html>",
        f"</html>{HEAD}<body>{ARTICLE}",
        f"{HEAD}<body>{ARTICLE[: len(ARTICLE) // 2]}</body></html>{ARTICLE[len(ARTICLE) // 2 :]}",
    ],
    ids=["after all", "after the body", "after the document", "in capitals", "two documents", "in a script", "in a comment", "at first", "in the midst"],
)  # fmt: skip
def test_what_stands_behind_the_end_of_a_document_is_read(html: str) -> None:
    found = outcome(html)
    assert isinstance(found, Document)
    assert all(paragraph in found.text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "html", [f"{HEAD}<body>{ARTICLE}</body></html>", f"{HEAD}{ARTICLE}</body>\n</html>\n \n", "<p>x", ""]
)
def test_a_whole_document_needs_no_repair(html: str) -> None:
    assert not needs_repair(html, re.findall("<[^<>]*>", html))


@pytest.mark.parametrize(
    "mode",
    [
        'shadowrootmode="open"',
        "shadowrootmode=closed",
        "shadowroot='open'",
        "id=a SHADOWROOTMODE=open delegatesfocus",
    ],
)
def test_a_shadow_root_in_markup_is_shown(mode: str) -> None:
    found = outcome(
        f"{HEAD}<body>{MENU}<article-view><template {mode}>{ARTICLE}<template><p>Pattern</p></template></template></article-view>{FOOT}"
    )
    assert isinstance(found, Document)
    assert PARAGRAPHS[0] in found.text and PARAGRAPHS[-1] in found.text
    assert "Pattern" not in found.text


def test_any_other_template_is_not_shown() -> None:
    found = outcome(
        f"{HEAD}<body>{MENU}<template>{ARTICLE}<template shadowrootmode=open>{ARTICLE}</template></template>{FOOT}"
    )
    assert isinstance(found, Rejection)


@pytest.mark.parametrize(
    "ruby",
    ["<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>", "<ruby>漢字<rp>(<rt>かんじ<rp>)</ruby>", "<ruby><rb>漢字</rb><rtc><rt>かんじ</rt></rtc></ruby>"],
    ids=["by character", "with brackets", "unclosed", "with a container"],
)  # fmt: skip
def test_readings_above_characters_are_not_text(ruby: str) -> None:
    assert shown(f"<p>この{ruby}を読む</p>") == "この漢字を読む"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</br>two", "one two"),
        ("<p>a<!--[if IE]><b>old</b><![endif]-->b<![if !IE]>c<![endif]>", "abc"),
        ("<table>before<tr><td>cell</table>after", "before cell after"),
        ("<p>a\x00b", "ab"),
        ("<a href=1>one<a href=2>two</a>three</a>", "onetwothree"),
        ("<form>one<form>two</form>three</form>four", "onetwothreefour"),
        ("<p>a<plaintext><b>c</b>", "a<b>c</b>"),
        ("a<![CDATA[b]]>c", "ac"),
        ("<p>a<!--> b <!---> c --!> d", "a b c --!> d"),
        ("<svg><title>Logo</title></svg><p>a", "Logoa"),
        ("<p>one<div>two</p>three", "onetwothree"),
    ],
    ids=["break", "conditional", "table", "null", "links", "forms", "plaintext", "cdata", "comments", "drawing", "paragraph"],
)  # fmt: skip
def test_broken_markup_loses_no_text(html: str, text: str) -> None:
    body = outcome(html)  # must not raise
    assert isinstance(body, Document | Rejection)
    spaced = (
        html.replace("</br>", " </br>")
        .replace("<td>", " <td>")
        .replace("</table>", "</table> ")
        .replace("\x00", "")
    )
    assert shown(spaced) == text


def test_the_title_of_a_drawing_is_not_the_page_s() -> None:
    found = outcome(f"<html><body><svg><title>Menu</title></svg>{ARTICLE}</body></html>")
    assert isinstance(found, Document) and found.title == "Council to rebuild the eastern pier"


def test_an_article_for_browsers_without_scripts_is_read_where_there_is_no_other() -> None:
    declared = HEAD.replace("</head>", '<meta property="og:type" content="article"></head>')
    found = outcome(f"{declared}<body><div id=root></div><noscript>{ARTICLE}</noscript></body></html>")
    assert isinstance(found, Document) and PARAGRAPHS[-1] in found.text
    beside = outcome(
        f"{declared}<body>{ARTICLE}<noscript><p>Please switch scripts on.</p></noscript></body></html>"
    )
    assert isinstance(beside, Document) and "scripts" not in beside.text


@pytest.mark.parametrize(
    "control", ["\n", "\r\n", "\t", "\x01", "\x7f"], ids=["break", "return", "tab", "control", "delete"]
)
def test_control_characters_within_the_strings_of_a_script_are_no_hindrance(control: str) -> None:
    data = json.dumps({"@type": "NewsArticle", "headline": "Pier", "articleBody": "@".join(PARAGRAPHS)})
    html = f'{HEAD}<body><div id=root></div><script type="application/ld+json">{data.replace("@", control, 4).replace(control + "type", "@type")}</script></body></html>'
    found = outcome(html)
    assert isinstance(found, Document)
    assert PARAGRAPHS[0] in found.text and PARAGRAPHS[-1] in found.text


PIECES = st.sampled_from(
    ["</body>", "</html>", "<html>", "<body>", "<template shadowrootmode=open>", "<template>", "</template>", "</br>", "<p>w", "w ", "<!--", "-->", "<script>", "</script>", "<rt>", "</", "<"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_any_order_of_broken_tags_ends_with_an_answer(pieces: list[str]) -> None:
    assert isinstance(outcome("".join(pieces)), Document | Rejection)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["</body>", "</html>", "</body></html>", "<body>", "<html>", "</br>"]),
        min_size=1,
        max_size=8,
    ),
)
def test_ends_and_starts_of_documents_cost_no_word(marks: list[str]) -> None:
    words = [f"word{n}" for n in range(len(marks) + 1)]
    html = words[0] + "".join(f"{mark} {word}" for mark, word in zip(marks, words[1:], strict=True))
    assert shown(html).split() == words
