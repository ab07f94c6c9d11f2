"""The items that feeding yields: a message with its origin and progress."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import NamedTuple

from streams.records import Message


class Kind(enum.StrEnum):
    """The kind of record in a file that a page is read from."""

    JSON = "json"
    HAR_ENTRY = "har_entry"
    HTML_FILE = "html_file"
    TEXT_FILE = "text_file"
    WARC_RESPONSE = "warc_response"
    WARC_RESOURCE = "warc_resource"
    WARC_CONVERSION = "warc_conversion"
    WARC_REVISIT = "warc_revisit"


class Item(NamedTuple):
    """One page: the message, keyed by host, where it is from (``file:number``), and the bytes of all input consumed so far.

    ``url`` is empty where none was found without reading the record. It is the ``nth`` page of ``file``, from 1.
    """

    message: Message
    origin: str
    consumed: int
    url: str = ""
    kind: Kind = Kind.JSON
    file: Path = Path("-")
    nth: int = 0


class Done(NamedTuple):
    """How much of a file earlier runs have fed: its first ``parts`` pages, or all of it (``complete``)."""

    parts: int = 0
    complete: bool = False


class Part(NamedTuple):
    """One page of one file: its line or number in it, the bytes of the file consumed so far, its address and kind."""

    message: Message
    number: int
    consumed: int
    url: str
    kind: Kind
