"""Display of ``<noscript>`` content on pages that have their text only there, as forum software serves it to crawlers."""

from __future__ import annotations

import lxml.html

from streams.cleaning.text import text_weight

_UNSEEN = frozenset(("script", "style", "template", "noscript", "title"))
_MIN_WEIGHT = 200  # of the text inside; a request to enable JavaScript is shorter
_MIN_ELEMENTS = 4  # elements inside; a request to enable JavaScript has fewer


def show_noscript(tree: lxml.html.HtmlElement) -> bool:
    """Turn each ``<noscript>`` into a ``<div>`` if together they hold more text than the rest of the page; return whether.

    Browsers without scripts, and crawlers, see that text. This also restores a page of which a parser has put the body
    into a ``<noscript>`` that was not closed.
    """
    found = list(tree.iter("noscript"))
    inside = sum(map(_visible_weight, found))
    if inside < _MIN_WEIGHT or sum(1 for one in found for _ in one.iterdescendants()) < _MIN_ELEMENTS:
        return False
    if inside <= _visible_weight(tree):
        return False
    for one in found:
        one.tag = "div"
    return True


def _visible_weight(root: lxml.html.HtmlElement) -> int:
    """The text weight below ``root``, without scripts, styles, titles and the content of other ``<noscript>``."""
    weight, waiting = 0, [root]
    while waiting:
        element = waiting.pop()
        weight += _weight(element.text)
        for child in element:
            weight += _weight(child.tail)
            if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                waiting.append(child)
    return weight


def _weight(text: str | None) -> int:
    return text_weight(" ".join(text.split())) if text else 0
