"""The JSON-LD node that describes the article of a page. Tolerates any nesting and common JSON errors."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

_ARTICLE = re.compile(
    r"(?:[A-Za-z]{0,40}(?:Article|Posting|Report|Review|Opinion|Analysis)|Blog|Recipe|Report|Liveblog)"
)
_NEWS_TYPE = re.compile(r"News|LiveBlog")
_LESSER = frozenset(
    ("WebPage", "ItemPage", "VideoObject", "CreativeWork", "Product", "Event", "PodcastEpisode", "AboutPage")
)
_MAX_NODES = 2_000
_WRAPPING = re.compile(
    r"^\s*(?:/\*+\s*)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?:/\*+\s*)?(?:\]\]>|-->)(?:\s*\*/)?\s*;?\s*$"
)
_BEGINNINGS, _ENDS = ("{", "["), ("}", "]")  # of a script in no comment, as most are
_TRAILING_COMMA = re.compile(r",\s{0,200}([}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')


def article(scripts: tuple[str, ...], headings: tuple[str, ...] = ()) -> Node:
    """Return the node that describes the page's article, or an empty one.

    Of several, the one whose headline is a heading of the page wins, then the one with most fields. If another node of
    the same rank names all of its authors and more, those replace them.
    """
    nodes = [node for node in nodes_of(scripts) if rank(node)]
    if not nodes:
        return {}
    folded = {heading.casefold() for heading in headings}
    best = max(nodes, key=lambda n: (rank(n), _str(n.get("headline")).casefold() in folded, len(n)))
    named = {name for name, _ in names(best.get("author"))}
    for node in nodes:
        others = {name for name, _ in names(node.get("author"))}
        if named and named < others and rank(node) == rank(best):
            best, named = {**best, "author": node["author"]}, others
    return best


def nodes_of(scripts: tuple[str, ...]) -> list[Node]:
    """Return every object of the page's JSON-LD, outermost first, with ``@id`` references resolved."""
    nodes: list[Node] = []
    for script in scripts:
        value = load(script)
        for node in _walk(value, 0):
            nodes.append(node)
            if len(nodes) >= _MAX_NODES:
                break
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return [{key: _resolved(value, by_id) for key, value in node.items()} for node in nodes]


def load(script: str) -> Any:
    """Return the value of a JSON-LD script; None where it does not parse even with common errors repaired."""
    text = script.strip()
    if text[:1] not in _BEGINNINGS or text[-1:] not in _ENDS:
        text = _WRAPPING.sub("", text).strip().rstrip(";")
    for variant in (lambda t: t, _repaired, lambda t: _repaired(html.unescape(t))):
        try:
            return json.loads(variant(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _repaired(text: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > 6:
        return
    if isinstance(value, list):
        for item in value[:500]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "author",
            "publisher",
            "creator",
            "hasPart",
            "itemListElement",
            "item",
        ):
            if key in value and key != "itemListElement":
                yield from _walk(value[key], depth + 1)


def _resolved(value: Any, by_id: dict[str, Node]) -> Any:
    if (
        isinstance(value, dict)
        and isinstance(value.get("@id"), str)
        and len(value) <= 2
        and "name" not in value
    ):
        return by_id.get(value["@id"], value)
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value[:100]]
    return value


def types(node: Node) -> list[str]:
    """Return the names of a node's types, without namespace."""
    found = node.get("@type")
    listed = found if isinstance(found, list) else [found]
    return [t.rpartition("/")[2].rpartition(":")[2] for t in listed if isinstance(t, str)]


def rank(node: Node) -> int:
    """Return how likely a node describes the article of its page: 0 (not) to 3 (article type with content)."""
    kinds = types(node)
    if any(_ARTICLE.fullmatch(kind) for kind in kinds):
        return 3 if node.get("headline") or node.get("articleBody") or node.get("name") else 2
    return (
        1
        if any(kind in _LESSER for kind in kinds) and (node.get("headline") or node.get("datePublished"))
        else 0
    )


def is_news(node: Node) -> bool:
    """Return whether a node's type is that of news: NewsArticle and its kinds, LiveBlogPosting."""
    return any(_NEWS_TYPE.search(kind) for kind in types(node))


def _str(value: Any) -> str:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    return html.unescape(value).strip() if isinstance(value, str) else ""


def string(node: Node, *keys: str) -> str | None:
    """Return the first of these fields that holds text: directly, as ``@value``, or in a list; else None."""
    for key in keys:
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@value") or value.get("name") or value.get("url")
        text = _str(value)
        if text:
            return text
    return None


def names(value: Any, depth: int = 0) -> list[tuple[str, str]]:
    """Return (name, type) of the persons and organisations in an ``author`` field: string, object or list."""
    if depth > 4:
        return []
    if isinstance(value, str):
        return [(html.unescape(value).strip(), "")] if value.strip() else []
    if isinstance(value, list):
        return [pair for item in value[:50] for pair in names(item, depth + 1)]
    if isinstance(value, dict):
        kind = next(iter(types(value)), "")
        name = value.get("name")
        if isinstance(name, (list, dict)):
            return [(text, kind or inner) for text, inner in names(name, depth + 1)]
        if isinstance(name, str) and name.strip():
            return [(html.unescape(name).strip(), kind)]
        whole = " ".join(str(value[k]) for k in ("givenName", "familyName") if isinstance(value.get(k), str))
        return [(whole, kind)] if whole else []
    return []


def image(node: Node) -> str | None:
    """Return the URL of the first image of a node, or None."""
    value = node.get("image") or node.get("thumbnailUrl")
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
        if isinstance(value, list):
            value = value[0] if value else None
    return value.strip() if isinstance(value, str) and value.strip() else None
