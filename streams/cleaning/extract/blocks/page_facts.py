"""What the features of blocks need of a page's declarations: title, description, and text in JSON-LD."""

from __future__ import annotations

import re

import msgspec

from streams.cleaning.extract.blocks.repeats import PageFacts
from streams.cleaning.metadata.declared import DeclaredMetadata

_BODY = re.compile(
    r'"(?:articleBody|text|description|reviewBody)"\s{0,9}:\s{0,9}"((?:[^"\\]++|\\.)*+)"', re.DOTALL
)
_CONTROLS = re.compile(r"[\x00-\x1f]")
_TITLE, _SUMMARY = 1_000, 5_000  # code points that are compared
_MOST = 100_000  # code points of JSON-LD text

_decoder = msgspec.json.Decoder(str)


def facts_of(declared: DeclaredMetadata, url: str) -> PageFacts:
    """Return the facts that ``declared`` declare about the page at ``url``."""
    texts: list[str] = []
    room = _MOST
    for source in declared.jsonld:
        for match in _BODY.finditer(source):
            room -= len(match[1])
            if room < 0:
                break
            try:
                texts.append(_decoder.decode(f'"{_CONTROLS.sub(" ", match[1])}"'))
            except (msgspec.DecodeError, UnicodeError):
                continue
    title = declared.first("og:title") or declared.title or ""
    summary = declared.first("description", "og:description") or ""
    return PageFacts(url, title[:_TITLE], summary[:_SUMMARY], " ".join(texts))
