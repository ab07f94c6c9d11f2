"""Templates: whatever a page says is shown and does nothing."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from inspector.made import NOW, enriched, entry, letter, rejection
from lxml import html as parsed

from streams.inspector.filters import Filter
from streams.inspector.flow import NOTHING
from streams.inspector.render import render, static
from streams.inspector.store import Store
from streams.inspector.views.overview import overview_view
from streams.inspector.views.page import counterpart, page_view
from streams.inspector.views.pages import PAGE, pages_view
from streams.inspector.views.quality import quality_view
from streams.inspector.views.sites import sites_view
from streams.records import Evidence, Reason, Residue, ResidueKind
from streams.runtime.inspector.inspector import Surroundings

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202egnp.exe\x1b[31m{{ 7*7 }}"


def _hostile_store() -> Store:
    store = Store(10_000_000)
    bad: dict[str, Any] = {
        "id": HOSTILE, "url": "javascript:alert(1)//" + HOSTILE, "canonical_url": "javascript:alert(2)", "site": HOSTILE, "title": HOSTILE,
    }  # fmt: skip
    document = enriched(
        1, **bad, authors=(HOSTILE,), text=HOSTILE + enriched().text, language=HOSTILE[:9], published_at=HOSTILE,
        residue=(Residue(kind=ResidueKind.SHARE, text=HOSTILE, at=3, evidence=HOSTILE),),
    )  # fmt: skip
    copy = rejection(
        2, Reason.DUPLICATE_NEAR, **bad | {"id": "copy"}, duplicate_of=HOSTILE, duplicate_of_url="javascript:alert(3)",
        excerpt=HOSTILE, evidence=(Evidence(signal=HOSTILE, detail=HOSTILE, score=1.0),), cluster=HOSTILE,
    )  # fmt: skip
    store.add(entry(document, NOW))
    store.add(entry(copy, NOW))
    store.add(letter(3, ('{"url":"javascript:alert(4)","x":"' + "<script>alert(1)</script>" + '"}').encode()))
    return store


def _pages(store: Store) -> dict[str, str]:
    common: dict[str, Any] = {"here": "/", "reach": store.reach(), "around": Surroundings(name=HOSTILE)}
    found = {
        "overview": render(
            "overview", view=overview_view(store.known(), NOTHING, NOW), consumers={}, **common
        ),
        "pages": render("pages", view=pages_view(store.known(), Filter(), NOW), size_of_page=PAGE, **common),
        "filtered": render(
            "pages",
            view=pages_view(store.known(), Filter(q=HOSTILE, site=HOSTILE), NOW),
            size_of_page=PAGE,
            **common,
        ),
        "sites": render("sites", view=sites_view(store.known(), NOW, HOSTILE.casefold()[:2]), **common),
        "quality": render("quality", view=quality_view(store.known(), NOW), **common),
        "missing": render("missing", asked=HOSTILE, command=HOSTILE, **common),
    }
    for number, one in enumerate(store):
        other = counterpart(store, one)
        view = page_view(store, one, one.value, other.value if other else None)
        found[f"page {number}"] = render("page", view=view, **common)
    return found


PAGES = _pages(_hostile_store())


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_a_page_says_becomes_markup_or_runs(name: str) -> None:
    text = PAGES[name]
    root = parsed.fromstring(text)
    scripts = [script.get("src") for script in root.iter("script")]
    assert scripts in ([], ["/static/live.js"])
    assert not list(root.iter("img", "iframe", "object", "embed", "base"))
    for element in root.iter():
        assert not [key for key in element.keys() if key.startswith("on") or key == "style"], element.tag  # noqa: SIM118
        for key in ("href", "src", "action"):
            assert re.match(r"(/(?!/)|#|https?://)", element.get(key) or "/"), element.get(key)
    assert "49" not in text.split("<h1>")[1][:200]  # no template in a template


@pytest.mark.parametrize("name", PAGES)
def test_characters_that_nobody_sees_have_a_name(name: str) -> None:
    text = html.unescape(PAGES[name])
    assert not set(text) & {"\u202e", "\x1b"}
    if name not in ("missing", "page 2"):
        assert "U+202E" in text


@pytest.mark.parametrize("name", PAGES)
def test_every_id_of_an_element_is_its_own_and_every_link_within_the_page_leads_somewhere(name: str) -> None:
    root = parsed.fromstring(PAGES[name])
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    inner = {link.get("href")[1:] for link in root.iter("a") if (link.get("href") or "").startswith("#")}
    assert inner <= set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_heading_a_language_and_labelled_fields(name: str) -> None:
    root = parsed.fromstring(PAGES[name])
    assert root.get("lang") == "en"
    assert len(root.findall(".//h1")) == 1
    for field in root.iter("input", "select"):
        assert (
            field.getparent().tag == "label" or root.find(f".//label[@for='{field.get('id')}']") is not None
        )


def test_the_stylesheet_asks_for_nothing_from_elsewhere() -> None:
    css = static("style.css").decode()
    assert "@import" not in css
    assert "url(" not in css
    assert "prefers-color-scheme: dark" in css


def test_a_similarity_that_the_evidence_ends_with_is_shown_once() -> None:
    evidence = Evidence(signal="fingerprint", detail="the same text as page-1, similarity 0.84", score=0.8404)
    copy = entry(rejection(2, Reason.DUPLICATE_NEAR, duplicate_of="page-1", evidence=(evidence,)), NOW)
    phrase = entry(
        rejection(3, evidence=(Evidence(signal="title_phrase", detail="not found", score=0.9),)), NOW
    )
    store = Store(10_000_000)
    store.add(copy)
    store.add(phrase)
    pages = _pages(store)
    assert any("similarity 0.84</bdi></li>" in page for page in pages.values())
    assert not any('quiet">0.84' in page for page in pages.values())
    assert any('not found</bdi> <span class="quiet">0.90' in page for page in pages.values())


def test_no_view_says_1_pages_or_1_sites() -> None:
    store = Store(10_000_000)
    store.add(entry(enriched(1), NOW))
    pages = _pages(store)
    assert "1 of 1 site" in render(
        "sites",
        view=sites_view(store.known(), NOW, ""),
        here="/",
        reach=store.reach(),
        around=Surroundings(name="x"),
    )
    for name, text in pages.items():
        assert not re.search(r"(?<![\d.,])1 (pages|sites|times|records|partitions)\b", text), name
