"""The parts of a document: each post of a thread or entry of a live blog, with its author, time and place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from streams.cleaning.extract.parts.groups import Group, Page, best_group, page_of
from streams.cleaning.extract.parts.signals import Signal, first, read_signals
from streams.cleaning.extract.passages import Passages
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.records import Part
from streams.records.times import exact

_DECLARED = ("LiveBlogPosting", "DiscussionForumPosting", "QAPage")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_OPENING = 60  # code points before the first post from which they are a post of their own


def declares_parts(passages: Passages, declared: DeclaredMetadata) -> bool:
    """Whether a page declares to be a thread or a live blog, by schema.org's types."""
    if any(kind in script for script in declared.jsonld for kind in _DECLARED):
        return True
    kinds = (element.get("itemtype") for element in passages.blocks.elements)
    return any(kind in written for written in kinds if written for kind in _DECLARED)


def read_parts(passages: Passages, language: str | None = None) -> tuple[Part, ...]:
    """Return the parts of ``passages``, in the order of the text; none where the page has no like-made posts."""
    blocks = passages.blocks
    sizes = [0] * len(blocks.texts)
    for number, start, end in zip(passages.numbers, passages.starts, passages.ends, strict=True):
        sizes[number] = end - start
    page = page_of(blocks, sizes, read_signals(blocks, language))
    group = best_group(page)
    return tuple(_parts(passages, page, group)) if group is not None else ()


def _parts(passages: Passages, page: Page, group: Group) -> list[Part]:
    posts: list[int] = []
    spans: dict[int, tuple[int, int]] = {}
    previous = -1
    for number, start, end in zip(passages.numbers, passages.starts, passages.ends, strict=True):
        post = group.of_block[number]
        if post >= 0 and post not in spans:
            spans[post] = start, end
            posts.append(post)
        elif post >= 0 and post == previous:
            spans[post] = spans[post][0], end
        previous = post
    found = [*_opening(passages, page, group.nodes[posts[0]])] if posts else []
    for post in posts:
        start, end = spans[post]
        author = first(_of(page.signals.authors, group, post))
        time = first(_of(page.signals.times, group, post))
        if author or time:
            found.append(_part(author, time, start, end))
    return found


def _opening(passages: Passages, page: Page, post: int) -> Iterator[Part]:
    """Yield what stands before the first post as a part, if an author or a time is there: the question or story above answers
    is made otherwise than they are.
    """
    blocks = page.blocks
    before = [
        at
        for at, number in enumerate(passages.numbers)
        if number < blocks.starts[post] and blocks.tags[blocks.homes[number]] not in _HEADINGS
    ]
    if not before:
        return
    start, end = passages.starts[before[0]], passages.ends[before[-1]]
    top = _widest(page, blocks.homes[passages.numbers[before[0]]], post)
    author = first(signal for signal in page.signals.authors if top <= signal.node < post)
    time = first(signal for signal in page.signals.times if top <= signal.node < post)
    if end - start >= _OPENING and (author or time):
        yield _part(author, time, start, end)


def _widest(page: Page, node: int, post: int) -> int:
    """Return the widest node around ``node`` that does not hold ``post``."""
    parent = page.blocks.parents[node]
    while parent >= 0 and page.behind[parent] <= post:
        node, parent = parent, page.blocks.parents[parent]
    return node


def _of(signals: Iterable[Signal], group: Group, post: int) -> Iterable[Signal]:
    return (signal for signal in signals if group.of_node[signal.node] == post)


def _part(author: str | None, time: str | None, start: int, end: int) -> Part:
    at = exact(time) if time else None
    return Part(
        author=author,
        time=at.at if at else None,
        time_precision=at.precision if at else None,
        time_offset=at.offset if at else None,
        start=start,
        end=end,
    )
