"""Fenced code blocks, with the language that the markup names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from lxml import etree

# "language-" is what the HTML standard proposes for <code>; the others are what highlighters write on <pre> or around it.
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language-|lang-|lang:|highlight-source-|highlight-(?!source\b)|brush:\s{0,3}|sourceCode\s{1,3})([a-z][\w+#.]{0,29})",
    re.IGNORECASE,
)
_ATTRIBUTES = ("data-lang", "data-language")
_NAME = re.compile(r"[a-z][\w+#.-]{0,29}")
_NO_LANGUAGE = frozenset(("default", "none", "plain", "plaintext", "text", "txt", "auto", "undefined"))
_AROUND = 3  # elements around a <pre> that belong to it
_READ = 300  # code points of a class attribute
_TICKS = re.compile("`{3,}")


def fenced(code: str, element: etree._Element) -> list[str]:
    """Return the lines of a fenced code block; ``element`` is the ``<pre>``."""
    fence = "`" * (max(map(len, _TICKS.findall(code)), default=2) + 1)
    return [f"{fence}{language(element)}", *code.split("\n"), fence]


def language(element: etree._Element) -> str:
    """Return the language that the markup of a ``<pre>`` names, in lower case; empty where it names none."""
    for node in _named(element):
        match = _LANGUAGE.search((node.get("class") or "")[:_READ])
        name = match[1].lower() if match else next(filter(None, map(node.get, _ATTRIBUTES)), "").lower()
        if name in _NO_LANGUAGE:
            return ""
        if name and _NAME.fullmatch(name):
            return name
    return ""


def _named(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements that may name the language of a ``<pre>``: its <code>, itself, and those around."""
    yield from itertools.islice(element.iter("code"), 1)
    yield element
    yield from itertools.islice(element.iterancestors(), _AROUND)
