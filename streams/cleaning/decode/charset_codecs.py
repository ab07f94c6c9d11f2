"""Decoding with a known codec as browsers do it, also where Python's codec lacks characters; and UTF-16 and UTF-32 without
a byte order mark. Nothing here raises.
"""

from __future__ import annotations

import codecs
import re

# For byte sequences that a codec does not know: a codec with the extensions of the Encoding Standard (the rows of NEC and
# IBM in Japanese charsets, those of ETEN in Big5).
_FALLBACK = {"euc_jp": "euc_jis_2004", "big5hkscs": "cp950", "cp932": "shift_jis_2004"}
_WINDOW = 2_000  # bytes examined for zeros
# Shares of zero bytes in markup, which is mostly ASCII: least at the high bytes, most at the low byte. Those of UTF-32 are
# of every fourth byte, those of UTF-16 of all bytes.
_UTF32_ZEROS, _UTF32_LOW_ZEROS = 0.5, 0.05
_UTF16_ZEROS, _UTF16_LOW_ZEROS = 0.2, 0.02
_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_TRUNCATED_ESCAPE = re.compile(rb"\x1b[$(]?\Z")


def decode_with(content: bytes, codec: str) -> str:
    """Return the text of ``content``, with U+FFFD for what cannot be decoded. ``codec`` is one that ``charset_labels`` returns.

    An incomplete character at the end is dropped.
    """
    if codec == "iso2022_jp":
        return _iso_2022_jp(content)
    errors = f"crawlmill-{codec}" if codec in _FALLBACK else "replace"
    return codecs.getincrementaldecoder(codec)(errors).decode(content)


def codec_by_zeros(content: bytes) -> str:
    """Return the UTF-16 or UTF-32 codec of markup without byte order mark, by the positions of zero bytes; empty for others."""
    head = content[:_WINDOW]
    if len(head) < 4:
        return ""
    zeros = [head[offset::4].count(0) for offset in range(4)]
    quarter = len(head) // 4
    for codec, low_byte in (("utf_32_le", 0), ("utf_32_be", 3)):
        others = [zeros[offset] for offset in range(4) if offset != low_byte]
        if min(others) >= _UTF32_ZEROS * quarter and zeros[low_byte] <= _UTF32_LOW_ZEROS * quarter:
            return codec
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if max(even, odd) < _UTF16_ZEROS * len(head) or min(even, odd) > _UTF16_LOW_ZEROS * len(head):
        return ""
    return "utf_16_le" if odd > even else "utf_16_be"


def _iso_2022_jp(content: bytes) -> str:
    """Decode ISO-2022-JP through EUC-JP, which differs by the high bit: Python's own codec lacks the common row of NEC."""
    pieces = _ESCAPE.split(content[:-2] + _TRUNCATED_ESCAPE.sub(b"", content[-2:]))
    text = [pieces[0].decode("ascii", "replace")]
    for escape, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape[:1] == b"$":
            text.append(decode_with(bytes(b | 0x80 if 0x20 < b < 0x7F else b for b in piece), "euc_jp"))
        elif escape == b"(I":
            text.append(bytes(b | 0x80 if 0x20 < b < 0x60 else b for b in piece).decode("cp932", "replace"))
        else:
            text.append(piece.decode("ascii", "replace"))
    return "".join(text)


def _register_fallback(codec: str) -> None:
    """Register the error handler ``crawlmill-<codec>``, which decodes what ``codec`` cannot with its fallback."""
    fallback = _FALLBACK[codec]

    def recover(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        for size in (2, 3):
            try:
                end = min(error.start + size, len(error.object))
                return error.object[error.start : end].decode(fallback), end
            except UnicodeDecodeError:
                continue
        return "\ufffd", error.end

    codecs.register_error(f"crawlmill-{codec}", recover)


for _codec in _FALLBACK:
    _register_fallback(_codec)
