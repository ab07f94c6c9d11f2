"""Headline detection for plain-text pages, whose paragraphs are kept as given."""

from __future__ import annotations

import re

from streams.cleaning.text import one_line

_LONGEST = 200  # code points of a headline, at most
_END = re.compile(r"""[.!?…。！？:;,۔।]["'”’»)]*$""")
_MARKUP = re.compile(r"[<>{}\[\]=|]")


def headline(text: str) -> str | None:
    """Return the first line of ``text`` if it reads as a headline: short, no sentence, followed by longer text; else None.

    The line is kept in the text too, since it names the subject.
    """
    first, _, rest = text.partition("\n")
    line = one_line(first)
    if not line or len(line) > _LONGEST or _MARKUP.search(line) or len(rest) < 2 * len(line):
        return None
    apart = rest.startswith("\n")
    following = max((len(part) for part in rest.strip().split("\n")[:4]), default=0)
    if following <= len(line) or (
        _END.search(line) and not (apart and line.endswith(("?", "!", ".")) and len(line) < 120)
    ):
        return None
    return line if apart or following > 1.2 * len(line) else None
