"""From text to a tree that every later step can walk: bounded in depth and in attributes, whatever the page does."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

from streams.cleaning.decode import siblings
from streams.cleaning.decode.markup_repair import Repair, needs_repair

# A comment, a script with its text, or a tag, as the HTML standard reads them (section 13.2.5): quotation marks count
# only behind "=". Possessive throughout, and nothing that is required at the end: each match is linear in its length.
_TAG = re.compile(
    r"""
    <!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)
    | <script(?=[\s/>])[^>]*+>(?:[^<]++|<(?!/script[\s/>]))*+
    | </?[A-Za-z][^\s/>]*+(?:[\s/]++|[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)?|=)*+>?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# References to characters that no XML text may hold (XML 1.0, section 2.2): libxml2 puts them in, and lxml refuses to
# move a text that has them.
_UNSPEAKABLE = re.compile(
    r"""&\#(?: x(?:0*+(?:[1-8bcef]|1[0-9a-f]|fff[ef])|0++)(?![0-9a-f])
            | (?:0*+(?:[1-8]|1[124-9]|2[0-9]|3[01]|6553[45])|0++)(?![0-9]) );?""",
    re.IGNORECASE | re.VERBOSE,
)
_READINGS = ("rt", "rp", "rtc")  # above characters, and the brackets around them
_ATTRIBUTE = re.compile(r"""[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)?""")
_LONG_TAG = 1_000  # characters; only longer tags are counted out
# libxml2 2.14 compares each attribute with all before it: 10,000 cost 0.08 s, 300,000 cost four minutes, and 2,000
# elements with 1,000 each cost 10 s.
_MAX_ATTRIBUTES = 250
# The largest of 262 news pages has 8,000 tags, the median 1,500; steps that look at every pair of siblings must end too.
_MAX_TAGS = 100_000
# Levels, of elements that must be closed. 262 news pages have 34 at most, of all elements; libxml2 stops reading at 256
# unless told not to, browsers flatten at 512, and extraction takes time by level and element.
_MAX_DEPTH = 80
_HUGE = 9_000_000  # characters; above, libxml2's limit of 10 MB for one text node must be lifted
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:\-]{0,60})")
_UNCOUNTED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "rp",
        "rt",
        "html",
        "head",
        "body",
        "script",
    ]
)
_BREAKS = frozenset(("p", "br"))  # stay at any depth: they part paragraphs, and do not nest

# One class for all elements, chosen in C: lxml.html's own lookup calls Python for each, to tell forms and inputs apart.
_CLASSES = etree.ElementDefaultClassLookup(
    element=lxml.html.HtmlElement,
    comment=lxml.html.HtmlComment,
    pi=lxml.html.HtmlProcessingInstruction,
    entity=lxml.html.HtmlEntity,
)


def parse(text: str) -> lxml.html.HtmlElement | None:
    """The tree of a page, its root ``<html>``; None where there is nothing in it.

    Nesting beyond 80 levels is flattened, an element with more than 250 attributes loses them, tags behind the
    first 100,000 are left out; all text stays. What libxml2 would lose is mended before
    (:mod:`streams.cleaning.decode.markup_repair`). Readings above ruby characters are left out: they say the same once more.
    """
    if "&#" in text:
        text = _UNSPEAKABLE.sub("", text)
    if needs_repair(text):
        text = _TAG.sub(Repair(), text)
    tags = _TAG.findall(text)
    if len(tags) > _MAX_TAGS:
        text = _TAG.sub(_Counter(), text)
    if any(map(_floods, tags)):
        text = _TAG.sub(_bounded, text)
    huge = len(text) > _HUGE
    if huge:
        text = _flattened(text)
    tree, cut_off = _read(text, huge)
    if cut_off and not huge:
        tree, _ = _read(_flattened(text), huge=True)
    if tree is not None and text.count("<") > siblings.MANY:
        siblings.bound(tree)
    if tree is not None and next(tree.iter(*_READINGS), None) is not None:
        etree.strip_elements(tree, *_READINGS, with_tail=False)
    return tree


class _Counter:
    """Keeps the first tags of a text."""

    def __init__(self) -> None:
        self.left = _MAX_TAGS

    def __call__(self, match: re.Match[str]) -> str:
        self.left -= 1
        return match[0] if self.left >= 0 else " "


def _read(text: str, huge: bool) -> tuple[lxml.html.HtmlElement | None, bool]:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=huge)
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    cut_off = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return tree, cut_off


def _floods(tag: str) -> bool:
    """True for a tag with more attributes than any page means."""
    if len(tag) < _LONG_TAG or tag.startswith(("<!--", "<script", "<SCRIPT")):
        return False
    name = _NAME.match(tag)
    return name is not None and len(_ATTRIBUTE.findall(tag, name.end())) > _MAX_ATTRIBUTES


def _bounded(match: re.Match[str]) -> str:
    tag = match[0]
    name = _NAME.match(tag)
    return f"<{name[1]}>" if name and _floods(tag) else tag


def _flattened(text: str) -> str:
    """``text`` without the tags that stand deeper than the limit."""
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        tag = match[0]
        name = _NAME.match(tag)
        if name is None or name[1].lower() in _UNCOUNTED or tag.endswith("/>"):
            return tag if name is None or depth <= _MAX_DEPTH or name[1].lower() in _BREAKS else " "
        if tag.startswith("</"):
            depth = max(0, depth - 1)
            return tag if depth < _MAX_DEPTH else " "
        depth += 1
        return tag if depth <= _MAX_DEPTH else " "

    return _TAG.sub(keep, text)
