"""Removes control sequences from untrusted text before it is printed on a terminal."""

from __future__ import annotations

# Control characters but for tab and line feed: ESC and the 8-bit CSI start sequences that retitle, recolour or type.
_CONTROLS = {*range(0x20), 0x7F, *range(0x80, 0xA0)} - {ord("\t"), ord("\n")}
# Bidirectional embeddings, overrides and isolates, which show text in another order (https://trojansource.codes).
_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_OUT = dict.fromkeys(_CONTROLS | _DIRECTIONS)


def harmless(text: str) -> str:
    """Return the text without control characters, except tab and line feed, and without bidirectional controls.

    >>> harmless("a\\x1b[31mred")
    'a[31mred'
    """
    return text.translate(_OUT)
