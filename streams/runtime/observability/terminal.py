"""Text that others wrote, made harmless for a terminal: it shows characters and obeys none."""

from __future__ import annotations

# Control characters but for tab and line feed: ESC and the 8-bit CSI start sequences that retitle, recolour or type.
_CONTROLS = {*range(0x20), 0x7F, *range(0x80, 0xA0)} - {ord("\t"), ord("\n")}
# Embeddings, overrides and isolates: text that reads other than it is (https://trojansource.codes).
_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_OUT = dict.fromkeys(_CONTROLS | _DIRECTIONS)


def harmless(text: str) -> str:
    """The text without what a terminal would obey instead of show. What is left is as wide as it was.

    >>> harmless("a\\x1b[31mred")
    'a[31mred'
    """
    return text.translate(_OUT)
