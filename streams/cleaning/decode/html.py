"""HTML parsing with limits on depth, attributes, tags and siblings, so that later steps take bounded time on any page."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.decode import siblings
from streams.cleaning.decode.formulas import spell_formulas
from streams.cleaning.decode.markup_repair import needs_repair, only_ends, repair
from streams.cleaning.decode.noscript import show_noscript
from streams.cleaning.decode.outline import Outline, outline_of

# A comment, a script with its text, or a tag, as the HTML standard tokenises them (section 13.2.5): quotation marks count
# only after "=". Possessive and without required ends, so that each match takes linear time.
# What most tags are, a space before each attribute and its value in double quotes, has a branch of its own: it takes a
# quarter of the time off. So do the standard's five kinds of white space, instead of all of Unicode's, a seventh.
_COMMENT = r"!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)"
_SCRIPT = r"[sS][cC][rR][iI][pP][tT](?=[\s/>])[^>]*+>(?:[^<]++|<(?!/[sS][cC][rR][iI][pP][tT][\s/>]))*+"
_TAG_NAME = r"/?[A-Za-z][^ \t\n\r\f/>]*+"
_PLAIN = r'(?:[ ][^ \t\n\r\f/>=]++="[^"]*+")'
_OTHER = r"""(?:[ \t\n\r\f/]++|[^ \t\n\r\f/>=]++(?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\r\f>"'][^ \t\n\r\f>]*+)?)?|=)"""
_TAG = re.compile(f"<(?:{_COMMENT}|{_SCRIPT}|{_TAG_NAME}{_PLAIN}*+(?:>|{_OTHER}*+>?))")
_PARTS = re.compile(f"({_TAG.pattern})")
# The largest of 262 news pages has 8,000 tags, the median 1,500. Some later steps compare every pair of siblings.
_MAX_TAGS = 100_000
# The beginning of a page up to the first tag that :mod:`.markup_repair` or a limit may concern. One match instead of a string
# for each tag: half the time. An end tag without attributes has a branch of its own, too.
_ENDS = r"/(?:[hH][tT][mM][lL]|[bB][oO][dD][yY]|[bB][rR])[\s/>]"
_TEMPLATE = r"[tT][eE][mM][pP][lL][aA][tT][eE][\s/>]"
_ORDINARY = re.compile(
    rf"""[^<]*+(?:<(?:
      (?!{_ENDS})/[A-Za-z][^ \t\n\r\f/>]*+>
    | {_COMMENT}
    | {_SCRIPT}
    | (?!{_ENDS}|{_TEMPLATE}){_TAG_NAME}{_PLAIN}{{0,100}}+(?:>|{_OTHER}{{0,150}}+(?:>|\Z))
    | (?!/?[A-Za-z]|!--)  # no tag
    )[^<]*+){{0,{_MAX_TAGS}}}+""",
    re.VERBOSE,
)
# References to characters that XML forbids (XML 1.0, section 2.2): libxml2 resolves them, and lxml raises when text with
# them is moved.
_FORBIDDEN_CODE = re.compile(
    r"""(?: [xX](?:0*+(?:[1-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[efEF])|0++)(?![0-9a-fA-F])
            | (?:0*+(?:[1-8]|1[124-9]|2[0-9]|3[01]|6553[45])|0++)(?![0-9]) );?""",
    re.VERBOSE,
)
_FORBIDDEN = re.compile(rf"&\#{_FORBIDDEN_CODE.pattern}", re.VERBOSE)
_RUBY_ANNOTATIONS = ("rt", "rp", "rtc")  # the readings of ruby characters, and the brackets around them
_ATTRIBUTE = re.compile(r"""[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)?""")
_LONG_TAG = 1_000  # characters; the attributes of shorter tags are not counted
# libxml2 2.14 compares each attribute with all before it: 10,000 take 0.08 s, 300,000 take four minutes, and 2,000
# elements with 1,000 each take 10 s.
_MAX_ATTRIBUTES = 250
# Levels of elements with an end tag. 262 news pages have at most 34, counting all elements; libxml2 stops at 256 by
# default, browsers flatten at 512, and the time of extraction grows with levels times elements.
_MAX_DEPTH = 80
_HUGE = 9_000_000  # characters above which libxml2's limit of 10 MB for one text node is lifted
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:\-]{0,60})")
# Elements that do not count as a level: those without content, and those whose end tag may be omitted.
_NOT_A_LEVEL = frozenset(table("elements")["void"] + table("elements")["implied_end"] + ["script"])
_BREAKS = frozenset(("p", "br"))  # kept at any depth: they separate paragraphs, and do not nest

# One class for all elements, chosen in C: the lookup of lxml.html calls Python for each, to distinguish forms and inputs.
_CLASSES = etree.ElementDefaultClassLookup(
    element=lxml.html.HtmlElement,
    comment=lxml.html.HtmlComment,
    pi=lxml.html.HtmlProcessingInstruction,
    entity=lxml.html.HtmlEntity,
)


def parse(text: str, encoded: bytes | None = None) -> lxml.html.HtmlElement | None:
    """Return the tree of a page with root ``<html>``; None if it is empty. ``encoded`` is ``text`` in UTF-8, where it is at hand.

    Nesting beyond 80 levels is flattened, an element with more than 250 attributes loses all of them, and tags after the
    first 100,000 are dropped; all text is kept. Markup that libxml2 parses otherwise than browsers is rewritten before
    (:mod:`streams.cleaning.decode.markup_repair`). Ruby annotations are dropped: they repeat the annotated characters.
    Formulas become text (:mod:`streams.cleaning.decode.formulas`), and ``<noscript>`` is shown where most of the text is in it (:mod:`streams.cleaning.decode.noscript`).
    """
    found = parse_outlined(text, encoded)
    return found[0] if found is not None else None


def parse_outlined(text: str, encoded: bytes | None = None) -> tuple[lxml.html.HtmlElement, Outline] | None:
    """Return the tree of a page as :func:`parse` does, and its outline; None if it is empty."""
    tree = _tree(text, encoded)
    if tree is None:
        return None
    outline = outline_of(tree)
    return tree, outline_of(tree) if _is_changed(tree, outline) else outline


def _is_changed(tree: lxml.html.HtmlElement, outline: Outline) -> bool:
    """Limit children, drop ruby annotations, spell formulas and show ``<noscript>``; return whether any of that may have changed
    ``tree``. For most pages ``outline`` says that there is nothing to do.
    """
    names = set(outline.tags)
    many, ruby = siblings.may_be_many(outline), not names.isdisjoint(_RUBY_ANNOTATIONS)
    if many:
        siblings.limit_children(tree)
    if ruby:
        etree.strip_elements(tree, *_RUBY_ANNOTATIONS, with_tail=False)
    if "math" in names:
        spell_formulas(tree)
    shown = "noscript" in names and show_noscript(tree)
    return many or ruby or "math" in names or shown


def _tree(text: str, encoded: bytes | None) -> lxml.html.HtmlElement | None:
    """Return the tree of a page as it is parsed; None if it is empty."""
    whole = text
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub("", text)
    text = _within_limits(text)
    huge = len(text) > _HUGE
    if huge:
        text = _flattened(text)
    if encoded is None or text is not whole:
        encoded = text.encode("utf-8", "replace")
    tree, truncated = _build_tree(encoded, huge)
    if truncated and not huge:
        tree, _ = _build_tree(_flattened(text).encode("utf-8", "replace"), huge=True)
    return tree


def _within_limits(text: str) -> str:
    """Return ``text`` with its markup repaired, no more tags than are read, and no tag with too many attributes."""
    match = _ORDINARY.match(text)
    start = match.end() if match else 0
    if only_ends(text[start:]):
        return text
    if len(text) > _MAX_TAGS and text.count("<") > _MAX_TAGS:
        start = 0
    rest = text[start:]
    tags = _TAG.findall(rest)
    if needs_repair(rest, tags):
        parts = _PARTS.split(rest)
        repair(parts)
        rest, tags = "".join(parts), parts[1::2]
    if len(tags) > _MAX_TAGS:
        rest = _TAG.sub(_FirstTags(), rest)
    if any(map(_has_too_many_attributes, [tag for tag in tags if len(tag) >= _LONG_TAG])):
        rest = _TAG.sub(_without_attributes, rest)
    return text[:start] + rest


class _FirstTags:
    """Substitution that keeps the first ``_MAX_TAGS`` tags of a text."""

    def __init__(self) -> None:
        self.left = _MAX_TAGS

    def __call__(self, match: re.Match[str]) -> str:
        self.left -= 1
        return match[0] if self.left >= 0 else " "


def _build_tree(text: bytes, huge: bool) -> tuple[lxml.html.HtmlElement | None, bool]:
    """Return libxml2's tree of a text in UTF-8, and whether the parser stopped at one of its limits. ``huge`` lifts these."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=huge, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    truncated = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return tree, truncated


def _has_too_many_attributes(tag: str) -> bool:
    """Whether a tag has more than ``_MAX_ATTRIBUTES`` attributes."""
    if len(tag) < _LONG_TAG or tag.startswith(("<!--", "<script", "<SCRIPT")):
        return False
    name = _NAME.match(tag)
    return name is not None and len(_ATTRIBUTE.findall(tag, name.end())) > _MAX_ATTRIBUTES


def _without_attributes(match: re.Match[str]) -> str:
    """Return a tag, without attributes if it has too many."""
    tag = match[0]
    name = _NAME.match(tag)
    return f"<{name[1]}>" if name and _has_too_many_attributes(tag) else tag


def _flattened(text: str) -> str:
    """Return ``text`` without the tags below the depth limit."""
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        tag = match[0]
        name = _NAME.match(tag)
        if name is None or name[1].lower() in _NOT_A_LEVEL or tag.endswith("/>"):
            return tag if name is None or depth <= _MAX_DEPTH or name[1].lower() in _BREAKS else " "
        if tag.startswith("</"):
            depth = max(0, depth - 1)
            return tag if depth < _MAX_DEPTH else " "
        depth += 1
        return tag if depth <= _MAX_DEPTH else " "

    return _TAG.sub(keep, text)
