"""The article that a page carries in its scripts, for the browser to draw: JSON-LD, or the state of an application.

For pages that say they are articles and show none. No framework is known by name: a script is read as what it holds,
string literals, and those of one key that are prose, together, are the text. Markup in them is read as markup, and a
string that is JSON itself (as React's streamed payloads are) is looked into once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
import msgspec

from streams.cleaning.classify.features import weigh
from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks import read

# A JSON string, and the key before it where it has one. Possessive, and its end is optional, so that a quotation mark
# without a partner is read once and not from every place again: linear on any input.
_STRING = re.compile(r'(?:"([A-Za-z_][\w\-]{0,40})"\s{0,5}:\s{0,5})?"((?:[^"\\]++|\\.)*+)("?)', re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f]")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6])[\s/>]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_PLACE = re.compile(r"(\$\$|\[\[|\{\{|%%|##)[^\n]{1,60}(\$\$|\]\]|\}\}|%%|##)")  # where an advertisement goes
_CODE = re.compile(r"[{}\[\]=;$\\]|https?:")
_MAX_SCRIPTS = 4_000_000  # code points read in all
_MAX_STRINGS = 50_000
_PROSE = 60  # weight of a string's text, from which it reads as a sentence
_CODE_SHARE = 0.02  # of characters that prose hardly has
_DEEP = 2  # a string within a string

_decoder = msgspec.json.Decoder(str)


def read_scripts(tree: lxml.html.HtmlElement) -> str:
    """The text in paragraphs; empty where no script holds any. The tree is not changed."""
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
    """The decoded strings of a script long enough to be sentences, each with its key."""
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
    """A control character as JSON wants it: scripts of templates have line breaks as they were typed."""
    return f"\\u{ord(control[0]):04x}"


def _prose(text: str) -> int:
    """The weight of a string that consists of sentences; 0 for an address, a key, code, a label."""
    bare = _TAG.sub(" ", text).strip() if "<" in text else text.strip()
    weight = weigh(bare)
    if weight < _PROSE or len(_CODE.findall(bare)) > _CODE_SHARE * len(bare):
        return 0
    dense = weight > 1.5 * len(bare)
    return weight if dense or bare.count(" ") * 15 >= len(bare) else 0


def _plain(text: str) -> str:
    if not _MARKUP.search(text) and "<" not in text:
        return text.strip()
    tree = parse(text)
    return read(tree) if tree is not None else ""
