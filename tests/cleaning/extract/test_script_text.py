"""Articles that a page carries in its scripts are read, whatever drew them."""

from __future__ import annotations

import json

import lxml.html
import pytest

from streams.cleaning import clean
from streams.cleaning.extract.script_text import read_scripts
from streams.records import Document, RawPage, Rejection
from streams.settings import Cleaning

PARAGRAPHS = [
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in January.",
    "Work is to begin in spring; the money comes from a fund for coastal towns, the mayor said on Wednesday.",
    "Fishermen who moor there were promised berths on the other side of the harbour until the work is done.",
]
MARKUP = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)


def html(*scripts: str, declared: str = "article") -> str:
    drawn = "".join(f"<script>{script}</script>" for script in scripts)
    return (
        f'<html lang=en><head><title>Pier</title><meta property="og:type" content="{declared}"></head>'
        f"<body><div id=__next></div>{drawn}</body></html>"
    )


def scripts(kind: str) -> str:
    state = {"id": 7, "slug": "pier-to-be-rebuilt", "body": MARKUP, "css": "a{color:red;margin:0}" * 20}
    blocks = [{"type": "text", "content": paragraph} for paragraph in PARAGRAPHS]
    return {
        "markup": f"window.__STATE__ = {json.dumps(state)};",
        "blocks": f"Fusion.globalContent={json.dumps({'content_elements': blocks, 'description': PARAGRAPHS[0]})};",
        "within": f"self.__next_f.push([1,{json.dumps(json.dumps(state))}])",
        "escaped": f"push([1,{json.dumps(MARKUP).replace('<', chr(92) + 'u003c')}])",
    }[kind]


@pytest.mark.parametrize("kind", ["markup", "blocks", "within", "escaped"])
def test_an_article_in_a_script_becomes_a_document(kind: str) -> None:
    page = RawPage(id="1", url="https://example.org/news/pier", content=html(scripts(kind)))
    document = clean(page, Cleaning())
    assert isinstance(document, Document)
    assert document.text == TEXT


def test_json_ld_carries_a_body_too() -> None:
    body = json.dumps({"@type": "NewsArticle", "headline": "Pier", "articleBody": " ".join(PARAGRAPHS)})
    content = html("x()").replace("<script>", f'<script type="application/ld+json">{body}</script><script>')
    document = clean(RawPage(id="1", url="https://example.org/news/pier", content=content), Cleaning())
    assert isinstance(document, Document)
    assert document.text == " ".join(PARAGRAPHS)


def test_a_shell_that_is_no_article_stays_one() -> None:
    page = RawPage(id="1", url="https://example.org/app", content=html(scripts("markup"), declared="website"))
    outcome = clean(page, Cleaning())
    assert isinstance(outcome, Rejection)
    assert outcome.reason == "empty_shell"


@pytest.mark.parametrize(
    "script",
    [
        "",
        '"',
        '\\"' * 50_000,
        '"a":"' * 20_000,
        '{"k": "' + "x" * 100_000,
        "function f(){return 'no strings'}",
        '{"url": "https://example.org/a/very/long/address/that/is/no/sentence/at/all/but/has/many/characters"}',
    ],
)
def test_scripts_without_sentences_carry_nothing(script: str) -> None:
    tree = lxml.html.fromstring("<html><body><script></script></body></html>")
    tree.find(".//script").text = script
    assert read_scripts(tree) == ""


def test_places_for_advertisements_are_left_out() -> None:
    marked = f"<p>$$AD-1$$</p>{MARKUP}"
    tree = lxml.html.fromstring("<html><body><script></script></body></html>")
    tree.find(".//script").text = json.dumps({"body": marked})
    assert read_scripts(tree) == TEXT
