"""Decoding of byte order marks and UTF-16 to UTF-8 in a stream; Windows PowerShell's ``>`` writes UTF-16."""

from __future__ import annotations

import codecs
import re

from streams.feeding.window import Window

_UTF16_UNMARKED = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}


def utf8(window: Window) -> Window:
    """The stream as UTF-8 without a byte order mark. UTF-16 without a mark is recognised by its first ``{`` or ``[``."""
    window.fill(3)
    if window.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Window(_Utf16(window, "utf-16"))
    for begins, codec in _UTF16_UNMARKED.items():
        if window.data.startswith(begins):
            return Window(_Utf16(window, codec))
    if window.data.startswith(codecs.BOM_UTF8):
        window.drop(3)
    return window


class _Utf16:
    """A :class:`~streams.feeding.members.Stream` that decodes UTF-16 and encodes UTF-8."""

    packed = False
    member = 0

    def __init__(self, window: Window, codec: str) -> None:
        self._window = window
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def read(self) -> bytes:
        while self._window.fill(1):
            piece = self._decoder.decode(self._window.consume(len(self._window.data)))
            if piece:
                return piece.encode("utf-8", "replace")
        if self._window.damage is not None:
            raise self._window.damage
        return b""

    def size(self) -> int | None:
        return None

    def seek(self, position: int) -> bool:
        return False

    def resync(self, begins: re.Pattern[bytes]) -> bool:
        return False
