"""What is read of a page that shows no main text: the text in its scripts, or what it declares of itself.

Applications that scripts fill in the browser are served as shells. Some carry their text as data; of others only the
description is there, often the first 500 characters of the text. A description is taken for the text only where title and
address say that the head of the page is about this page, and not about the site.
"""

from __future__ import annotations

import re

import lxml.html
import msgspec

from streams import urls
from streams.cleaning.extract.script_text import read_scripts
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.metadata import description
from streams.cleaning.text import normalise, one_line, text_weight
from streams.records import Evidence

SIGNAL = "extraction"  # of evidence that says how the text was read, where not as usual
_SHARED = 2  # words of the address that the title must have, and half of them
_WORDS = re.compile(r"[^\W\d_]+")


class Reading(msgspec.Struct, frozen=True):
    """A normalised text that is not the usual main text, and the evidence that says what it is."""

    text: str
    evidence: Evidence


def from_scripts(tree: lxml.html.HtmlElement) -> Reading | None:
    """Return the text in the page's scripts; None where they hold none."""
    text = normalise(read_scripts(tree))
    return _reading(text, "the page shows too little; the text is from its scripts") if text else None


def from_description(declared: DeclaredMetadata, url: str, least: int) -> Reading | None:
    """Return the page's own description, if its text weight is ``least`` or more; else None."""
    text = one_line(description(declared) or "")
    if text_weight(text) < least or not _is_about(declared.title, url):
        return None
    return _reading(text, "the page shows no text; the text is its description")


def _reading(text: str, detail: str) -> Reading:
    return Reading(text, Evidence(signal=SIGNAL, detail=detail))


def _is_about(title: str, url: str) -> bool:
    """Whether ``title`` has the words of the last part of the address: it is then about this page."""
    words = urls.path_words(url)
    shared = words.intersection(_WORDS.findall(title.casefold()))
    return len(shared) >= _SHARED and 2 * len(shared) >= len(words)
