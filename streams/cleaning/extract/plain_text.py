"""Pages of plain text: their paragraphs are as given, and their first line may be a headline."""

from __future__ import annotations

import re

from streams.cleaning.text import one_line

_LONGEST = 200  # code points of a headline
_END = re.compile(r"""[.!?…。！？:;,۔।]["'”’»)]*$""")
_MARKUP = re.compile(r"[<>{}\[\]=|]")


def headline(text: str) -> str | None:
    """The first line of ``text`` where it reads as a headline: short, no sentence, with longer text below it.

    The line stays in the text, for it names what the text is about.
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
