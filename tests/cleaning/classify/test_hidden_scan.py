"""What a page contains without showing it: scripts, JSON-LD, meta elements, noscript, comments, the canonical link."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.classify.hidden_scan import HiddenContent, tokens_of
from streams.cleaning.decode.outline import COMMENT, outline_of


def collected(html: str) -> HiddenContent:
    content = HiddenContent()
    outline = outline_of(lxml.html.document_fromstring(f"<html><head></head><body>{html}</body></html>"))
    for at, tag in enumerate(outline.tags):
        if tag == COMMENT:
            content.add_comment(outline.texts[at])
        else:
            content.add(outline, at)
    return content


def test_scripts_are_counted_and_their_text_and_addresses_are_kept() -> None:
    found = collected(
        "<script src=/a.js></script><script>run()</script><iframe src=https://ads.example/x></iframe>"
    )
    assert (found.scripts, found.script_bytes) == (2, 5)
    assert found.script_text == ["/a.js", "run()", "https://ads.example/x"]


def test_script_text_is_bounded() -> None:
    found = collected("".join(f"<script>{'x' * 5_000}</script>" for _ in range(20)))
    assert found.script_bytes == 100_000
    assert sum(map(len, found.script_text)) <= 11_000


@pytest.mark.parametrize(
    ("json", "declared", "free"),
    [
        ('{"@type": "NewsArticle"}', ["JSON-LD NewsArticle"], None),
        ('{"@type":["BlogPosting"],"isAccessibleForFree":"False"}', ["JSON-LD BlogPosting"], False),
        ('{"@type": "Organization", "isAccessibleForFree": true}', [], None),
        ("{broken", [], None),
    ],
)
def test_json_ld_declares_articles_and_paywalls(json: str, declared: list[str], free: bool | None) -> None:
    found = collected(f'<script type="application/ld+json">{json}</script>')
    assert (found.declared_types(), found.free) == (declared, free)
    assert found.script_text == []


def test_the_first_meta_element_of_a_name_counts() -> None:
    found = collected(
        "<meta property=og:type content=article><meta property=OG:TYPE content=website><meta name=x>"
    )
    assert found.meta == {"og:type": "article"}
    assert found.declared_types() == ["og:type article"]


def test_the_first_canonical_link_is_kept() -> None:
    found = collected(
        "<link rel=stylesheet href=/s.css><link rel='canonical nofollow' href=' /a '><link rel=canonical href=/b>"
    )
    assert found.canonical == "/a"


def test_noscript_and_comments_are_kept_within_bounds() -> None:
    found = collected(f"<noscript>Enable  scripts</noscript><!--{'c' * 500}-->{'<!--x-->' * 60}")
    assert found.noscript == ["Enable scripts"]
    assert len(found.comments) == 40 and len(found.comments[0]) == 200


def test_names_of_html_and_body_are_kept_apart_and_unread_elements_have_none() -> None:
    page = "<html class=Js><body id=Top class='home page'><svg class=icon><g class=inside></g></svg><p id=A class='b C b'>x</p></body></html>"
    outline = outline_of(lxml.html.document_fromstring(page))
    drawing = outline.tags.index("svg")
    assert tokens_of(outline, [(drawing + 1, outline.ends[drawing])]) == (
        {"js", "top", "home", "page"},
        {"icon", "a", "b", "c"},
    )


def test_of_very_many_names_the_first_ones_are_kept() -> None:
    page = "".join(f"<p class=c{number} id=i{number}>x</p>" for number in range(5_000))
    _, names = tokens_of(outline_of(lxml.html.document_fromstring(f"<html><body>{page}</body></html>")), [])
    assert names == {f"{sign}{number}" for sign in "ci" for number in range(3_000)}
