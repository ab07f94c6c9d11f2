"""Main-text extraction.

Where the page has a content root (:mod:`streams.cleaning.extract.content_root`), the text is that of its blocks
(:mod:`streams.cleaning.extract.blocks`): more accurate than trafilatura and cheaper (``make bench-clean`` compares). Where
it has none, or too little text, trafilatura extracts from the same parsed tree.
"""

from __future__ import annotations

import functools
from typing import Any

import lxml.html
from lxml import etree
from trafilatura.core import bare_extraction
from trafilatura.settings import Extractor

from streams.cleaning.extract.blocks import blocks_of
from streams.cleaning.extract.boilerplate import trimmed
from streams.cleaning.extract.content_root import main_part
from streams.cleaning.extract.standfirst import find_lead
from streams.cleaning.extract.trafilatura_text import render

_ENOUGH = 250  # code points; trafilatura's own minimum size of an extraction
_TITLE = 400  # code points
_MOST_TITLES = 6


@functools.cache
def _options(focus: str) -> Any:
    return Extractor(output_format="python", fast=True, recall=focus == "recall", comments=False)


def extract(tree: lxml.html.HtmlElement, summary: str | None = None) -> str:
    """Return the main text in paragraphs, without comments; empty where there is none. Modifies ``tree``.

    ``summary`` is the page's declared description. Where it also appears above the article, it is the standfirst and
    becomes the first paragraph.
    """
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)  # trafilatura ends a text at a comment
    etree.strip_elements(tree, "script", "style", "noscript", "template", "svg", "iframe", with_tail=False)
    part = main_part(tree)
    if part is not None:
        text = "\n\n".join(block.text for block in trimmed(blocks_of(part), _titles(tree)))
        if len(text) >= _ENOUGH:
            lead = find_lead(tree, part, summary, text)
            return f"{lead}\n\n{text}" if lead else text
    return _by_trafilatura(tree)


def _by_trafilatura(tree: lxml.html.HtmlElement) -> str:
    found: Any = bare_extraction(tree, options=_options("recall"))
    return render(found.body) if found is not None else ""


def _titles(tree: lxml.html.HtmlElement) -> list[str]:
    """Return the titles that the page declares: <title>, <h1> and og:title."""
    titles: list[str] = []
    for element in tree.iter("title", "h1", "meta"):
        if element.tag != "meta":
            titles.append(element.text_content()[:_TITLE])
        elif element.get("property") == "og:title":
            titles.append((element.get("content") or "")[:_TITLE])
        if len(titles) >= _MOST_TITLES:
            break
    return titles
