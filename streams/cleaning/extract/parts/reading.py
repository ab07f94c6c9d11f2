"""The parts of a document: each post of a thread or entry of a live blog, with its author, time and place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from streams.cleaning.extract.parts.declared import Post, declared_posts
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
    blocks = passages.blocks
    attributes = [own for entry in blocks.entries if "itemtype" in (own := blocks.outline.attributes[entry])]
    return any(kind in own["itemtype"] for own in attributes for kind in _DECLARED)


def read_parts(passages: Passages, declared: DeclaredMetadata) -> tuple[Part, ...]:
    """Return the parts of ``passages``, in the order of the text; none where the page has no like-made posts and declares none."""
    blocks = passages.blocks
    sizes = [0] * len(blocks.texts)
    for number, start, end in zip(passages.numbers, passages.starts, passages.ends, strict=True):
        sizes[number] = end - start
    page = page_of(blocks, sizes, read_signals(blocks, declared.language))
    group = best_group(page)
    shown = _shown(passages, page, group) if group is not None else []
    posts = _joined(shown, declared_posts(passages, declared.jsonld))
    return tuple(_part(post) for post in posts if post.author or post.time)


def _joined(shown: list[Post], declared: list[Post]) -> list[Post]:
    """Return the posts that the page shows with what it declares of them, or those it declares where they hold more text."""
    if sum(post.end - post.start for post in declared) > sum(post.end - post.start for post in shown):
        return declared
    for post in shown:
        same = next((other for other in declared if post.start <= other.start < post.end), None)
        if same is not None:
            post.author, post.time = post.author or same.author, post.time or same.time
    return shown


def _shown(passages: Passages, page: Page, group: Group) -> list[Post]:
    posts: list[int] = []
    spans: dict[int, tuple[int, int]] = {}
    open_post = -1  # the one that the last block is of; what follows on a post inside it is left out
    for number, start, end in zip(passages.numbers, passages.starts, passages.ends, strict=True):
        post = group.of_block[number]
        if post >= 0 and post not in spans:
            spans[post] = start, end
            posts.append(post)
            open_post = post
        elif post >= 0 and post == open_post:
            spans[post] = spans[post][0], end
        else:
            open_post = -1
    found = [*_opening(passages, page, group.nodes[posts[0]])] if posts else []
    for post in posts:
        author = first(_of(page.signals.authors, group, post))
        time = first(_of(page.signals.times, group, post))
        found.append(Post(author, time, *spans[post]))
    return found


def _opening(passages: Passages, page: Page, post: int) -> Iterator[Post]:
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
        yield Post(author, time, start, end)


def _widest(page: Page, node: int, post: int) -> int:
    """Return the widest node around ``node`` that does not hold ``post``."""
    parent = page.blocks.parents[node]
    while parent >= 0 and page.behind[parent] <= post:
        node, parent = parent, page.blocks.parents[parent]
    return node


def _of(signals: Iterable[Signal], group: Group, post: int) -> Iterable[Signal]:
    return (signal for signal in signals if group.of_node[signal.node] == post)


def _part(post: Post) -> Part:
    at = exact(post.time) if post.time else None
    return Part(
        author=post.author,
        time=at.at if at else None,
        time_precision=at.precision if at else None,
        time_offset=at.offset if at else None,
        start=post.start,
        end=post.end,
    )
