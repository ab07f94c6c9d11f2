"""Main-text extraction: the blocks of a page that the block model keeps, as paragraphs of plain text.

Where the model expects too little of its own choice, trafilatura decides: four of 1,412 pages whose sites were left out of
training, with a mean F1 of .71 instead of .61 (by trees alone). Elsewhere its choice was worse under every sign of doubt that was tried:
docs/cleaning.md, "Doubt".
"""

from __future__ import annotations

import copy
import functools
from typing import Any

import lxml.html
import msgspec
from trafilatura.core import bare_extraction
from trafilatura.settings import Extractor

from streams.cleaning.decode.outline import Outline
from streams.cleaning.extract.blocks.model import model
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.fallback import SIGNAL
from streams.cleaning.extract.passages import Passages, assemble
from streams.cleaning.extract.trafilatura_text import render
from streams.cleaning.metadata.declared import DeclaredMetadata, collect_declared
from streams.cleaning.text import normalise
from streams.records import Evidence, PageType

_DOUBTFUL = 0.4  # expected F1
_ENOUGH = 250  # code points; trafilatura's own minimum size of an extraction


class MainText(msgspec.Struct, frozen=True):
    """The normalised text in paragraphs, the type of the page and its probability.

    ``passages``: where in the text the blocks of the page are; none for text that is not from blocks. ``evidence`` says how the
    text was read, where not as usual.
    """

    text: str = ""
    passages: Passages | None = None
    page_type: PageType | None = None
    page_type_probability: float | None = None
    evidence: tuple[Evidence, ...] = ()


def extract(
    tree: lxml.html.HtmlElement,
    declared: DeclaredMetadata | None = None,
    url: str = "",
    outline: Outline | None = None,
) -> MainText:
    """Return the main text of ``tree``, which is not modified; empty where the page holds no text. ``outline`` is that of
    ``tree``, where it is known.
    """
    blocks = read_blocks(tree, outline)
    if not blocks.texts:
        return MainText()
    declared = declared if declared is not None else collect_declared(tree)
    found = model().predict(blocks, declared, url, facts_of(declared, url))
    passages = assemble(blocks, found.kept)
    if found.expected < _DOUBTFUL:
        other = normalise(by_trafilatura(copy.deepcopy(tree)))
        if len(other) >= _ENOUGH:
            doubt = f"the block model expects an F1 of {found.expected:.2f} of its choice; the text is trafilatura's"
            evidence = (Evidence(signal=SIGNAL, detail=doubt),)
            return MainText(other, None, found.page_type, found.page_type_probability, evidence)
    return MainText(passages.text, passages, found.page_type, found.page_type_probability)


@functools.cache
def _options() -> Any:
    return Extractor(output_format="python", fast=True, recall=True, comments=False)


def by_trafilatura(tree: lxml.html.HtmlElement) -> str:
    """Return what trafilatura takes for the main text. Modifies ``tree``."""
    found: Any = bare_extraction(tree, options=_options())
    return render(found.body) if found is not None else ""
