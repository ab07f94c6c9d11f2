"""The main text of a page: trafilatura on the tree that is already there."""

from __future__ import annotations

import functools
from typing import Any

import lxml.html
from lxml import etree
from trafilatura.core import bare_extraction
from trafilatura.settings import Extractor

from streams.cleaning.render import render


@functools.cache
def _options(focus: str) -> Any:
    return Extractor(output_format="python", fast=True, recall=focus == "recall", comments=False)


def extract(tree: lxml.html.HtmlElement) -> str:
    """The main text in paragraphs, without comments; empty where there is none. ``tree`` may be changed."""
    etree.strip_tags(
        tree, etree.Comment, etree.ProcessingInstruction
    )  # trafilatura takes one for the end of a text
    found: Any = bare_extraction(tree, options=_options("recall"))
    return render(found.body) if found is not None else ""
