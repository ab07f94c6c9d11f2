"""Main-text extraction: the blocks of a page that the block model keeps, as paragraphs of plain text.

Where the model expects too little of its own choice, trafilatura decides: three of 1,417 pages whose sites were left out of
training. Above that, its choice was worse than the model's at every degree of doubt.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

import lxml.html
import msgspec
import numpy as np
import numpy.typing as npt
from trafilatura.core import bare_extraction
from trafilatura.settings import Extractor

from streams.cleaning.extract.blocks.model import model
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.tree import BlockTree, read_blocks
from streams.cleaning.extract.trafilatura_text import render
from streams.cleaning.metadata.declared import DeclaredMetadata, collect_declared
from streams.records import PageType

_DOUBTFUL = 0.4  # expected F1
_ENOUGH = 250  # code points; trafilatura's own minimum size of an extraction
_CELLS = frozenset(("td", "th"))


class MainText(msgspec.Struct, frozen=True):
    """The text in paragraphs, the type of the page and its probability."""

    text: str = ""
    page_type: PageType | None = None
    page_type_probability: float | None = None


def extract(tree: lxml.html.HtmlElement, declared: DeclaredMetadata | None = None, url: str = "") -> MainText:
    """Return the main text of ``tree``, which is not modified; empty where the page holds no text."""
    blocks = read_blocks(tree)
    if not blocks.texts:
        return MainText()
    declared = declared if declared is not None else collect_declared(tree)
    found = model().predict(blocks, declared, url, facts_of(declared, url))
    text = joined(blocks, found.kept)
    if found.expected < _DOUBTFUL:
        other = by_trafilatura(copy.deepcopy(tree))
        text = other if len(other) >= _ENOUGH else text
    return MainText(text, found.page_type, found.page_type_probability)


def joined(blocks: BlockTree, kept: npt.NDArray[np.bool_]) -> str:
    """Return the text of the blocks that are ``kept``, separated by blank lines; cells of one table row stay on one line."""
    paragraphs: list[str] = []
    row = -1
    for text, home, keep in zip(blocks.texts, blocks.homes, kept.tolist(), strict=True):
        if not keep:
            continue
        here = blocks.parents[home] if blocks.tags[home] in _CELLS else -1
        if here >= 0 and here == row:
            paragraphs[-1] += f" | {text}"
        else:
            paragraphs.append(text)
        row = here
    return "\n\n".join(paragraphs)


@functools.cache
def _options() -> Any:
    return Extractor(output_format="python", fast=True, recall=True, comments=False)


def by_trafilatura(tree: lxml.html.HtmlElement) -> str:
    """Return what trafilatura takes for the main text. Modifies ``tree``."""
    found: Any = bare_extraction(tree, options=_options())
    return render(found.body) if found is not None else ""
