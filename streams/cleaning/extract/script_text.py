"""Article text from script elements, for pages rendered in the browser: JSON-LD or serialised application state.

Used for pages that declare an article and show none. The method is independent of frameworks: it scans each script for
JSON string literals, and returns the prose strings of the (script, key) group with the most text. Markup in a string is
parsed as HTML; a string that is itself JSON (React's streamed payloads) is scanned once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
import msgspec

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.text import text_weight

# A JSON string with its key, if any. Possessive quantifiers and an optional closing quotation mark keep the scan linear:
# an unterminated string is scanned once, not again from each of its characters.
_STRING = re.compile(r'(?:"([A-Za-z_][\w\-]{0,40})"\s{0,5}:\s{0,5})?"((?:[^"\\]++|\\.)*+)("?)', re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f]")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6])[\s/>]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_PLACE = re.compile(
    r"(\$\$|\[\[|\{\{|%%|##)[^\n]{1,60}(\$\$|\]\]|\}\}|%%|##)"
)  # a placeholder for an advertisement
_CODE = re.compile(r"[{}\[\]=;$\\]|https?:")
_MAX_SCRIPTS = 4_000_000  # code points scanned in all scripts together
_MAX_STRINGS = 50_000
_PROSE = 60  # text weight from which a string counts as a sentence
_CODE_SHARE = 0.02  # share of code characters above which a string is not prose
_DEEP = 2  # levels of JSON scanned: a string, and JSON inside it

_decoder = msgspec.json.Decoder(str)


def read_scripts(tree: lxml.html.HtmlElement) -> str:
    """Return the text in paragraphs; empty where no script holds any. Does not modify ``tree``."""
    groups: dict[tuple[int, str], dict[str, int]] = {}
    room = _MAX_SCRIPTS
    for number, script in enumerate(tree.iter("script")):
        source = script.text or ""
        room -= len(source)
        if room < 0:
            break
        for key, text in _strings(source, _DEEP):
            weight = _prose(text)
            if weight:
                groups.setdefault((number, key), {}).setdefault(text, weight)
    best = max(groups.values(), key=lambda texts: sum(texts.values()), default={})
    paragraphs = "\n\n".join(map(_plain, best)).split("\n\n")
    return "\n\n".join(text for text in paragraphs if text and not _PLACE.fullmatch(text))


def _strings(source: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield (key, decoded string) for every string of a script that is long enough to be a sentence."""
    for count, match in enumerate(_STRING.finditer(source)):
        if count > _MAX_STRINGS:
            return
        if len(match[2]) < _PROSE / 3 or not match[3]:
            continue
        try:
            text = _decoder.decode(f'"{_CONTROLS.sub(_escaped, match[2])}"')
        except (msgspec.DecodeError, UnicodeError):
            continue
        if depth > 1 and text.count('":') > 1:
            yield from _strings(text, depth - 1)
        else:
            yield match[1] or "", text


def _escaped(control: re.Match[str]) -> str:
    """Return the JSON escape of a control character: templates often leave line breaks unescaped in strings."""
    return f"\\u{ord(control[0]):04x}"


def _prose(text: str) -> int:
    """Return the weight of a string of sentences; 0 for a URL, an identifier, code or a label."""
    bare = _TAG.sub(" ", text).strip() if "<" in text else text.strip()
    weight = text_weight(bare)
    if weight < _PROSE or len(_CODE.findall(bare)) > _CODE_SHARE * len(bare):
        return 0
    dense = weight > 1.5 * len(bare)
    return weight if dense or bare.count(" ") * 15 >= len(bare) else 0


def _plain(text: str) -> str:
    if not _MARKUP.search(text) and "<" not in text:
        return text.strip()
    tree = parse(text)
    return "\n\n".join(read_blocks(tree).texts) if tree is not None else ""
