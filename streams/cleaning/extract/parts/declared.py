"""Posts that a page declares in JSON-LD, with their text, found again in the document's text."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from streams.cleaning.extract.passages import Passages
from streams.cleaning.metadata import dates, jsonld
from streams.cleaning.text import fold

_POSTS = frozenset(("Comment", "UserComments", "Answer", "Question", "DiscussionForumPosting", "SocialMediaPosting", "BlogPosting"))  # fmt: skip
_TEXTS = ("text", "articleBody", "commentText")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MOST = 2_000  # objects looked at
_DEEP = 12
_BEGINNING = 30  # letters by which a post is found
_NEARLY = 0.95  # of a post's letters, after which it ends


class Post(msgspec.Struct):
    """A post in the text: ``text[start:end]``; ``time`` is ISO 8601."""

    author: str | None
    time: str | None
    start: int
    end: int


def declared_posts(passages: Passages, scripts: tuple[str, ...]) -> list[Post]:
    """Return the posts that JSON-LD declares, in the order of the text: those of which the text has the beginning."""
    letters = [
        fold(passages.text[start:end]) for start, end in zip(passages.starts, passages.ends, strict=True)
    ]
    beginnings: dict[str, list[int]] = {}
    for at in range(len(letters) - 1, -1, -1):
        beginnings.setdefault(letters[at][:_BEGINNING], []).append(at)
    found: list[tuple[int, int, Post]] = []
    for node in _nodes(scripts):
        places = beginnings.get(fold(_text(node)[: 4 * _BEGINNING])[:_BEGINNING])
        if places:
            first = places.pop()
            last = _last(letters, first, len(fold(_text(node))))
            found.append((first, last, _post(node, passages, first, last)))
    found.sort(key=lambda post: post[0])
    for (_, last, post), (following, _, _) in itertools.pairwise(found):
        if last >= following:
            post.end = passages.ends[following - 1]
    return [post for _, _, post in found]


def _last(letters: list[str], first: int, size: int) -> int:
    """Return the last block of a post of ``size`` letters that begins with block ``first``."""
    last = first
    read = len(letters[first])
    while last + 1 < len(letters) and read < _NEARLY * size:
        last += 1
        read += len(letters[last])
    return last


def _post(node: jsonld.Node, passages: Passages, first: int, last: int) -> Post:
    author = next((name for name, _ in jsonld.names(node.get("author"))), None)
    time = dates.stamp(jsonld.string(node, "datePublished", "dateCreated"))
    return Post(author, time, passages.starts[first], passages.ends[last])


def _text(node: jsonld.Node) -> str:
    text = jsonld.string(node, *_TEXTS) or ""
    return html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text


def _nodes(scripts: tuple[str, ...]) -> Iterator[jsonld.Node]:
    """Yield the objects with a type of posts and a text, wherever they are; outer ones first."""
    left = _MOST
    for script in scripts:
        if not any(kind in script for kind in _POSTS):
            continue
        stack: list[tuple[Any, int]] = [(jsonld.load(script), 0)]
        while stack and left:
            value, depth = stack.pop()
            if isinstance(value, dict):
                left -= 1
                if not _POSTS.isdisjoint(jsonld.types(value)) and _text(value):
                    yield value
            inner = (
                list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
            )
            if depth < _DEEP:
                stack.extend((item, depth + 1) for item in reversed(inner) if isinstance(item, dict | list))
