r"""Formulas as text: MathML becomes its TeX annotation, or, without one, its characters with TeX's signs for structure.

Extraction would read the characters and the annotation one after the other, "E=mc2E=mc^{2}". What stands beside a formula for
the eye alone (an ``aria-hidden`` drawing or image of the same formula) is dropped.
"""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

_TEX = frozenset(("application/x-tex", "application/x-latex", "tex", "latex", "text/x-tex"))
_DISPLAY = re.compile(r"^\{\s*\\(?:displaystyle|textstyle)\b\s*(.*)\}$", re.DOTALL)
# Of elements with two or three parts: what stands between them.
_BETWEEN = {"msup": ("^",), "msub": ("_",), "msubsup": ("_", "^"), "mfrac": ("/",), "munder": ("_",), "mover": ("^",), "munderover": ("_", "^"), "mroot": (",",)}  # fmt: skip
_MOST = 2_000  # formulas of one page
_DEEP = 40  # levels of elements in one


def spell_formulas(tree: lxml.html.HtmlElement) -> None:
    """Replace the content of each ``<math>`` in ``tree`` by text, and drop the other drawings of the same formula."""
    for math in [element for element, _ in zip(tree.iter("math"), range(_MOST), strict=False)]:
        text = _tex(math) or _spelt(math, 0)
        for child in list(math):
            math.remove(child)
        math.text = text
        math.attrib.clear()
        _drop_drawings(math)


def _tex(math: etree._Element) -> str:
    """Return the TeX source of a formula; empty where it has none."""
    for note in math.iter("annotation"):
        if (note.get("encoding") or "").strip().lower() in _TEX:
            return _bare(note.text or "")
    return _bare(math.get("alttext") or "")


def _bare(source: str) -> str:
    """Return TeX on one line, without a command that sets all of it."""
    source = " ".join(source.split())
    match = _DISPLAY.match(source)
    return match[1].strip() if match else source


def _spelt(element: etree._Element, depth: int) -> str:
    """Return the characters of presentation MathML, with TeX's signs for powers, indices and fractions."""
    if depth > _DEEP or element.tag in ("annotation", "annotation-xml"):
        return ""
    parts = [_spelt(child, depth + 1) for child in element if isinstance(child.tag, str)]
    if not parts:
        return " ".join((element.text or "").split())
    signs = _BETWEEN.get(str(element.tag))
    if signs is None or len(parts) != len(signs) + 1:
        found = "".join(parts)
        return f"sqrt({found})" if element.tag == "msqrt" else found
    grouped = [part if len(part) < 2 or part.isalnum() else f"({part})" for part in parts]
    return grouped[0] + "".join(map("".join, zip(signs, grouped[1:], strict=True)))


def _drop_drawings(math: lxml.html.HtmlElement) -> None:
    """Drop what draws the formula again: the siblings that are hidden from those who hear the page."""
    node = math
    for _ in range(2):  # <math> itself, and the element for screen readers around it
        for sibling in [*node.itersiblings(), *node.itersiblings(preceding=True)]:
            if sibling.get("aria-hidden") == "true" and isinstance(sibling, lxml.html.HtmlElement):
                sibling.drop_tree()
        parent = node.getparent()
        if parent is None or parent.tag not in ("span", "mjx-assistive-mml", "mjx-container"):
            return
        node = parent
