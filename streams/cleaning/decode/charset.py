"""From bytes to text, as a browser reads them, and by evidence where the declaration is plainly wrong.

The order, which docs/cleaning.md has as a table: a byte order mark; UTF-32 and UTF-16 by their zeros; ISO-2022-JP by
its escapes; UTF-8 where the bytes are UTF-8 or nearly; what the HTTP header, the crawler or the page declares, with
labels as browsers read them; detection; windows-1252, which reads anything. Bytes that are broken in the charset that
was found become U+FFFD, one for each, and change nothing else.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from streams.cleaning.decode import charset_detection, charset_labels
from streams.cleaning.decode.charset_codecs import by_zeros, read
from streams.cleaning.decode.charset_labels import codec_of

__all__ = ["Decoded", "codec_of", "decode", "mend"]

_MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
# A character of two bytes and more in UTF-8 (The Unicode Standard, table 3-7).
_WHOLE = re.compile(
    rb"""[\xc2-\xdf][\x80-\xbf]
    | (?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]
    | (?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}
    | \xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]""",  # as Java and old MySQL write what is beyond U+FFFF
    re.VERBOSE,
)
# Dashes and quotation marks: what they are in UTF-8 is nonsense in any other charset, and an English page has no others.
_PUNCTUATION = re.compile(rb"\xe2\x80[\x90-\xbf]")
_AS_GOOD_AS = 5  # whole characters of other kinds
_CERTAIN = 3  # of these, where UTF-8 is declared: what else is there is an advertisement
# What is left of one that was cut: its first bytes, or a leading byte where no letter follows it, or its last bytes.
_CUT = re.compile(
    rb"""(?:\xe0[\xa0-\xbf]|[\xe1-\xef][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]?|[\xf1-\xf4][\x80-\xbf]{1,2})(?![\x80-\xff])
    | [\xc2\xc3\xe2](?![A-Za-z\x80-\xff])""",
    re.VERBOSE,
)
# Whole characters of another script beside a Latin letter: three accented letters of windows-1250 in a word are one.
# E1 B8 to E1 BB begin Latin letters, those of Vietnamese.
_BY_CHANCE = re.compile(
    rb"""(?:(?<=[A-Za-z])(?:[\xcd-\xdf]|(?:\xe1(?![\xb8-\xbb])|[\xe3-\xed])[\x80-\xbf])[\x80-\xbf])
    | (?:[\xcd-\xdf]|(?:\xe1(?![\xb8-\xbb])|[\xe3-\xed])[\x80-\xbf])[\x80-\xbf](?=[A-Za-z])""",
    re.VERBOSE,
)
_ASCII = re.compile(
    rb"(?<=[\x00-\x7f]{2})[\x00-\x7f]+(?=[\x00-\x7f]{2})"
)  # all of it but what stands beside others
_RUN = re.compile(rb"[\x80-\xff]+")
_ORPHANS = re.compile(rb"[\x80-\xbf]{2,3}")
# How many broken places a page in UTF-8 may have for each whole character. Lone bytes between ASCII are what templates,
# advertisements and cut descriptions leave; in runs they are what another charset looks like. Of pages in GBK, Big5,
# Shift_JIS, EUC and KOI8 one pair of bytes in six at most is UTF-8 by chance (make bench-charsets).
_LONE_DECLARED, _RUNS_DECLARED = 20.0, 2.0
_LONE_UNDECLARED, _RUNS_UNDECLARED = 2.0, 0.5
_LONE_CONTRADICTED, _RUNS_CONTRADICTED = 0.25, 0.25
_LONE_BY_DEFAULT, _RUNS_BY_DEFAULT = 0.5, 0.25  # latin-1 declared: servers do so by default, not by knowledge
_SOME = (
    5  # broken places, and half as many as whole ones, from which it is asked whether another charset fits
)
_FEW = 3  # places at which a page may have nothing beyond ASCII but cut characters
_STRANGE = 0.0  # score of a declared reading below which a detected one may replace it
_BETTER = 0.5  # by which the detected one must fit better
# Codecs of pairs of bytes: in so few characters, that none is broken says more than how common they are.
_PAIRED = frozenset(["cp949", "gb18030", "cp932", "euc_jp", "big5hkscs"])
_FEW_PAIRED = 20
_BROKEN = 0.02  # of the characters beyond ASCII that may be broken in a declared charset
_HANDFUL = 3  # broken ones that may be, however few there are
_ESCAPES = re.compile(rb"\x1b\$[@B]")
_HIGH = re.compile(rb"[\x80-\xff]")
_BEYOND = re.compile("[^\x00-\x7f]")
# The bytes 80 to 9F in windows-1252, and what they are taken for there.
_WINDOWS_1252 = {ord(bytes((b,)).decode("cp1252", "replace")): b for b in range(0x80, 0xA0)}
del _WINDOWS_1252[0xFFFD]
_MOJIBAKE = re.compile(f"[\xc2-\xf4][\x80-\xbf{''.join(map(chr, _WINDOWS_1252))}]")
_TWICE = 3  # characters that were encoded twice, from which it is no chance


class Decoded(msgspec.Struct, frozen=True):
    """Text, the codec that gave it, and a note where something was guessed or replaced."""

    text: str
    encoding: str
    note: str | None = None


class _Utf8(msgspec.Struct, frozen=True):
    """What bytes look like as UTF-8: whole characters, cut ones, lone broken bytes, and broken bytes in runs, by pairs."""

    whole: int
    cut: int
    lone: int
    runs: int
    marks: int  # dashes and quotation marks among the whole ones

    def fits(self, lone: float, runs: float) -> bool:
        """Whether so few places are broken that the bytes are UTF-8 all the same."""
        if not self.whole:
            return False
        return self.lone + self.cut <= lone * self.whole and self.runs <= runs * self.whole

    def is_cut_only(self) -> bool:
        """Whether all there is beyond ASCII are a few characters of which a part is missing."""
        return 0 < self.cut <= _FEW and not (self.whole or self.lone or self.runs)


def decode(content: bytes, content_type: str | None = None, encoding: str | None = None) -> Decoded:
    """The text of a body. Never raises: bytes that fit nowhere become U+FFFD, and ``note`` says so.

    ``content_type`` is the HTTP header, ``encoding`` what the crawler says.

    >>> decode("naïve".encode("latin-1"), "text/html; charset=iso-8859-1").text
    'naïve'
    """
    mark = next((mark for mark in _MARKS if content.startswith(mark[0])), None)
    if mark is not None and mark[1] != "utf_8":
        return _noted(read(content[len(mark[0]) :], mark[1]), mark[1])
    content = content[len(mark[0]) :] if mark else content
    wide = by_zeros(content)
    if wide:
        return _noted(read(content, wide), wide, f"no byte order mark; {wide} by its zero bytes")
    if _is_iso_2022_jp(content):
        return _noted(read(content, "iso2022_jp"), "iso2022_jp")
    declared = ["utf_8"] if mark else _declared(content, content_type, encoding)
    utf8 = _as_utf8(content, declared)
    if utf8 is not None:
        return utf8
    return _as_declared(content, [codec for codec in declared if codec != "utf_8"]) or _guessed(content)


def mend(text: str) -> Decoded:
    """A string that a crawler decoded, with surrogate pairs joined and lone surrogates replaced.

    Where the crawler plainly took the bytes for another charset (UTF-8 for latin-1, as Requests does where no header
    declares one; ISO-2022-JP for ASCII), the text is read as it was meant, and ``note`` says so.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if "\x1b$" in text and text.isascii() and _is_iso_2022_jp(raw := text.encode("ascii")):
        return _noted(read(raw, "iso2022_jp"), "iso2022_jp", "ISO-2022-JP that the crawler took for ASCII")
    return _once_encoded(text)


def _is_iso_2022_jp(content: bytes) -> bool:
    """Seven bits and escapes: no other charset on the web has these, and UTF-8 reads them as nonsense."""
    escapes = len(_ESCAPES.findall(content)) if b"\x1b$" in content else 0
    return escapes > 0 and len(_HIGH.findall(content)) <= escapes


def _declared(content: bytes, content_type: str | None, encoding: str | None) -> list[str]:
    """Codecs in the order in which their declarations are believed: header, crawler, page.

    Servers send latin-1 by default, not by knowledge: where the page itself names another charset, that one goes first.
    """
    labels = (charset_labels.in_header(content_type), encoding, charset_labels.in_page(content))
    known = [codec for codec in map(codec_of, filter(None, labels)) if codec]
    return list(dict.fromkeys(sorted(known, key=lambda codec: codec == "cp1252")))


def _as_utf8(content: bytes, declared: list[str]) -> Decoded | None:
    """UTF-8, also with broken bytes: how many it may have depends on what is declared."""
    try:
        return _once_encoded(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        if 0 < error.start >= len(content) - 3 and _CUT.match(content, error.start):
            return _once_encoded(content[: error.start].decode("utf-8"))
    found = _utf8_in(content)
    if declared[:1] == ["utf_8"]:
        fits = found.fits(_LONE_DECLARED, _RUNS_DECLARED) or found.is_cut_only()
    elif declared == ["cp1252"]:
        fits = found.fits(_LONE_BY_DEFAULT, _RUNS_BY_DEFAULT)
    elif declared and "utf_8" not in declared:
        fits = found.fits(_LONE_CONTRADICTED, _RUNS_CONTRADICTED)
    else:
        fits = found.fits(_LONE_UNDECLARED, _RUNS_UNDECLARED)
    certain = declared[:1] == ["utf_8"] and found.marks >= _CERTAIN
    if not fits or (not certain and _is_another_script(content, found)):
        return None
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(not character.isascii() for character in text) - broken
    return Decoded(text, "utf_8", f"UTF-8 with {broken} broken characters among {whole} outside ASCII")


def _is_another_script(content: bytes, found: _Utf8) -> bool:
    """Whether bytes that are UTF-8 in part read as a text in a charset of an alphabet of its own or of ideographs."""
    broken = found.lone + found.cut + found.runs
    if broken < _SOME or 2 * broken < found.whole:
        return False
    other = charset_detection.detect(content)
    return other is not None and not other.latin


def _utf8_in(content: bytes) -> _Utf8:
    content, chance = _BY_CHANCE.subn(b"\x01", _ASCII.sub(b" ", content))
    marks = len(_PUNCTUATION.findall(content))
    rest, whole = _WHOLE.subn(b"\x01", content)
    whole += (_AS_GOOD_AS - 1) * marks
    rest, cut = _CUT.subn(b"\x01", rest)
    lone, runs = chance, 0
    for run in _RUN.finditer(rest):
        size = run.end() - run.start()
        if size == 1 or _ORPHANS.fullmatch(run[0]):
            lone += 1
        else:
            runs += (size + 1) // 2
    return _Utf8(whole, cut, lone, runs, marks)


def _once_encoded(text: str) -> Decoded:
    """``text``, or what it was before somebody took its UTF-8 for windows-1252 and encoded it again.

    Only where that is certain: all characters beyond ASCII, three at least, are bytes of UTF-8 in windows-1252.
    """
    first = _BEYOND.search(text)
    if first is None or not _MOJIBAKE.match(text, first.start()):
        return Decoded(text, "utf_8")
    try:
        before = text.translate(_WINDOWS_1252).encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return Decoded(text, "utf_8")
    if len(_BEYOND.findall(before)) < _TWICE:
        return Decoded(text, "utf_8")
    return Decoded(before, "utf_8", "UTF-8 that was taken for windows-1252")


def _as_declared(content: bytes, declared: list[str]) -> Decoded | None:
    """The first declared charset that the bytes agree with, unless another one fits far better."""
    for codec in declared:
        if codec.startswith(("utf_16", "utf_32")):
            continue  # neither zeros nor a byte order mark: it is not
        text = read(content, codec)
        broken, beyond = text.count("\ufffd"), len(_BEYOND.findall(text))
        if broken > max(_HANDFUL, _BROKEN * beyond):
            continue
        if codec in _PAIRED and not broken and beyond <= _FEW_PAIRED:
            return _noted(text, codec)
        fit = charset_detection.score(content, codec)
        if fit < _STRANGE:
            found = charset_detection.detect(content)
            if found is not None and found.codec != codec and found.score >= fit + _BETTER:
                continue
        return _noted(text, codec)
    return None


def _guessed(content: bytes) -> Decoded:
    found = charset_detection.detect(content)
    codec = found.codec if found is not None else "cp1252"
    how = f"charset {codec} detected" if found is not None else "charset unknown, read as windows-1252"
    return _noted(read(content, codec), codec, f"{how}, none usable was declared")


def _noted(text: str, codec: str, note: str | None = None) -> Decoded:
    broken = text.count("\ufffd")
    notes = [note, f"{broken} characters broken in {codec}" if broken else None]
    return Decoded(text, codec, "; ".join(filter(None, notes)) or None)
