"""The content root of a page: the smallest element that contains nearly all paragraphs of its article.

An article is one container, or several split by advertisements. The parents of its paragraphs share tag and class;
teasers, comments and sidebars have parents with others. The (tag, class) group with the most prose is the article's. The
method depends on neither the language nor the site.
"""

from __future__ import annotations

import functools
import re
from collections import Counter

import lxml.html
import msgspec
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.text import text_weight

_PROSE = 60  # text weight from which a block counts as a sentence
_LINKED = 0.4  # link share above which a paragraph is a teaser
_SHARE = 0.85  # share of the group's prose that the root must contain; below 1, so that a stray paragraph does not widen it
_LEAST = 350  # prose weight below which no root is reported
_HOLDS_PAGE = 0.45  # share of the page's prose from which an element is not boilerplate, whatever its name
_TEASERS = 0.3  # factor for prose whose paragraphs each have their own parent, as in teaser lists
_WORTH = 0.4  # share of prose in the text that an ancestor adds, from which the ancestor becomes the root
_ROW = 5  # paragraphs of one group that make an article even under a boilerplate name
_WHOLE_TEXT = 1_200  # text weight of one block from which it holds a whole text, separated by line breaks
_MAX_BLOCKS = 20_000
_MAX_CLIMB = 6
_BLOCKS = ("p", "div", "blockquote", "li", "td", "section", "article", "span", "font", "pre", "main")
_INLINE = frozenset(("p", "li", "ul", "ol", "span", "font", "blockquote", "pre", "strong", "em", "b", "i"))
_TABLE = frozenset(("tr", "tbody", "thead", "table"))
_PLACING = re.compile(r"(?:col|cell|row|container|wrap|grid|flex|block|clearfix|[a-z]{1,2}-)", re.IGNORECASE)

Element = etree._Element


class Paragraph(msgspec.Struct, frozen=True):
    """A block of prose, its container, and its text weight: code points, with scripts written without spaces counted thrice."""

    element: Element
    parent: Element
    weight: int


@functools.cache
def _names(key: str) -> re.Pattern[str]:
    return re.compile("|".join(table("markup")[key]), re.IGNORECASE)


@functools.cache
def _aside_tags() -> frozenset[str]:
    return frozenset(table("markup")["aside_tags"])


def main_part(tree: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """Return the element that contains the article of ``tree``; None where no group of paragraphs has enough prose."""
    everything = _paragraphs(tree)
    held = _held(everything)
    aside: dict[Element, bool] = {}
    total = sum(p.weight for p in everything)
    found = [p for p in everything if not _is_aside(p.parent, aside, held, total)]
    kinds = _kinds(found)
    best = max(kinds, key=_importance, default=[])
    if not best or _is_teasers(best):
        # Prefer an article inside an element with a boilerplate name over a teaser list inside one without.
        best = max((best, *filter(_is_article, _kinds(everything))), key=_importance)
    prevailing = _first_of(best)
    weight = sum(p.weight for p in prevailing)
    if weight < _LEAST:
        return None
    core = _smallest(prevailing, _SHARE * weight)
    if core is None:
        return None
    return _widened(core, _held([p for kind in kinds if not _is_teasers(kind) for p in kind]))


def _kinds(found: list[Paragraph]) -> list[list[Paragraph]]:
    """Group the paragraphs by tag and class of their containers."""
    kinds: dict[tuple[str, str], list[Paragraph]] = {}
    for paragraph in found:
        parent = paragraph.parent
        kinds.setdefault((str(parent.tag), _make(parent)), []).append(paragraph)
    return list(kinds.values())


def _make(element: Element) -> str:
    """Return the first class name, which usually names the component; all of them where the first is a layout class."""
    names = element.get("class") or ""
    first = names.split(None, 1)[0] if names.strip() else ""
    return names if _PLACING.match(first) else first


def _first_of(best: list[Paragraph]) -> list[Paragraph]:
    """Return ``best``, or only the paragraphs in its first sizeable <article> where they are spread over several."""
    articles: Counter[Element | None] = Counter()
    home: dict[Element, Element | None] = {}
    for paragraph in best:
        parent = paragraph.parent
        home[parent] = parent if parent.tag == "article" else next(parent.iterancestors("article"), None)
        articles[home[paragraph.parent]] += paragraph.weight
    if len(articles) < 2:
        return best
    first = next(article for article, weight in articles.items() if weight >= 0.3 * max(articles.values()))
    return [paragraph for paragraph in best if home[paragraph.parent] is first]


def _importance(kind: list[Paragraph]) -> float:
    weight = sum(paragraph.weight for paragraph in kind)
    return weight * _TEASERS if _is_teasers(kind) else weight


def _is_article(kind: list[Paragraph]) -> bool:
    """Whether a group is at least :data:`_ROW` paragraphs, is no teaser list, and is outside comments, menus and the like."""
    if len(kind) < _ROW or _is_teasers(kind):
        return False
    around = [kind[0].parent, *kind[0].parent.iterancestors()]
    return not any(e.tag in _aside_tags() or _names("never_names").search(_names_of(e)) for e in around)


def _is_teasers(kind: list[Paragraph]) -> bool:
    parents = len({paragraph.parent for paragraph in kind})
    return parents >= 3 and len(kind) < 1.5 * parents


def _held(paragraphs: list[Paragraph]) -> dict[Element, int]:
    """Return the prose weight of every element that contains a paragraph."""
    own: Counter[Element] = Counter()
    for paragraph in paragraphs:
        own[paragraph.parent] += paragraph.weight
    held: Counter[Element] = Counter()
    for parent, weight in own.items():
        held[parent] += weight
        for ancestor in parent.iterancestors():
            held[ancestor] += weight
    return held


def _smallest(paragraphs: list[Paragraph], enough: float) -> Element | None:
    """Return the innermost element whose paragraphs weigh at least ``enough``."""
    held = _held(paragraphs)
    wide = [element for element, weight in held.items() if weight >= enough]
    return max(wide, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)


def _widened(core: Element, held: dict[Element, int]) -> Element:
    """Return ``core``, or an ancestor whose additional text is largely prose: a standfirst, a second container."""
    best, size = core, _visible(core)
    node: Element | None = core.getparent()
    for _ in range(_MAX_CLIMB):
        if node is None or node.tag in ("body", "html") or core.tag == "article":
            break
        wider = _visible(node)
        prose = held.get(node, 0) - held.get(best, 0)
        if best.tag in _TABLE or (prose and prose >= _WORTH * (wider - size)):
            best, size = node, wider
        if node.tag == "article":
            break  # a sibling of an <article> belongs to another article
        node = node.getparent()
    return best


def _visible(element: Element) -> int:
    """Return the weight of all text in an element."""
    return text_weight("".join(map(str, element.itertext())).strip())


def _paragraphs(tree: lxml.html.HtmlElement) -> list[Paragraph]:
    """Return the blocks whose own text is prose, in document order."""
    found: list[Paragraph] = []
    for count, element in enumerate(tree.iter(*_BLOCKS)):
        if count > _MAX_BLOCKS:
            break
        weight = _own_prose(element)
        if weight:
            found.append(Paragraph(element, _container(element, weight), weight))
    return found


def _container(element: Element, weight: int) -> Element:
    """Return the container of a paragraph.

    Lists, quotations and blocks of one paragraph belong to the text around them, so their first ancestor that is not
    inline is the container. A block that holds a whole text is its own container.
    """
    node = element
    if weight < _WHOLE_TEXT and element.tag not in _INLINE:
        parent = element.getparent()
        return element if parent is None else parent
    while node.tag in _INLINE:
        parent = node.getparent()
        if parent is None:
            break
        node = parent
    return node


def _own_prose(element: Element) -> int:
    """Return the weight of the element's own text (for <p>, with its inline children); 0 below a sentence."""
    linked = 0
    if element.tag == "p":
        text = "".join(map(str, element.itertext()))
        if len(text) >= _PROSE / 3:
            linked = sum(len("".join(map(str, link.itertext()))) for link in element.iter("a"))
    else:
        text = (element.text or "") + "".join([child.tail or "" for child in element])
    text = text.strip()
    if len(text) < _PROSE / 3:
        return 0
    weight = text_weight(text)
    return weight if weight >= _PROSE and linked <= _LINKED * len(text) else 0


def _is_aside(element: Element, known: dict[Element, bool], held: dict[Element, int], total: int) -> bool:
    """Whether the element is inside one whose tag, class or id marks it as boilerplate. ``known`` caches the answers."""
    trail: list[Element] = []
    answer = False
    node: Element | None = element
    while node is not None and node.tag not in ("html", "body"):
        if node in known:
            answer = known[node]
            break
        trail.append(node)
        if _named_aside(node, held.get(node, 0) >= _HOLDS_PAGE * total):
            answer = True
            break
        node = node.getparent()
    known.update(dict.fromkeys(trail, answer))
    return answer


def _named_aside(element: Element, holds_page: bool) -> bool:
    if element.tag in _aside_tags():
        return not (holds_page and element.tag == "form")
    names = _names_of(element)
    if len(names) < 2:
        return False
    if _names("never_names").search(names):
        return element.find(".//h1") is None
    return not holds_page and _names("aside_names").search(names) is not None


def _names_of(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:300]
