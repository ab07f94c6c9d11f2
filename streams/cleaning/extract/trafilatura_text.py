"""Conversion of trafilatura's output tree to paragraphs of plain text."""

from __future__ import annotations

from lxml import etree

_BLOCKS = frozenset(
    ["body", "p", "head", "list", "item", "quote", "code", "table", "row", "div", "fw", "done", "graphic"]
)
_SILENT = frozenset(("graphic", "done"))


def render(body: etree._Element) -> str:
    """Return the text of ``body``: one paragraph per block, separated by blank lines; <lb> becomes a newline."""
    pen = _Pen()
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in _BLOCKS:
                pen.part()
            elif tag == "lb":
                pen.write("\n")
            elif tag == "cell" and pen.line:
                pen.write(" | ")
            if tag not in _SILENT:
                pen.write(_flat(element.text, tag))
        else:
            if tag in _BLOCKS:
                pen.part()
            pen.write(_flat(element.tail, ""))
    pen.part()
    return "\n\n".join(pen.paragraphs)


def _flat(text: str | None, tag: str) -> str:
    """Return ``text`` with newlines of the source as spaces, except in <code>."""
    if not text:
        return ""
    return text if tag == "code" else text.replace("\n", " ")


class _Pen:
    def __init__(self) -> None:
        self.line: list[str] = []
        self.paragraphs: list[str] = []

    def write(self, text: str) -> None:
        if text:
            self.line.append(text)

    def part(self) -> None:
        paragraph = "".join(self.line).strip(" \n\t|")
        self.line.clear()
        if paragraph and not paragraph.isspace():
            self.paragraphs.append(paragraph)
