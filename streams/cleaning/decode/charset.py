"""Charset determination and decoding: as browsers do it, but by evidence where the declared charset is plainly wrong.

The charset is the first that applies (docs/cleaning.md has the conditions): a byte order mark; UTF-32 or UTF-16 by zero
bytes; ISO-2022-JP by its escape sequences; UTF-8 if the bytes are valid or nearly valid; the charset that the HTTP header,
the crawler or the page declares, by the labels of the WHATWG Encoding Standard; detection; windows-1252, which decodes any
bytes. Each invalid byte sequence becomes one U+FFFD and does not affect the rest.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from streams.cleaning.decode import charset_detection, charset_labels
from streams.cleaning.decode.charset_codecs import codec_by_zeros, decode_with
from streams.wording import counted

__all__ = ["Decoded", "decode", "repair"]

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
# A character of two or more bytes in UTF-8 (The Unicode Standard, table 3-7), or a surrogate pair of CESU-8.
_CHARACTER = re.compile(
    rb"""[\xc2-\xdf][\x80-\xbf]
    | (?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]
    | (?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}
    | \xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]""",  # CESU-8 (Unicode Technical Report 26), as Java and old MySQL write what is beyond U+FFFF
    re.VERBOSE,
)
# Dashes and quotation marks. Their UTF-8 bytes make no sense in another charset; English pages often have no other
# characters outside ASCII.
_PUNCTUATION = re.compile(rb"\xe2\x80[\x90-\xbf]")
_PUNCTUATION_WORTH = 5  # valid characters of other kinds that one dash or quotation mark counts as
_CERTAIN = (
    3  # dashes and quotation marks that confirm declared UTF-8: other bytes come from inserted advertisements
)
# A truncated character: its first bytes, or a leading byte without a letter after it.
_TRUNCATED = re.compile(
    rb"""(?:\xe0[\xa0-\xbf]|[\xe1-\xef][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]?|[\xf1-\xf4][\x80-\xbf]{1,2})(?![\x80-\xff])
    | [\xc2\xc3\xe2](?![A-Za-z\x80-\xff])""",
    re.VERBOSE,
)
# Valid UTF-8 characters of another script beside a Latin letter, which accented letters of windows-1250 form by chance.
# E1 B8 to E1 BB are excluded: they begin the Latin letters of Vietnamese.
_BY_CHANCE = re.compile(
    rb"""(?:(?<=[A-Za-z])(?:[\xcd-\xdf]|(?:\xe1(?![\xb8-\xbb])|[\xe3-\xed])[\x80-\xbf])[\x80-\xbf])
    | (?:[\xcd-\xdf]|(?:\xe1(?![\xb8-\xbb])|[\xe3-\xed])[\x80-\xbf])[\x80-\xbf](?=[A-Za-z])""",
    re.VERBOSE,
)
# ASCII, except the two bytes before and after other bytes.
_ASCII = re.compile(rb"(?<=[\x00-\x7f]{2})[\x00-\x7f]+(?=[\x00-\x7f]{2})")
_RUN = re.compile(rb"[\x80-\xff]+")
_ORPHANS = re.compile(rb"[\x80-\xbf]{2,3}")
# Most invalid sequences for each valid character in a page taken as UTF-8. Lone invalid bytes between ASCII come from
# templates, advertisements and truncated descriptions; runs of them suggest another charset. In pages in GBK, Big5,
# Shift_JIS, EUC and KOI8, one pair of bytes in six at most is valid UTF-8 by chance (make bench-charsets).
_LONE_DECLARED, _RUNS_DECLARED = 20.0, 2.0
_LONE_UNDECLARED, _RUNS_UNDECLARED = 2.0, 0.5
_LONE_CONTRADICTED, _RUNS_CONTRADICTED = 0.25, 0.25
_LONE_BY_DEFAULT, _RUNS_BY_DEFAULT = 0.5, 0.25  # only Latin-1 declared: many servers do so by default
_DOUBTFUL = 5  # invalid sequences, and half as many as valid ones, from which charset detection is consulted
_FEW = 3  # truncated characters with which a page may be UTF-8 that has no other character outside ASCII
_UNLIKELY = 0.0  # score of a declared charset below which a detected one may replace it
_BETTER = 0.5  # by which the score of the detected charset must be higher
# Double-byte codecs. For few characters, that all are valid is better evidence than their frequency.
_DOUBLE_BYTE = frozenset(["cp949", "gb18030", "cp932", "euc_jp", "big5hkscs"])
_FEW_DOUBLE_BYTE = 20  # characters
_INVALID_SHARE = 0.02  # of the characters outside ASCII that may be invalid in a declared charset
_INVALID_FEW = 3  # invalid characters accepted whatever their share
_ESCAPES = re.compile(rb"\x1b\$[@B]")
_HIGH = re.compile(rb"[\x80-\xff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
# The characters that windows-1252 has for the bytes 80 to 9F, to these bytes.
_WINDOWS_1252 = {ord(bytes((b,)).decode("cp1252", "replace")): b for b in range(0x80, 0xA0)}
del _WINDOWS_1252[0xFFFD]
_MOJIBAKE = re.compile(f"[\xc2-\xf4][\x80-\xbf{''.join(map(chr, _WINDOWS_1252))}]")
_TWICE = 3  # characters encoded twice from which chance is excluded


class Decoded(msgspec.Struct, frozen=True):
    """Decoded text, the Python codec used, and a note if something was guessed or replaced. ``utf8`` is the text in UTF-8, where
    it is at hand.
    """

    text: str
    encoding: str
    note: str | None = None
    utf8: bytes | None = None


class _Utf8(msgspec.Struct, frozen=True):
    """Counts of multi-byte sequences when bytes are read as UTF-8."""

    valid: int  # characters; dashes and quotation marks count several times
    truncated: int  # characters of which bytes are missing
    lone: int  # single invalid bytes
    runs: int  # pairs of bytes in longer invalid runs
    punctuation: int  # dashes and quotation marks among the valid characters

    def fits(self, lone: float, runs: float) -> bool:
        """Whether at most ``lone`` single invalid bytes and ``runs`` invalid pairs occur for each valid character."""
        if not self.valid:
            return False
        return self.lone + self.truncated <= lone * self.valid and self.runs <= runs * self.valid

    def is_truncated_only(self) -> bool:
        """Whether the only bytes outside ASCII are a few truncated characters."""
        return 0 < self.truncated <= _FEW and not (self.valid or self.lone or self.runs)


def decode(content: bytes, content_type: str | None = None, encoding: str | None = None) -> Decoded:
    """Return the text of a body. Never raises: invalid bytes become U+FFFD, and ``note`` says so.

    ``content_type`` is the HTTP header, ``encoding`` the charset label that the crawler gives.

    >>> decode("naïve".encode("latin-1"), "text/html; charset=iso-8859-1").text
    'naïve'
    """
    mark, marked = next((row for row in _BYTE_ORDER_MARKS if content.startswith(row[0])), (b"", ""))
    content = content[len(mark) :]
    if marked not in ("", "utf_8"):
        return _noted(decode_with(content, marked), marked)
    by_zeros = codec_by_zeros(content)
    if by_zeros:
        note = f"no byte order mark; {by_zeros} by its zero bytes"
        return _noted(decode_with(content, by_zeros), by_zeros, note)
    if _is_iso_2022_jp(content):
        return _noted(decode_with(content, "iso2022_jp"), "iso2022_jp")
    declared = ["utf_8"] if mark else _declared(content, content_type, encoding)
    utf8 = _as_utf8(content, declared)
    if utf8 is not None:
        return utf8
    return _as_declared(content, [codec for codec in declared if codec != "utf_8"]) or _detected(content)


def repair(text: str) -> Decoded:
    """Return a string that a crawler decoded, with surrogate pairs joined and lone surrogates replaced.

    If the crawler plainly used the wrong charset (Latin-1 for UTF-8, as Requests does without a declaration; ASCII for
    ISO-2022-JP), the string is encoded and decoded again, and ``note`` says so.
    """
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        encoded = text.encode()
    if "\x1b" in text and "\x1b$" in text and text.isascii() and _is_iso_2022_jp(raw := text.encode("ascii")):
        return _noted(
            decode_with(raw, "iso2022_jp"), "iso2022_jp", "ISO-2022-JP that the crawler took for ASCII"
        )
    return _undo_double_encoding(text, encoded)


def _is_iso_2022_jp(content: bytes) -> bool:
    """Whether bytes are ISO-2022-JP: escape sequences, and hardly any byte above 7F. No other web charset has these."""
    escapes = len(_ESCAPES.findall(content)) if b"\x1b$" in content else 0
    return escapes > 0 and len(_HIGH.findall(content)) <= escapes


def _declared(content: bytes, content_type: str | None, encoding: str | None) -> list[str]:
    """Return the declared codecs, most reliable first: header, crawler, page.

    Latin-1 comes last: many servers declare it by default, whatever their pages are in.
    """
    labels = (charset_labels.label_in_header(content_type), encoding, charset_labels.label_in_page(content))
    known = [codec for codec in map(charset_labels.codec_of, filter(None, labels)) if codec]
    return list(dict.fromkeys(sorted(known, key=lambda codec: codec == "cp1252")))


def _as_utf8(content: bytes, declared: list[str]) -> Decoded | None:
    """Return the text if the bytes are UTF-8, else None. How many may be invalid depends on what is declared."""
    try:
        return _undo_double_encoding(content.decode("utf-8"), content)
    except UnicodeDecodeError as error:
        if 0 < error.start >= len(content) - 3 and _TRUNCATED.match(content, error.start):
            whole = content[: error.start]
            return _undo_double_encoding(whole.decode("utf-8"), whole)
    found = _utf8_counts(content)
    if declared[:1] == ["utf_8"]:
        fits = found.fits(_LONE_DECLARED, _RUNS_DECLARED) or found.is_truncated_only()
    elif declared == ["cp1252"]:
        fits = found.fits(_LONE_BY_DEFAULT, _RUNS_BY_DEFAULT)
    elif declared and "utf_8" not in declared:
        fits = found.fits(_LONE_CONTRADICTED, _RUNS_CONTRADICTED)
    else:
        fits = found.fits(_LONE_UNDECLARED, _RUNS_UNDECLARED)
    certain = declared[:1] == ["utf_8"] and found.punctuation >= _CERTAIN
    if not fits or (not certain and _is_another_script(content, found)):
        return None
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    valid = sum(not character.isascii() for character in text) - broken
    return Decoded(text, "utf_8", f"UTF-8 with {broken} broken characters among {valid} outside ASCII")


def _is_another_script(content: bytes, found: _Utf8) -> bool:
    """Whether partly valid UTF-8 is plausible text in a charset of a script other than Latin."""
    broken = found.lone + found.truncated + found.runs
    if broken < _DOUBTFUL or 2 * broken < found.valid:
        return False
    other = charset_detection.detect(content)
    return other is not None and not other.latin


def _utf8_counts(content: bytes) -> _Utf8:
    """Return the counts of valid and invalid UTF-8 sequences in ``content``."""
    content, chance = _BY_CHANCE.subn(b"\x01", _ASCII.sub(b" ", content))
    punctuation = len(_PUNCTUATION.findall(content))
    rest, valid = _CHARACTER.subn(b"\x01", content)
    valid += (_PUNCTUATION_WORTH - 1) * punctuation
    rest, truncated = _TRUNCATED.subn(b"\x01", rest)
    lone, runs = chance, 0
    for run in _RUN.finditer(rest):
        size = run.end() - run.start()
        if size == 1 or _ORPHANS.fullmatch(run[0]):
            lone += 1
        else:
            runs += (size + 1) // 2
    return _Utf8(valid, truncated, lone, runs, punctuation)


def _undo_double_encoding(text: str, encoded: bytes) -> Decoded:
    """Return ``text``, or the original if it is UTF-8 that was decoded as windows-1252 and encoded again. ``encoded`` is ``text``
    in UTF-8.

    Only if that is certain: all characters outside ASCII, at least three, are bytes of valid UTF-8 in windows-1252.
    """
    try:
        text.encode("ascii")  # finds the first character beyond at a fourth of the time of a pattern
    except UnicodeEncodeError as error:
        if not _MOJIBAKE.match(text, error.start):
            return Decoded(text, "utf_8", utf8=encoded)
    else:
        return Decoded(text, "utf_8", utf8=encoded)
    try:  # run by run: no sequence of UTF-8 reaches over ASCII, and most of a page is ASCII
        original = _BEYOND_ASCII.sub(_read_once_more, text)
    except (UnicodeEncodeError, UnicodeDecodeError):
        return Decoded(text, "utf_8", utf8=encoded)
    if len(_NOT_ASCII.findall(original)) < _TWICE:
        return Decoded(text, "utf_8", utf8=encoded)
    return Decoded(original, "utf_8", "UTF-8 that was taken for windows-1252")


def _read_once_more(run: re.Match[str]) -> str:
    """Return the UTF-8 that ``run`` is in windows-1252. Raises UnicodeEncodeError or UnicodeDecodeError where it is none."""
    return run[0].translate(_WINDOWS_1252).encode("latin-1").decode("utf-8")


def _as_declared(content: bytes, declared: list[str]) -> Decoded | None:
    """Return the text by the first declared charset that fits the bytes, unless a detected one fits far better; else None."""
    for codec in declared:
        if codec.startswith(("utf_16", "utf_32")):
            continue  # impossible without zero bytes and byte order mark
        text = decode_with(content, codec)
        broken, not_ascii = text.count("\ufffd"), len(_NOT_ASCII.findall(text))
        if broken > max(_INVALID_FEW, _INVALID_SHARE * not_ascii):
            continue
        if codec in _DOUBLE_BYTE and not broken and not_ascii <= _FEW_DOUBLE_BYTE:
            return _noted(text, codec)
        fit = charset_detection.score(content, codec)
        if fit < _UNLIKELY:
            found = charset_detection.detect(content)
            if found is not None and found.codec != codec and found.score >= fit + _BETTER:
                continue
        return _noted(text, codec)
    return None


def _detected(content: bytes) -> Decoded:
    """Return the text by charset detection, or as windows-1252."""
    found = charset_detection.detect(content)
    codec = found.codec if found is not None else "cp1252"
    how = f"charset {codec} detected" if found is not None else "charset unknown, read as windows-1252"
    return _noted(decode_with(content, codec), codec, f"{how}, none usable was declared")


def _noted(text: str, codec: str, note: str | None = None) -> Decoded:
    """Return the result with ``note`` and the number of invalid characters."""
    broken = text.count("\ufffd")
    notes = [note, f"{counted(broken, 'character')} broken in {codec}" if broken else None]
    return Decoded(text, codec, "; ".join(filter(None, notes)) or None)
