"""How many pages are read exactly right in each charset: ``make bench-charsets PAGES=file``.

Pages of known text are encoded anew into every charset that has nearly all of their characters (the others become
references, as on real pages), declared in the HTTP header, in a meta element, nowhere, and wrongly, each whole and with
one stray byte near the end. A page counts as right when every character of it is, but for the stray byte.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from charset_normalizer import from_bytes
from rich.console import Console
from rich.table import Table

from benchmarks.harness.pages import load
from streams import intake
from streams.cleaning.decode.charset import decode
from streams.errors import BadRecord

# Label to declare, Python's codec to encode with.
CHARSETS = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32le": "utf-32-le",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso8859_2",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "iso-8859-5": "iso8859_5",
    "ibm866": "cp866",
    "windows-1252": "cp1252",
    "windows-1253": "cp1253",
    "iso-8859-7": "iso8859_7",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "windows-1257": "cp1257",
    "windows-1258": "cp1258",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949",
    "big5": "big5",
    "gb18030": "gb18030",
    "gbk": "gbk",
}
# Languages that were written in a charset; a page declares its language, and others are not encoded into it.
LANGUAGES = {
    "windows-1250": "pl cs sk hu ro hr sl bs",
    "iso-8859-2": "pl cs sk hu ro hr sl bs",
    "windows-1251": "ru uk bg sr mk be",
    "koi8-r": "ru",
    "koi8-u": "uk",
    "iso-8859-5": "ru bg sr mk be uk",
    "ibm866": "ru",
    "windows-1252": "en fr de es pt it nl sv da no nb nn fi is ca gl eu af sq",
    "windows-1253": "el",
    "iso-8859-7": "el",
    "windows-1254": "tr az",
    "windows-1255": "he iw",
    "windows-1256": "ar fa ur",
    "windows-1257": "lv lt et",
    "windows-1258": "vi",
    "tis-620": "th",
    "shift_jis": "ja",
    "euc-jp": "ja",
    "iso-2022-jp": "ja",
    "euc-kr": "ko",
    "big5": "zh",
    "gb18030": "zh",
    "gbk": "zh",
}
DECLARED = ("header", "meta", "nowhere", "wrongly")
_META = re.compile(r"<meta[^>]*?charset[^>]*>|<\?xml[^>]*\?>", re.IGNORECASE)
_LANG = re.compile(r"<html[^>]*?\slang\s*=\s*[\"']?([A-Za-z]{2,3})", re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>|<html[^>]*>|^", re.IGNORECASE)
_LEAST = 10  # characters beyond ASCII that a page must have to tell charsets apart
_FITS = 0.97  # of them that a charset must have


class Trial(msgspec.Struct, frozen=True):
    """A page in a charset: its bytes, the charset declared in the header, and the text before and behind a stray byte."""

    content: bytes
    content_type: str
    before: str
    behind: str


class Key(msgspec.Struct, frozen=True):
    """A cell of the table."""

    charset: str
    declared: str
    stray: bool


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="*", help="files of pages; the sample pages where none is named")
    parser.add_argument("--most", type=int, default=25, help="pages for each charset")
    parser.add_argument(
        "--without-language", action="store_true", help="take the lang attribute out of the pages"
    )
    parser.add_argument(
        "--compare", action="store_true", help="charset-normalizer beside it, where nothing is declared"
    )
    parser.add_argument("--json", type=Path, help="write the shares here too")
    arguments = parser.parse_args()
    pages = html_of(arguments.pages)
    right, tried = measure(pages, arguments.most, arguments.without_language)
    _report(right, tried)
    if arguments.compare:
        _compare(pages, arguments.most)
    if arguments.json:
        rows = [{**msgspec.to_builtins(k), "right": right[k], "pages": n} for k, n in tried.items()]
        arguments.json.write_text(json.dumps(rows, indent=1), "utf-8")


def html_of(paths: Sequence[str]) -> list[str]:
    """The HTML of the pages in files, where it is known as text."""
    found = []
    for page in load(paths):
        try:
            raw = intake.read(page.message)
        except BadRecord:
            continue
        if isinstance(raw.content, str) and "<" in raw.content[:2_000] and "\ufffd" not in raw.content:
            found.append(raw.content)
    return found


def measure(
    pages: Sequence[str], most: int = 25, without_language: bool = False
) -> tuple[Counter[Key], Counter[Key]]:
    """Return the number of trials read right, and of all trials."""
    right: Counter[Key] = Counter()
    tried: Counter[Key] = Counter()
    for charset in CHARSETS:
        for html in [page for page in pages if fits(page, charset)][:most]:
            text = html if not without_language else re.sub(r'\slang\s*=\s*"?[\w-]+"?', "", html, count=5)
            for key, trial in trials(text, charset):
                tried[key] += 1
                right[key] += is_right(trial)
    return right, tried


def fits(html: str, charset: str) -> bool:
    """Whether a page is of a language that was written in a charset, and has its characters."""
    wide = charset.startswith("utf")
    language = _LANG.search(html[:5_000])
    if not wide and (language is None or language[1].lower() not in LANGUAGES[charset].split()):
        return False
    beyond = re.findall(r"[^\W\x00-\x7f]", html)
    if len(beyond) < _LEAST:
        return False
    kept = "".join(beyond).encode(CHARSETS[charset], "ignore").decode(CHARSETS[charset])
    return len(kept) >= _FITS * len(beyond)


def trials(html: str, charset: str) -> Iterator[tuple[Key, Trial]]:
    """A page in a charset, declared in four ways, whole and with a stray byte."""
    bare = _META.sub("", html)
    for declared in DECLARED:
        label = charset if declared != "wrongly" else ("iso-8859-1" if charset == "utf-8" else "utf-8")
        text = _HEAD.sub(rf"\g<0><meta charset={label}>", bare, count=1) if declared == "meta" else bare
        header = "text/html" + (f"; charset={label}" if declared in ("header", "wrongly") else "")
        place = text.rfind("</p>") + 4 if "</p>" in text else len(text)
        parts = [_encoded(part, charset) for part in (text[:place], text[place:])]
        before, behind = (part.decode(CHARSETS[charset]) for part in parts)
        yield Key(charset, declared, False), Trial(b"".join(parts), header, before + behind, "")
        stray = _encoded("\n<i>stray ", charset) + b"\xa9" + _encoded(" byte</i>\n", charset)
        if not charset.startswith(("utf-16", "utf-32")):
            yield Key(charset, declared, True), Trial(parts[0] + stray + parts[1], header, before, behind)


def _encoded(text: str, charset: str) -> bytes:
    return text.encode(CHARSETS[charset], "xmlcharrefreplace")


def is_right(trial: Trial) -> bool:
    """Whether a page is read right but for its stray byte."""
    text = decode(trial.content, trial.content_type).text
    return text.startswith(trial.before) and text.endswith(trial.behind)


def _compare(pages: Sequence[str], most: int) -> None:
    """The same pages, whole and undeclared, by a detector alone: whether the charset it names reads them right."""
    for charset in CHARSETS:
        found = [page for page in pages if fits(page, charset)][:most]
        right = 0
        for html in found:
            trial = next(t for key, t in trials(html, charset) if key == Key(charset, "nowhere", False))
            best = from_bytes(trial.content).best()
            right += best is not None and trial.content.decode(best.encoding, "replace") == trial.before
        if found:
            print(f"{charset}: charset-normalizer alone {right} of {len(found)}")


def _report(right: Counter[Key], tried: Counter[Key]) -> None:
    table = Table(title="pages read exactly right, of 100; whole / with a stray byte")
    table.add_column("charset")
    table.add_column("pages", justify="right")
    for declared in DECLARED:
        table.add_column(declared, justify="right")
    for charset in CHARSETS:
        if not tried[Key(charset, "header", False)]:
            continue
        cells = []
        for declared in DECLARED:
            keys = [Key(charset, declared, stray) for stray in (False, True)]
            cells.append(" / ".join(f"{100 * right[k] / tried[k]:.0f}" for k in keys if tried[k]))
        table.add_row(charset, str(tried[Key(charset, "header", False)]), *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
