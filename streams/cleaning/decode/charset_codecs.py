"""Reading bytes in a charset as browsers do, where Python's codec knows fewer characters. Nothing here raises."""

from __future__ import annotations

import codecs
import re

# Where a codec cannot read a pair of bytes, this one may: extensions that browsers read (NEC's and IBM's rows in Japanese
# charsets, ETEN's in Big5).
_SECOND = {"euc_jp": "euc_jis_2004", "big5hkscs": "cp950", "cp932": "shift_jis_2004"}
_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_CUT_ESCAPE = re.compile(rb"\x1b[$(]?\Z")


def read(content: bytes, codec: str) -> str:
    """The text of ``content``, U+FFFD for what cannot be read. ``codec`` is one that ``charset_labels`` gives.

    The first bytes of a character whose rest was cut off at the end are left out.
    """
    if codec == "iso2022_jp":
        return _iso_2022_jp(content)
    errors = f"crawlmill-{codec}" if codec in _SECOND else "replace"
    return codecs.getincrementaldecoder(codec)(errors).decode(content)


def by_zeros(content: bytes) -> str:
    """The codec of text in two or four bytes a character, told by the zeros that markup has there; empty for other bytes."""
    head = content[:2_000]
    if len(head) < 4:
        return ""
    zeros = [head[place::4].count(0) for place in range(4)]
    quarter = len(head) // 4
    for codec, full in (("utf_32_le", 0), ("utf_32_be", 3)):
        others = [zeros[place] for place in range(4) if place != full]
        if min(others) >= 0.5 * quarter and zeros[full] <= 0.05 * quarter:
            return codec
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) < 0.2 * len(head) or min(even, odd) > 0.02 * len(head):
        return ""
    return "utf_16_le" if odd > even else "utf_16_be"


def _iso_2022_jp(content: bytes) -> str:
    """Python's codec does not know the NEC row, which Japanese pages are full of; EUC-JP, one bit away, does."""
    pieces = _ESCAPE.split(content[:-2] + _CUT_ESCAPE.sub(b"", content[-2:]))
    text = [pieces[0].decode("ascii", "replace")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape[:1] == b"$":
            text.append(read(bytes(b | 0x80 if 0x20 < b < 0x7F else b for b in piece), "euc_jp"))
        elif escape == b"(I":
            text.append(bytes(b | 0x80 if 0x20 < b < 0x60 else b for b in piece).decode("cp932", "replace"))
        else:
            text.append(piece.decode("ascii", "replace"))
    return "".join(text)


def _with_second(codec: str) -> None:
    second = _SECOND[codec]

    def recover(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        for size in (2, 3):
            try:
                end = min(error.start + size, len(error.object))
                return error.object[error.start : end].decode(second), end
            except UnicodeDecodeError:
                continue
        return "\ufffd", error.end

    codecs.register_error(f"crawlmill-{codec}", recover)


for _codec in _SECOND:
    _with_second(_codec)
