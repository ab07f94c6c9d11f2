"""The sentence below the headline that is also the description belongs to the text of an article."""

from __future__ import annotations

import lxml.html
import numpy as np
import pytest

from streams.cleaning.extract.blocks.features import features_of
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.main_text import extract
from streams.cleaning.extract.standfirst import standfirst
from streams.cleaning.metadata.declared import collect_declared
from streams.records import PageType

HEADLINE = "Ferry returns to Mirefield"
LEAD = "After four years on foot over the long bridge, the northern bank has its own crossing again."
STORY = [
    "The old ferry crosses the river again from Monday, four years after a flood tore its landing stage away.",
    "Two crews share the work, and a crossing costs what it cost before: two coins, and nothing for a bicycle.",
    "Shopkeepers on the northern bank had asked for it every spring, since the bridge is an hour's walk away.",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)


def page(lead: str, body: str = PARAGRAPHS, description: str = LEAD) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(
        f'<html><head><title>{HEADLINE}</title><meta name="description" content="{description}"></head><body>'
        f"<main><article><header><h1>{HEADLINE}</h1>{lead}</header>{body}</article></main></body></html>"
    )


def found(tree: lxml.html.HtmlElement, page_type: PageType = PageType.ARTICLE) -> str | None:
    """Return the standfirst of a page of which the paragraphs of the story are kept."""
    blocks = read_blocks(tree)
    features = features_of(blocks, facts_of(collect_declared(tree), ""))
    at = standfirst(features, np.isin(blocks.texts, STORY), page_type)
    return blocks.texts[at] if at is not None else None


@pytest.mark.parametrize(
    "lead",
    [
        f"<p>{LEAD}</p>",
        f"<h2>{LEAD}</h2>",
        f"<div><span>{LEAD}</span></div>",
        f"<p class='byline'>{LEAD}</p>",
    ],
)
def test_a_standfirst_is_text_in_whatever_element_it_is(lead: str) -> None:
    assert LEAD in extract(page(lead)).text


@pytest.mark.parametrize(
    "lead",
    [
        "",
        "<p>By Ada Example</p>",
        f"<nav><p>{LEAD}</p></nav>",
        f"<p hidden>{LEAD}</p>",
        f"<p><a href='/'>{LEAD}</a></p>",
    ],
)
def test_nothing_else_is_a_standfirst(lead: str) -> None:
    assert found(page(lead)) is None


def test_a_standfirst_begins_the_text_and_no_more() -> None:
    assert found(page(f"<p>{LEAD}</p>")) == LEAD
    assert found(page("", f"{PARAGRAPHS}<p>{LEAD}</p>")) is None
    assert found(page(f"<p>{LEAD}</p>", description=STORY[1])) is None


def test_only_articles_have_one() -> None:
    assert found(page(f"<p>{LEAD}</p>"), PageType.PRODUCT) is None


def test_a_page_of_which_nothing_is_kept_has_none() -> None:
    assert found(page(f"<p>{LEAD}</p>", body="")) is None
