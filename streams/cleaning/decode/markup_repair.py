"""Markup mended before it is parsed, where libxml2 builds another tree than a browser and text would be lost or added.

libxml2 stops at the first ``</html>`` and leaves out what stands between ``</body>`` and it; a browser goes on in the
body (HTML standard, section 13.2.6.4.19). It does not know shadow roots, nor that ``</br>`` is a line break.
"""

from __future__ import annotations

import re

_ENDS = re.compile(r"</(?:html|body)(?=[\s/>])", re.IGNORECASE)
_END = re.compile(r"</(?:html|body)\s*+>", re.IGNORECASE)
_MARKS = ("shadowroot", "SHADOWROOT")  # a search in any case would cost 5 ms
_TRAILER = 200  # characters; longer rests are worth the look at each tag
_SHADOW = re.compile(r"\bshadowroot(?:mode)?\s*+=\s*+[\"']?(?:open|closed)\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"<(/?)template(?=[\s/>])", re.IGNORECASE)
_BREAK = re.compile(r"</br\s*+/?>", re.IGNORECASE)


def needs_repair(text: str) -> bool:
    """Whether :class:`Repair` would change anything that matters: 0.3 ms for a page of 250 kB, and no for most."""
    end = _ENDS.search(text)
    if end is not None and not _only_ends(text[end.start() :]):
        return True
    return any(name in text for name in _MARKS) or _BREAK.search(text) is not None


def _only_ends(rest: str) -> bool:
    """Whether ``rest`` is nothing but end tags of the document."""
    return len(rest) <= _TRAILER and not _END.sub("", rest).strip()


class Repair:
    """Mends the tags of one page, given one after the other: what each is to be.

    End tags of the document go, for its end is the end of its text. A template that declares a shadow root is shown in
    its host's place: a ``<div>``. Templates in it stay what they are.
    """

    def __init__(self) -> None:
        self.shown: list[bool] = []  # of the templates that are open, whether each is a shadow root
        self.hidden = 0  # how many of them are not

    def __call__(self, match: re.Match[str]) -> str:
        tag = match[0]
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
