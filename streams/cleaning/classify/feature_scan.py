"""Feature computation: one pass over a page's tree gives its :class:`~streams.cleaning.classify.features.Features`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import lxml.html
import msgspec
from lxml import etree

from streams.cleaning.classify.features import Block, Features
from streams.cleaning.data import table
from streams.cleaning.text import text_weight
from streams.records import RawPage

_BLOCKS = frozenset(table("elements")["blocks"] + table("page_features")["more_blocks"])
_UNSEEN = frozenset(table("page_features")["unseen"])
_CHROME = frozenset(table("page_features")["chrome"])
_HOME = frozenset(table("page_features")["home"])
_HEADINGS = frozenset(("h1", "h2", "h3"))

_PROSE = 60  # weight from which a block that is not mostly links reads as a sentence, not as a label
_LABEL = 12  # weight of a link's text from which the block after it may be its teaser
_TEASER = 4  # divisor: teasers on listing pages count less than sentences of an article
_WORD = 25  # mean code points a word from which a block is a key or payload, not a sentence
_MAX_BLOCKS = 400  # blocks kept for reading; error pages have some ten, the rest is only counted
_MAX_KEPT = 16_000  # code points of text kept for reading
_MAX_TOKENS = 6_000  # class and id names kept; bounds the cost of pages with a million attributes
_MAX_SCRIPT = 8_000  # code points of inline scripts and script addresses kept for known markup
_ARTICLE_TYPE = re.compile(
    r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(\w{0,40}(?:Article|Posting|Report|Review|Recipe|Blog))"'
)
_FRONT = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|homepage|default|main|start|welcome)(?:\.\w{2,5})?/?)?",
    re.IGNORECASE,
)
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s{0,9}:\s{0,9}"?(?:false|no)\b', re.IGNORECASE)


def scan_features(page: RawPage, tree: lxml.html.HtmlElement | None, text: str | None) -> Features:
    """The features of a page. ``tree`` is None for plain text, which is then given as ``text``.

    The tree is not changed. Costs about 2 ms for a page of 170 kB.
    """
    request: dict[str, object] = {
        "url": page.url,
        "final_url": page.final_url,
        "status": page.status,
        "headers": page.headers,
        "sent_home": _sent_home(page.url, page.final_url),
    }
    if tree is None:
        return _scan_text(text or "", request)
    return _Scanner().scan(tree, request)


def _scan_text(text: str, request: dict[str, object]) -> Features:
    lines = [" ".join(line.split()) for line in text[: 10 * _MAX_KEPT].splitlines()]
    blocks = [Block(line, "p", text_weight(line), 0.0, False) for line in lines if line][:_MAX_BLOCKS]
    total = text_weight(text)
    prose = [block.weight for block in blocks if block.weight >= _PROSE]
    facts = {
        "plain": True,
        "blocks": tuple(blocks),
        "weight": total,
        "prose": sum(prose),
        "paragraphs": len(prose),
    }
    return msgspec.convert(request | facts, Features)


def _sent_home(url: str, final: str | None) -> bool:
    """Whether a request for a page below the front page was redirected to the front page of the same site."""
    if not final or final == url:
        return False
    try:
        asked, got = urlsplit(url), urlsplit(final)
    except ValueError:
        return False
    same = _host(asked.netloc) == _host(got.netloc) != ""
    deep = len(asked.path.strip("/")) > 12 or asked.path.strip("/").count("/") >= 1
    return (
        same
        and deep
        and bool(_FRONT.fullmatch(got.path))
        and not _FRONT.fullmatch(asked.path)
        and not got.query
    )


def _host(netloc: str) -> str:
    host = netloc.rpartition("@")[2].partition(":")[0].casefold()
    for prefix in ("www.", "m.", "amp."):
        host = host.removeprefix(prefix)
    return host


class _Scanner:
    """The state of one pass over a tree; :meth:`scan` returns the :class:`Features`."""

    def __init__(self) -> None:
        self.buffer: list[str] = []
        self.kind = "body"
        self.linked = 0  # code points of the buffer that stand inside links
        self.link_leaves = False  # the last link leads to another page
        self.after_link = False  # the previous block is the text of a link, so this one is its teaser
        self.in_link = self.in_chrome = 0
        self.blocks: list[Block] = []
        self.kept = 0
        self.headings: list[str] = []
        self.title = ""
        self.facts: dict[str, int] = dict.fromkeys(
            [
                "weight",
                "prose",
                "paragraphs",
                "linked",
                "links",
                "home_links",
                "forms",
                "passwords",
                "inputs",
                "images",
                "scripts",
                "script_bytes",
            ],
            0,
        )
        self.scripts: list[str] = []
        self.script_kept = 0
        self.noscript: list[str] = []
        self.comments: list[str] = []
        self.meta: dict[str, str] = {}
        self.declared: list[str] = []
        self.in_article = False
        self.free: bool | None = None
        self.body_tokens: set[str] = set()
        self.tokens: set[str] = set()

    def scan(self, tree: lxml.html.HtmlElement, request: dict[str, object]) -> Features:
        walker = etree.iterwalk(tree, events=("start", "end", "comment"))
        for event, element in walker:
            if event == "start":
                if not self.enter(element):
                    walker.skip_subtree()
                    continue
            elif event == "end":
                self.leave(element)
            else:
                self.comment_node(element)
        self.flush("body")
        language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        og = self.meta.get("og:type", "").casefold()
        if "article" in og:
            self.declared.append(f"og:type {og[:40]}")
        return Features(
            **request,  # type: ignore[arg-type]
            **self.facts,  # type: ignore[arg-type]
            language=language,
            title=self.title,
            headings=tuple(self.headings),
            blocks=tuple(self.blocks),
            script_text="\n".join(self.scripts),
            noscript=" ".join(self.noscript)[:2_000],
            comments="\n".join(self.comments),
            generator=self.meta.get("generator", "")[:200],
            robots=self.meta.get("robots", "")[:200].casefold(),
            refresh=self.meta.get("refresh"),
            declared=tuple(self.declared[:4]),
            in_article=self.in_article,
            free=self.free,
            body_tokens=frozenset(self.body_tokens),
            tokens=frozenset(self.tokens),
        )

    def enter(self, element: etree._Element) -> bool:
        """Process a start tag. Returns False when the content of the element is not visible."""
        tag = element.tag
        if not isinstance(tag, str):
            return False
        identity, classes = element.get("id"), element.get("class")
        if (identity or classes) and len(self.tokens) < _MAX_TOKENS:
            self.name(tag, identity, classes)
        if tag in _BLOCKS:
            self.flush(tag)
            if tag in _CHROME:
                self.in_chrome += 1
                self.facts["forms"] += tag == "form"
            elif tag == "article":
                self.in_article = True
        elif tag == "a":
            href = element.get("href", "").strip()
            self.in_link += 1
            self.link_leaves = not href.startswith("#")
            self.facts["links"] += 1
            self.facts["home_links"] += href in _HOME
        elif tag == "input":
            self.input_field(element.get("type", "text").casefold())
        elif tag == "img":
            self.facts["images"] += 1
        elif tag in ("script", "style", "noscript", "meta") or tag in _UNSEEN:
            self.hidden(tag, element)
            self.add(element.tail)
            return False
        if tag == "title":
            self.title = self.title or " ".join("".join(map(str, element.itertext())).split())[:500]
            self.add(element.tail)
            return False
        self.add(element.text)
        return True

    def leave(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in ("script", "style", "noscript", "meta", "title") or tag in _UNSEEN:
            return  # its tail was added when it was entered
        if tag in _BLOCKS:
            self.flush("p")
            if tag in _CHROME:
                self.in_chrome -= 1
        elif tag == "a":
            self.in_link -= 1
        self.add(element.tail)

    def comment_node(self, comment: etree._Element) -> None:
        if len(self.comments) < 40:
            self.comments.append((comment.text or "").strip()[:200])
        self.add(comment.tail)

    def add(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.in_link:
                self.linked += len(text.strip())

    def flush(self, kind: str) -> None:
        """End the current block; the next one is of ``kind``."""
        if self.buffer:
            text = " ".join("".join(self.buffer).split())
            if text:
                self.keep(text, min(1.0, self.linked / len(text)))
            self.buffer.clear()
        self.kind, self.linked = kind, 0

    def keep(self, text: str, linked: float) -> None:
        weight, facts, chrome = text_weight(text), self.facts, self.in_chrome > 0
        facts["weight"] += weight
        facts["linked"] += int(weight * linked)
        if (
            weight >= _PROSE
            and linked < 0.5
            and not chrome
            and len(text) < _WORD * (text.count(" ") + 1) + weight - len(text)
        ):
            facts["prose"] += weight // _TEASER if self.after_link else weight
            facts["paragraphs"] += 1
        self.after_link = linked >= 0.9 and weight >= _LABEL and self.link_leaves
        if self.kind in _HEADINGS and len(self.headings) < 24:
            self.headings.append(text[:300])
        worth = linked < 0.7 or not chrome
        if worth and self.kept < _MAX_KEPT and len(self.blocks) < _MAX_BLOCKS:
            self.kept += len(text)
            self.blocks.append(Block(text[:2_000], self.kind, weight, linked, chrome))

    def name(self, tag: str, identity: str | None, classes: str | None) -> None:
        names = self.body_tokens if tag in ("body", "html") else self.tokens
        if identity:
            names.add(identity[:80].casefold())
        if classes:
            names.update(classes[:400].casefold().split())

    def input_field(self, kind: str) -> None:
        if kind == "password":
            self.facts["passwords"] += 1
        if kind not in ("hidden", "submit", "button", "image"):
            self.facts["inputs"] += 1

    def hidden(self, tag: str, element: etree._Element) -> None:
        if tag == "script":
            self.script(element)
        elif tag == "noscript":
            self.noscript.extend(_some(element.itertext(), 20))
        elif tag == "meta":
            self.meta_tag(element)
        elif tag == "iframe":
            self.keep_script(element.get("src") or "")

    def script(self, element: etree._Element) -> None:
        text, source = element.text or "", element.get("src") or ""
        self.facts["scripts"] += 1
        self.facts["script_bytes"] += len(text)
        if "ld+json" in element.get("type", ""):
            found = _ARTICLE_TYPE.search(text[:40_000])
            if found:
                self.declared.append(f"JSON-LD {found[1]}")
            if _NOT_FREE.search(text[:40_000]):
                self.free = False
            return
        self.keep_script(source[:300])
        self.keep_script(text[:3_000])

    def keep_script(self, text: str) -> None:
        if text and self.script_kept < _MAX_SCRIPT:
            self.script_kept += len(text)
            self.scripts.append(text)

    def meta_tag(self, element: etree._Element) -> None:
        name = element.get("name") or element.get("property") or element.get("http-equiv") or ""
        content = element.get("content")
        if content and len(self.meta) < 200:
            self.meta.setdefault(name.casefold(), content[:500])


def _some(texts: Iterable[str | bytes], limit: int) -> list[str]:
    return [" ".join(str(text).split())[:500] for text, _ in zip(texts, range(limit), strict=False)]
