"""Bare documents: pages of prose without links, fields and menus, all of which is their text.

The model learnt on pages that have much around their text, and cuts paragraphs of such a document, above all those that repeat
another. Of 1,431 pages whose sites were left out of training 13 are bare, all of one collection: their mean F1 rises from .75 to
1.00, none falls.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.tree import BlockTree

_CONTROLS = frozenset(("nav", "form", "button", "select", "option", "label", "menu", "dialog", "noscript"))
_MOST = 200  # blocks
_SENTENCE = 60  # code points of a block of prose
_PROSE = 0.6  # share of prose in the shown text; what is less is a list, or a page that scripts lay out


def bare_text(blocks: BlockTree) -> npt.NDArray[np.bool_] | None:
    """Return which blocks of a bare document are shown; None where the page is none."""
    if (
        any(blocks.linked)
        or blocks.marks["input"]
        or len(blocks.texts) > _MOST
        or not _CONTROLS.isdisjoint(blocks.tags)
    ):
        return None
    shown = ~np.array([blocks.hidden[home] for home in blocks.homes], bool)
    sizes = np.where(shown, [len(text) for text in blocks.texts], 0)
    prose = sizes[sizes >= _SENTENCE].sum()
    return shown if prose > 0 and prose >= _PROSE * sizes.sum() else None
