"""Why each block of a page was kept or cut, for :command:`crawlmill explain`."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import lxml.html
import msgspec

from streams.cleaning.extract.blocks.model import FAR, NEAR, Model, model
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.tokens import node_tokens, text_tokens
from streams.cleaning.extract.blocks.tree import BlockTree, read_blocks
from streams.cleaning.metadata.declared import collect_declared
from streams.records import Document

_SAID = 3  # words named for each block
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PATH = 4  # elements of the path shown


class BlockChoice(msgspec.Struct, frozen=True):
    """A block, its probability of being main text, and the words of markup and text that weighed most for the choice."""

    text: str
    path: str
    chance: float
    kept: bool
    words: tuple[str, ...]


class Fate(enum.StrEnum):
    """What became of a block in the end."""

    KEPT = "kept"
    PART = "part kept"  # lines of it were cut as residue
    RESIDUE = "cut as residue"  # chosen as main text, and then cut
    CUT = "cut"


def block_fate(choice: BlockChoice, document: Document) -> Fate:
    """Return what became of a block: ``document`` is what the page was made into, whose residue was cut from chosen blocks."""
    if not choice.kept:
        return Fate.CUT
    cut = {line for piece in document.residue for line in _lines(piece.text)}
    lines = _lines(choice.text)
    gone = sum(line in cut for line in lines)
    return Fate.KEPT if not gone else Fate.RESIDUE if gone == len(lines) else Fate.PART


def _lines(text: str) -> list[str]:
    """The lines of a text that are not blank, with single spaces: residue is cut by lines."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def explain_blocks(tree: lxml.html.HtmlElement, url: str) -> list[BlockChoice]:
    """Return the choice for each block of ``tree``, in document order."""
    blocks = read_blocks(tree)
    if not blocks.texts:
        return []
    declared = collect_declared(tree)
    found = model().predict(blocks, declared, url, facts_of(declared, url))
    return [
        BlockChoice(
            text,
            _path(blocks, at),
            float(found.chance[at]),
            bool(found.kept[at]),
            _words(model(), blocks, at, bool(found.kept[at])),
        )
        for at, text in enumerate(blocks.texts)
    ]


def _path(blocks: BlockTree, at: int) -> str:
    tags: list[str] = []
    node = blocks.homes[at]
    while node >= 0 and len(tags) < _PATH:
        tags.append(blocks.tags[node])
        node = blocks.parents[node]
    return ">".join(reversed(tags))


def _words(known: Model, blocks: BlockTree, at: int, kept: bool) -> tuple[str, ...]:
    """Return the heaviest words for the choice that was made."""
    weights: dict[str, int] = {}
    for word, weight in _weighted(known, blocks, at):
        weights[word] = weights.get(word, 0) + weight
    order = sorted(weights, key=lambda word: (weights[word], word), reverse=kept)
    return tuple(word for word in order[:_SAID] if (weights[word] > 0) == kept and weights[word])


def _weighted(known: Model, blocks: BlockTree, at: int) -> Iterator[tuple[str, int]]:
    for word in text_tokens(blocks.texts[at], blocks.inner[at]):
        if word in known.text_weights:
            yield word, known.text_weights[word]
    above = _heading_above(blocks, at)
    for word in text_tokens(blocks.texts[above], blocks.inner[above]) if above >= 0 else ():
        if word in known.heading_weights:
            yield f"above {word}", known.heading_weights[word]
    node, level = blocks.homes[at], 0
    while node >= 0:
        channel = 0 if level < NEAR else 1 if level < FAR else 2
        for word in node_tokens(blocks.tags[node], blocks.names[node]):
            if word in known.node_weights:
                yield word, known.node_weights[word][channel]
        node, level = blocks.parents[node], level + 1


def _heading_above(blocks: BlockTree, at: int) -> int:
    """Return the number of the heading before block ``at``, -1 where there is none."""
    return next((n for n in range(at - 1, -1, -1) if blocks.tags[blocks.homes[n]] in _HEADINGS), -1)
