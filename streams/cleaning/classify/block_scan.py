"""Collection of the visible text of a page as blocks, with the share of links and the amount of prose."""

from __future__ import annotations

from collections import defaultdict

from streams.cleaning.classify.features import Block
from streams.cleaning.text import text_weight

PROSE = 60  # weight from which a block that is not mostly links counts as a sentence, not as a label
MAX_BLOCKS = 400  # blocks kept; error pages have about ten, and of other pages the first ones decide
MAX_KEPT = 16_000  # code points of block text kept
_LABEL = 12  # weight of a link's text from which the block after it may be its teaser
_TEASER = 4  # divisor: teasers on listing pages count less than sentences of an article
_MIN_TEASERS = 3  # sentences followed by a link from which they are teasers of a list
_WORD = 25  # mean code points per word from which a block is a key or encoded data, not a sentence
_MOSTLY_LINKS = 0.5  # link share from which a block is no sentence
_ALL_LINK = 0.9  # link share from which a block is the text of a link
_MENU = 0.7  # link share from which a block in page chrome is a menu, and not kept
_MAX_BLOCK = 2_000  # code points kept of a block
_MAX_HEADINGS = 24
_MAX_HEADING = 300  # code points kept of a heading
_HEADINGS = frozenset(("h1", "h2", "h3"))


class BlockCollector:
    """Accumulates text between block elements; ``end_block`` makes a block of it. All weights are text weights."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.headings: list[str] = []
        self.weight = 0  # of all text
        self.linked_weight = 0  # of text inside links
        self.prose = 0  # of sentences outside page chrome
        self.paragraphs = 0  # how many such sentences
        self.chrome_depth = 0  # open navigation, forms, headers and footers; the scanner counts them
        self.hidden = False  # within an element that is not displayed; the scanner says so
        self.buffer: list[str] = []  # text of the current block
        self.kind = "body"  # of the current block
        self._linked = 0  # code points of the buffer inside links
        self.link_depth = 0  # open links
        self._link_leaves = False  # whether the last link leads to another page
        self._after_link = False  # whether the previous block is the text of a link, and this one its teaser
        self._before = 0  # weight of the previous block, if it is a sentence that no link precedes
        # Weights of sentences that a link follows, by the link's text: "Read more" stands below each teaser of a list.
        self._teasers: defaultdict[str, list[int]] = defaultdict(list)
        self._kept = 0

    def open_link(self, href: str) -> None:
        """Count text as inside a link until :meth:`close_link`."""
        self.link_depth += 1
        self._link_leaves = not href.startswith("#")

    def close_link(self) -> None:
        """End the innermost link."""
        self.link_depth -= 1

    def add(self, text: str) -> None:
        """Append text to the current block."""
        self.buffer.append(text)
        if self.link_depth:
            self._linked += len(text.strip())

    def end_block(self, next_kind: str) -> None:
        """End the current block; the next one is of ``next_kind``, a tag. Where ``buffer`` is empty, only ``kind`` changes."""
        if self.buffer:
            text = " ".join("".join(self.buffer).split())
            if text:
                self._add_block(text, min(1.0, self._linked / len(text)) if self._linked else 0.0)
            self.buffer.clear()
            self._linked = 0
        self.kind = next_kind

    def prose_besides_teasers(self) -> int:
        """The weight of sentences, where those of a list in which each is followed by the same link count as teasers."""
        teased = sum(sum(found) for found in self._teasers.values() if len(found) >= _MIN_TEASERS)
        return self.prose - teased + teased // _TEASER

    def _add_block(self, text: str, linked: float) -> None:
        weight, chrome = text_weight(text), self.chrome_depth > 0
        self.weight += weight
        is_link = linked >= _ALL_LINK and self._link_leaves
        if linked:
            self.linked_weight += int(weight * linked)
            if is_link and self._before:
                self._teasers[text[:_MAX_HEADING]].append(self._before)
        self._before = 0
        if weight >= PROSE and linked < _MOSTLY_LINKS and not chrome and _has_words(text, weight):
            self.prose += weight // _TEASER if self._after_link else weight
            self._before = 0 if self._after_link else weight
            self.paragraphs += 1
        self._after_link = is_link and weight >= _LABEL
        if self.kind in _HEADINGS and not self.hidden and len(self.headings) < _MAX_HEADINGS:
            self.headings.append(text[:_MAX_HEADING])
        is_menu = chrome and linked >= _MENU
        if self._kept < MAX_KEPT and not is_menu and len(self.blocks) < MAX_BLOCKS:
            self._kept += len(text)
            self.blocks.append(Block(text[:_MAX_BLOCK], self.kind, weight, linked, chrome, self.hidden))


def _has_words(text: str, weight: int) -> bool:
    """Whether a block has words of ordinary length; dense scripts, which have no spaces, add weight instead."""
    return len(text) < _WORD * (text.count(" ") + 1) + weight - len(text)
