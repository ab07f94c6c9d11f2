"""Inline Markdown of one block: escaped text, strong and emphasis, code spans, links, images (CommonMark 0.31, chapters 2 and 6).

Text never becomes markup: characters that could are escaped, and emphasis is left out where its marks would not be read as such.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Sequence

from streams.cleaning.extract.markdown.runs import PLAIN, Run, Style
from streams.cleaning.text import normalise

_MAYBE = re.compile(r"[\\`*\[\]<~_&]")
# A tilde behind a space, as in "about ~5", strikes nothing out: those that could close it are escaped.
_SPECIAL = re.compile(r"[\\`*\[\]<]|(?:(?<!\s)|\A)~|~(?=~)|_+|&(?=#?\w{1,32};)")
_FIRST = re.compile(r"(?:[#+\-=>:|]|(\d{1,9})(?=[.)](?:\s|$)))")
_LAST = re.compile(r"(?:(?<=\s)|^)#+$")
_BACKSLASHED = r"\\\g<0>"
_TICKS = re.compile("`+")
_SPACES = re.compile(r"\s+")
_ALT = 300  # code points of an image's alternative text

Address = Callable[[str | None], str | None]


def inline(runs: Sequence[Run], address: Address, in_table: bool = False, in_heading: bool = False) -> str:
    """Return the Markdown of ``runs`` on one line. ``address`` returns the absolute address of a link, or None for none.

    ``in_table`` keeps pipes out of the source, and ``in_heading`` leaves out strong, which headings are already.
    """
    if len(runs) == 1 and runs[0].source is None and not any(runs[0].style[1:]):  # most blocks
        text, style, _ = runs[0]
        text = escaped((text if text.isprintable() and "  " not in text else _seen(text)).strip(), in_table)
        href = address(style.href) if style.href else None
        return f"[{text}]({href})" if href and text else text
    return _Pen(_merged(runs, address, in_table, in_heading), in_table).line()


def paragraph(line: str) -> str:
    """Return a line of Markdown with its beginning escaped where that would make a heading, list or quotation of it."""
    match = _FIRST.match(line)
    if not match:
        return line
    return f"{match[1]}\\{line[len(match[1]) :]}" if match[1] else f"\\{line}"


def heading(level: int, line: str) -> str:
    """Return a heading; signs at its end are escaped, for they would be taken for its frame.

    >>> heading(2, "Issue #")
    '## Issue \\\\#'
    """
    return f"{'#' * level} {_LAST.sub(_BACKSLASHED, line)}"


def escaped(text: str, in_table: bool = False) -> str:
    """Return ``text`` without anything that Markdown reads as inline markup.

    >>> print(escaped("a*b* [c] snake_case _d_ R&amp;D"))
    a\\*b\\* \\[c\\] snake_case \\_d\\_ R\\&amp;D
    """
    if _MAYBE.search(text):
        text = _SPECIAL.sub(_escape, text)
    return text.replace("|", "&#124;") if in_table else text


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] != "_":
        return f"\\{found}"
    text, start, end = match.string, match.start(), match.end()
    inside = start and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()
    return found if inside else "\\_" * len(found)


def _merged(runs: Sequence[Run], address: Address, in_table: bool, in_heading: bool) -> list[Run]:
    """Return the runs with single spaces and addresses resolved, neighbours of one style as one."""
    found: list[Run] = []
    space = True
    written: Style | None = None  # the style of the last text, as it was, and as it is resolved
    style = PLAIN
    for text, own, image in runs:
        if image is not None:
            source = address(image)
            if source:
                found.append(Run(text[:_ALT], own, source))
                space = False
            continue
        if not text.isprintable() or "  " in text:
            text = _seen(text)
        if space and text[:1] == " ":
            text = text[1:]
        if not text:
            continue
        space = text[-1] == " "
        if own is not written or own.code:
            written, style = own, _resolved(own, address, in_heading, in_table and "|" in text)
        if found and found[-1].source is None and found[-1].style == style:
            found[-1] = Run(found[-1].text + text, style)
        else:
            found.append(Run(text, style))
    return found


def _resolved(style: Style, address: Address, in_heading: bool, piped: bool) -> Style:
    """Return ``style`` as it is written: headings are strong already; a pipe ends a cell, and code has no other spelling of it."""
    href, strong, emphasis, code = style
    if href is None and not (strong and in_heading) and not (code and piped):
        return style
    return Style(address(href), strong and not in_heading, emphasis, code and not piped)


def _seen(text: str) -> str:
    """Return ``text`` without invisible characters, with single spaces."""
    if not text.isprintable():
        text = _SPACES.sub(" ", text)
        if not text.isprintable():
            # normalise() strips, and the spaces at either end part words
            text = f"{' ' * text[:1].isspace()}{normalise(text)}{' ' * text[-1:].isspace()}".replace(
                "\n", " "
            )
    return _SPACES.sub(" ", text) if "  " in text else text


class _Pen:
    """Writes runs one after another; a link is written when the runs in it are complete."""

    def __init__(self, runs: Sequence[Run], in_table: bool) -> None:
        self.runs = runs
        self.in_table = in_table
        self.out: list[str] = []
        self.label: list[str] = []  # what was written in the link that is open
        self.href: str | None = None

    def line(self) -> str:
        for at, run in enumerate(self.runs):
            href = run.style.href if run.source is None else None
            if href != self.href:
                self.close_link()
                self.href = href
            if run.source is None:
                self.write(run.text, at)
            else:
                self.out.append(f"![{escaped(run.text, self.in_table)}]({run.source})")
        self.close_link()
        return "".join(self.out).strip()

    def write(self, text: str, at: int) -> None:
        """Write the text of run ``at`` in its style, spaces at either end outside of the marks."""
        target = self.out if self.href is None else self.label
        style = self.runs[at].style
        plain = not (style.code or style.strong or style.emphasis)
        if plain and not self.in_table and not _MAYBE.search(text):
            target.append(text)
            return
        core = text.strip()
        if not core:
            target.append(text)
            return
        start = text.index(core)
        end = start + len(core)
        source = escaped(core, self.in_table) if plain else self.styled(core, at, start > 0, end < len(text))
        target.append(f"{text[:start]}{source}{text[end:]}")

    def styled(self, core: str, at: int, space_before: bool, space_behind: bool) -> str:
        """Return ``core``, the text of run ``at`` without the spaces around it, as code, strong or emphasis where it can be."""
        style = self.runs[at].style
        before = " " if space_before else self.before()
        # two code spans side by side would be one
        source = _code_span(core) if style.code and before != "`" else escaped(core, self.in_table)
        if style.strong or style.emphasis:
            behind = " " if space_behind else self.behind(at)
            if _can_open(before, source[0]) and _can_close(source[-1], behind):
                mark = "**" if style.strong else "*"
                source = f"{mark}{source}{mark}"
        return source

    def before(self) -> str:
        """Return the last character written; a space at the beginning."""
        for pieces in (self.label, self.out):
            last = next((piece[-1] for piece in reversed(pieces) if piece), "")
            if last:
                return last
            if pieces is self.label and self.href is not None:
                return "["
        return " "

    def behind(self, at: int) -> str:
        """Return the character that will be written behind run ``at``; a space at the end."""
        run = self.runs[at + 1] if at + 1 < len(self.runs) else None
        href = run.style.href if run is not None and run.source is None else None
        if self.href is not None and href != self.href:
            return "]"
        if run is None:
            return " "
        if run.source is not None:
            return "!"
        if run.text[0].isspace():
            return " "
        if href != self.href:
            return "["
        style = run.style
        return "`" if style.code else "*" if style.strong or style.emphasis else escaped(run.text[:1])[0]

    def close_link(self) -> None:
        if self.href is None:
            return
        text = "".join(self.label)
        self.label.clear()
        core = text.strip()
        if not core:
            self.out.append(text)
            return
        start = text.index(core)
        if not start and self.out and self.out[-1].endswith("!"):  # it would make an image of the link
            self.out[-1] = f"{self.out[-1][:-1]}\\!"
        self.out.append(f"{text[:start]}[{core}]({self.href}){text[start + len(core) :]}")


def _code_span(text: str) -> str:
    ticks = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _can_open(before: str, first: str) -> bool:
    """Whether marks between these characters open emphasis (CommonMark: left-flanking)."""
    return before != "*" and (not _is_sign(first) or before == " " or _is_punctuation(before))


def _can_close(last: str, behind: str) -> bool:
    """Whether marks between these characters close emphasis (CommonMark: right-flanking)."""
    return behind != "*" and (not _is_sign(last) or behind == " " or _is_punctuation(behind))


def _is_punctuation(character: str) -> bool:
    """Whether all versions of CommonMark count the character as punctuation."""
    return character in string.punctuation or unicodedata.category(character)[0] == "P"


def _is_sign(character: str) -> bool:
    """Whether any version of CommonMark counts the character as punctuation."""
    return character in string.punctuation or unicodedata.category(character)[0] in "PS"
