"""Feature computation: one pass over a page's tree gives its :class:`~streams.cleaning.classify.features.Features`.

:mod:`streams.cleaning.classify.block_scan` collects visible text, :mod:`streams.cleaning.classify.hidden_scan` the rest.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

import lxml.html
import msgspec

from streams.cleaning.classify.block_scan import MAX_BLOCKS, MAX_KEPT, PROSE, BlockCollector
from streams.cleaning.classify.features import Block, Features
from streams.cleaning.classify.hidden_scan import HiddenContent, tokens_of
from streams.cleaning.classify.redirects import is_sent_home
from streams.cleaning.data import table
from streams.cleaning.decode.outline import COMMENT, INSTRUCTION, Outline, outline_of
from streams.cleaning.text import text_weight
from streams.records import RawPage

_BLOCKS = frozenset(table("elements")["blocks"] + table("page_features")["more_blocks"])
_HIDDEN = frozenset(table("page_features")["hidden"])
_CHROME = frozenset(table("page_features")["chrome"])
_HOME = frozenset(table("page_features")["home"])

# What is done with an element, by its tag; nothing special with others. Most are plain blocks, which only end the text before
# and behind them; other blocks say something besides. The content of "hidden" is not text.
_BLOCK = "block"
_OTHER_BLOCK = "other block"
_CONCEALED = "concealed"  # not displayed, whatever its tag
_KINDS = {
    **dict.fromkeys(_BLOCKS, _BLOCK),
    **dict.fromkeys(_BLOCKS & {*_CHROME, "article"}, _OTHER_BLOCK),
    **dict.fromkeys(_HIDDEN, "hidden"),
    **{tag: tag for tag in ("a", "input", "img", "link", "title", COMMENT, INSTRUCTION)},
}

_NOT_DISPLAYED = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE)
_MAX_TITLE = 500  # code points
_MAX_NOSCRIPT = 2_000
_MAX_VALUE = 200  # of a meta element's content
_MAX_DECLARED = 4
_PLAIN_TEXT = 10 * MAX_KEPT  # code points of a plain text examined
_NOT_A_FIELD = ("hidden", "submit", "button", "image")  # types of inputs that nobody fills in


def scan_features(
    page: RawPage, tree: lxml.html.HtmlElement | None, text: str = "", outline: Outline | None = None
) -> Features:
    """Return the features of a page: of ``tree``, which is not modified, or of plain ``text`` if there is no tree.
    ``outline`` is that of ``tree``, where it is known.
    """
    request = Features(
        url=page.url,
        final_url=page.final_url,
        status=page.status,
        headers=page.headers,
        sent_home=is_sent_home(page.url, page.final_url),
    )
    if tree is None:
        return _scan_text(text, request)
    return _Scanner(outline or outline_of(tree)).scan(request)


def _scan_text(text: str, request: Features) -> Features:
    """Return the features of a plain text, each line a block."""
    lines = [" ".join(line.split()) for line in text[:_PLAIN_TEXT].splitlines()]
    blocks = [Block(line, "p", text_weight(line), 0.0, False) for line in lines if line][:MAX_BLOCKS]
    prose = [block.weight for block in blocks if block.weight >= PROSE]
    return msgspec.structs.replace(
        request,
        plain=True,
        blocks=tuple(blocks),
        weight=text_weight(text),
        prose=sum(prose),
        paragraphs=len(prose),
    )


def _is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    """Whether an element is not displayed, by its own ``style`` or ``hidden`` attribute; never the page as a whole."""
    if tag in ("html", "body"):
        return False
    style = attributes.get("style")
    if style and _NOT_DISPLAYED.search(style):
        return True
    return "hidden" in attributes


def _resolved(request: Features, address: str) -> str:
    """Return ``address`` resolved against the page's own; empty if it does not parse."""
    try:
        return urljoin(request.final_url or request.url, address) if address else ""
    except ValueError:
        return ""


class _Scanner:
    """The state of one pass over a tree; :meth:`scan` returns the :class:`Features`."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.visible = BlockCollector()
        self.hidden = HiddenContent()
        self.kinds = list(map(_KINDS.get, outline.tags))
        for at, own in enumerate(outline.attributes):
            if ("style" in own or "hidden" in own) and _is_hidden(outline.tags[at], own):
                self.kinds[at] = _CONCEALED
        self.hidden_root = -1  # the outermost open element that is not displayed
        self.unread: list[tuple[int, int]] = []  # ranges of what is inside of skipped elements
        self.title = ""
        self.links = self.home_links = self.forms = self.passwords = self.inputs = self.images = 0
        self.in_article = False

    def scan(self, request: Features) -> Features:
        outline, visible, buffer = self.outline, self.visible, self.visible.buffer
        tags, texts, tails, ends, kinds = outline.tags, outline.texts, outline.tails, outline.ends, self.kinds
        add = buffer.append  # of text outside links
        opened: list[int] = []
        at, size = 0, len(kinds)
        limit = -1  # where the innermost open element ends
        while True:
            while at == limit:
                last = opened.pop()
                kind = kinds[last]
                if kind is _BLOCK:
                    if buffer:
                        visible.end_block("p")
                    visible.kind = "p"
                elif kind is not None:
                    self.leave(kind, last)
                    add = visible.add if visible.link_depth else buffer.append
                if (text := tails[last]) and (buffer or not text.isspace()):
                    add(text)
                limit = ends[opened[-1]] if opened else -1
            if at == size:
                break
            kind = kinds[at]
            if kind is _BLOCK:
                if buffer:
                    visible.end_block("p")
                visible.kind = tags[at]
            elif kind is None:
                if ends[at] == at + 1:  # in a line, and nothing in it
                    if text := texts[at]:
                        add(text)
                    if text := tails[at]:
                        add(text)
                    at += 1
                    continue
            else:
                if not self.enter(kind, at):
                    self.leave_unread(at)
                    at = ends[at]
                    continue
                add = visible.add if visible.link_depth else buffer.append
            if (text := texts[at]) and (buffer or not text.isspace()):
                add(text)
            opened.append(at)
            limit = ends[at]
            at += 1
        visible.end_block("body")
        return self.features(request)

    def features(self, request: Features) -> Features:
        visible, hidden, root = self.visible, self.hidden, self.outline.attributes[0]
        body_tokens, tokens = tokens_of(self.outline, self.unread)
        return msgspec.structs.replace(
            request,
            language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            title=self.title,
            headings=tuple(visible.headings),
            blocks=tuple(visible.blocks),
            weight=visible.weight,
            prose=visible.prose_besides_teasers(),
            paragraphs=visible.paragraphs,
            linked=visible.linked_weight,
            links=self.links,
            home_links=self.home_links,
            forms=self.forms,
            passwords=self.passwords,
            inputs=self.inputs,
            images=self.images,
            scripts=hidden.scripts,
            script_bytes=hidden.script_bytes,
            script_text="\n".join(hidden.script_text),
            noscript=" ".join(hidden.noscript)[:_MAX_NOSCRIPT],
            comments="\n".join(hidden.comments),
            generator=hidden.meta.get("generator", "")[:_MAX_VALUE],
            robots=hidden.meta.get("robots", "")[:_MAX_VALUE].casefold(),
            refresh=hidden.meta.get("refresh"),
            canonical=_resolved(request, hidden.canonical or hidden.meta.get("og:url", "")),
            declared=tuple(hidden.declared_types()[:_MAX_DECLARED]),
            in_article=self.in_article,
            free=hidden.free,
            body_tokens=frozenset(body_tokens),
            tokens=frozenset(tokens),
        )

    def enter(self, kind: str, at: int) -> bool:
        """Process a start tag of this kind. Returns False if the content of the element is not visible and to be skipped."""
        if kind == "a":
            self.enter_link(self.outline.attributes[at].get("href", "").strip())
            return True
        if kind == "hidden":
            self.hidden.add(self.outline, at)
            return False
        tag = self.outline.tags[at]
        own = _KINDS.get(tag) if kind is _CONCEALED else kind
        if own in (_BLOCK, _OTHER_BLOCK):
            if self.visible.buffer:
                self.visible.end_block(tag)
            self.visible.kind = tag
        if kind is _CONCEALED:
            self.conceal(at)
        if own == _OTHER_BLOCK:
            self.enter_other_block(tag)
        return own in (None, _BLOCK, _OTHER_BLOCK) or self.enter_kind(own, at)

    def enter_other_block(self, tag: str) -> None:
        if tag in _CHROME:
            self.visible.chrome_depth += 1
            self.forms += tag == "form" and not self.visible.hidden
        elif tag == "article":
            self.in_article = True

    def conceal(self, at: int) -> None:
        """Process that an element is not displayed: the outermost one counts."""
        if self.hidden_root < 0:
            self.hidden_root = at
            self.visible.hidden = True

    def enter_kind(self, kind: str, at: int) -> bool:
        """Process what the kind of an element says that is no block. Returns False if its content is to be skipped."""
        tag = self.outline.tags[at]
        if kind == "a":
            self.enter_link(self.outline.attributes[at].get("href", "").strip())
        elif kind == "input":
            self.count_input(self.outline.attributes[at].get("type", "text").casefold())
        elif kind == "img":
            self.images += 1
        elif kind == "title":
            self.visible.end_block(tag)
            text = "" if self.title else "".join(map(str, self.outline.elements[at].itertext()))
            self.title = self.title or " ".join(text.split())[:_MAX_TITLE]
            return False
        elif kind == COMMENT:
            self.hidden.add_comment(self.outline.texts[at])
            return False
        elif kind == INSTRUCTION:
            return False
        else:
            self.hidden.add(self.outline, at)
            return kind == "link"
        return True

    def leave_unread(self, at: int) -> None:
        """Process the end of an element whose content is skipped."""
        if self.outline.ends[at] > at + 1:
            self.unread.append((at + 1, self.outline.ends[at]))
        if at == self.hidden_root:
            self.hidden_root = -1
            self.visible.hidden = False
        if (text := self.outline.tails[at]) and self.outline.tags[at] != INSTRUCTION:
            self.visible.add(text)

    def leave(self, kind: str, at: int) -> None:
        """Process the end tag of an element of this kind, but for plain blocks."""
        visible = self.visible
        if kind == "a":
            visible.close_link()
            return
        tag = self.outline.tags[at]
        own = _KINDS.get(tag) if kind is _CONCEALED else kind
        if own in (_BLOCK, _OTHER_BLOCK):
            if visible.buffer:
                visible.end_block("p")
            visible.kind = "p"
            if tag in _CHROME:
                visible.chrome_depth -= 1
        elif own == "a":
            visible.close_link()
        if at == self.hidden_root:
            self.hidden_root = -1
            visible.hidden = False

    def enter_link(self, href: str) -> None:
        self.visible.open_link(href)
        self.links += 1
        self.home_links += href in _HOME

    def count_input(self, kind: str) -> None:
        if self.visible.hidden:
            return
        self.passwords += kind == "password"
        self.inputs += kind not in _NOT_A_FIELD
