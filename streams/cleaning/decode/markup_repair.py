"""Repair of markup before parsing, where the tree of libxml2 has less or more text than that of a browser.

libxml2 stops at the first ``</html>`` and drops what is between ``</body>`` and it; browsers continue in the body (HTML
standard, section 13.2.6.4.19). It does not support declarative shadow roots, nor ``</br>`` as a line break.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

# What the tags begin with that are repaired, behind the bracket, in any case: looked up at a tenth of the time of a pattern.
_BEGINNINGS = frozenset(
    "".join(letters)
    for name in ("/ht", "/bo", "/br", "/te", "tem")
    for letters in itertools.product(*zip(name, name.upper(), strict=True))
)
_ENDS = re.compile(r"</(?:html|body)(?=[\s/>])", re.IGNORECASE)
_END = re.compile(r"</(?:html|body)\s*+>", re.IGNORECASE)
_TRAILER = 200  # characters after the first end tag up to which they are checked for being only end tags
_SHADOW = re.compile(r"\bshadowroot(?:mode)?\s*+=\s*+[\"']?(?:open|closed)\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"<(/?)template(?=[\s/>])", re.IGNORECASE)
_BREAK = re.compile(r"</br\s*+/?>", re.IGNORECASE)


def needs_repair(text: str, tags: Sequence[str]) -> bool:
    """Whether :func:`repair` would change the text of the tree; False for most pages. ``tags`` are those of ``text``."""
    for at in [at for at, tag in enumerate(tags) if tag[1:4] in _BEGINNINGS]:
        if _BREAK.match(tags[at]) or (_TEMPLATE.match(tags[at]) and _SHADOW.search(tags[at])):
            return True
        if _ENDS.match(tags[at]):
            return not all(map(_ENDS.match, tags[at:])) or not only_ends(_from_first(text, tags[at:]))
    return False


def _from_first(text: str, last: Sequence[str]) -> str:
    """Return ``text`` from the first of its ``last`` tags on."""
    start = len(text)
    for tag in reversed(last):
        start = text.rfind(tag, 0, start)
    return text[start:]


def repair(parts: list[str]) -> None:
    """Repair the tags of one page: the odd ones of ``parts``, in document order, between texts."""
    mend = _Repair()
    for at in [at for at in range(1, len(parts), 2) if parts[at][1:4] in _BEGINNINGS]:
        parts[at] = mend(parts[at])


def only_ends(rest: str) -> bool:
    """Whether ``rest``, the end of a page, has nothing but end tags of the document."""
    return len(rest) <= _TRAILER and not _END.sub("", rest).strip()


class _Repair:
    """Substitution for the tags of one page, in document order.

    ``</body>`` and ``</html>`` are removed: the document ends with its text. A template that declares a shadow root becomes
    a ``<div>``, since browsers render it in place of its host; templates inside it are unchanged.
    """

    def __init__(self) -> None:
        self.shown: list[bool] = []  # for each open template, whether it is a shadow root
        self.hidden = 0  # open templates that are not

    def __call__(self, tag: str) -> str:
        if _ENDS.match(tag):
            return ""
        if _BREAK.match(tag):
            return "<br>"
        template = _TEMPLATE.match(tag)
        if template is None:
            return tag
        if not template[1]:
            self.shown.append(not self.hidden and _SHADOW.search(tag) is not None)
            self.hidden += not self.shown[-1]
            return f"<div{tag[template.end() :]}" if self.shown[-1] else tag
        if not self.shown:
            return tag
        shown = self.shown.pop()
        self.hidden -= not shown
        return "</div>" if shown else tag
