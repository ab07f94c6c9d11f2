"""Conversion of WARC records into pages: responses, resources, conversions (WET), and revisits of records read before."""

from __future__ import annotations

import collections
import contextlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from streams.feeding.item import Kind, Part
from streams.feeding.members import Damaged, opened
from streams.feeding.readers import http_response
from streams.feeding.readers.warc import Record, records
from streams.feeding.tally import Skip, Tally
from streams.feeding.window import Window
from streams.records import Message

Opener = Callable[[], contextlib.AbstractContextManager[BinaryIO]]

_REMEMBERED = 200_000  # names of originals, at most three for each page: about 60 MB
_BARE = frozenset(["text/html", "application/xhtml+xml"])
_BESIDE = {"warcinfo": Skip.WARC_WARCINFO, "request": Skip.WARC_REQUEST, "metadata": Skip.WARC_METADATA}
_KINDS = {
    "response": Kind.WARC_RESPONSE,
    "resource": Kind.WARC_RESOURCE,
    "conversion": Kind.WARC_CONVERSION,
    "revisit": Kind.WARC_REVISIT,
}

# What reading a file again may raise, within a zip, too.
_UNREADABLE = (Damaged, OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile)
_ORIGINAL = frozenset(_KINDS) - {"revisit"}


class Originals:
    """File offsets of the records of this run, for revisit records that refer to them. The oldest are dropped first."""

    def __init__(self) -> None:
        self._locations: collections.OrderedDict[str, tuple[Opener, int, str]] = collections.OrderedDict()
        self._passed_over: list[tuple[Opener, str]] = []

    def pass_over(self, opener: Opener, name: str) -> None:
        """Remember a WARC that an earlier run has fed: it is searched when a revisit record refers to none that was read."""
        self._passed_over.append((opener, name))

    def add(self, record: Record, opener: Opener) -> None:
        """Store the location of a record under every name by which a revisit may refer to it: id, payload digest, URL with date."""
        fields = record.fields
        ident = fields.get("warc-record-id", "")
        names = (
            ident,
            fields.get("warc-payload-digest"),
            f"{_uri(fields, 'warc-target-uri')} {fields.get('warc-date')}",
        )
        for name in names:
            if name:
                self._locations.setdefault(name, (opener, record.offset, ident))
        while len(self._locations) > _REMEMBERED:
            self._locations.popitem(last=False)

    def find(self, fields: dict[str, str]) -> Record | None:
        """Read the original of a revisit record again; None where it is not available."""
        found = self._find(fields)
        if found is None and self._passed_over:
            self._search_passed_over()
            found = self._find(fields)
        return found

    def _search_passed_over(self) -> None:
        """Add the locations in all files that were passed over, once."""
        files, self._passed_over = self._passed_over, []
        for opener, name in files:
            try:
                with opener() as raw:
                    for record in records(Window(opened(raw, name)), name, Tally()):
                        if record.fields.get("warc-type", "").lower() in _ORIGINAL:
                            self.add(record, opener)
            except _UNREADABLE:
                continue  # what of it can be read has been added; the run that fed it has reported the rest

    def _find(self, fields: dict[str, str]) -> Record | None:
        moment = fields.get("warc-refers-to-date")
        refers = f"{_uri(fields, 'warc-refers-to-target-uri')} {moment}" if moment else None
        for name in (fields.get("warc-refers-to"), fields.get("warc-payload-digest"), refers):
            location = self._locations.get(name) if name else None
            if location is not None:
                return _read_again(*location)
        return None


def _read_again(opener: Opener, offset: int, ident: str) -> Record | None:
    with opener() as raw:
        try:
            raw.seek(offset)
            # Not available are originals in a zstd file with a dictionary (it is only at the start of the file), those that
            # are not first in their member, and those that a zip compressed once more.
            first = next(records(Window(opened(raw)), "", Tally()), None)
        except (Damaged, OSError):
            return None
    return first if first is not None and first.fields.get("warc-record-id", "") == ident else None


def read(path: Path, tally: Tally, originals: Originals) -> Iterator[Part]:
    """Yield the pages of a WARC file, compressed or not."""
    yield from pages(lambda: path.open("rb"), str(path), tally, originals)


def pages(opener: Opener, name: str, tally: Tally, originals: Originals) -> Iterator[Part]:
    """Yield the pages of the WARC that ``opener`` opens; ``name`` is used in messages."""
    number = 0
    with opener() as raw:
        try:
            window = Window(opened(raw, name))
        except Damaged as damage:
            tally.damaged(name, damage.offset, damage.what)
            return
        for record in records(window, name, tally):
            page = _page(record, originals)
            if isinstance(page, Skip):
                tally.skip(page)
                continue
            kind = _KINDS[record.fields["warc-type"].lower()]
            if kind is not Kind.WARC_REVISIT:
                originals.add(record, opener)
            number += 1
            consumed = raw.tell() if raw.seekable() else 0
            yield Part(message(page), number, consumed, page["url"], kind)


def _page(record: Record, originals: Originals) -> dict[str, Any] | Skip:
    """The page of a WARC record as a native record, or the reason why it has none."""
    fields = record.fields
    kind = fields.get("warc-type", "").lower()
    if kind in _BESIDE:
        return _BESIDE[kind]
    if kind == "continuation" or fields.get("warc-segment-number"):
        return Skip.WARC_SEGMENT
    if kind not in _KINDS:
        return Skip.WARC_OTHER
    url = _uri(fields, "warc-target-uri")
    if not url.lower().startswith(("http://", "https://")):
        return Skip.WARC_DNS if url.lower().startswith("dns:") else Skip.WARC_NOT_HTTP
    if kind == "revisit":
        original = originals.find(fields)
        page = _page(original, originals) if original is not None else Skip.WARC_REVISIT
        if isinstance(page, Skip):
            return Skip.WARC_REVISIT
        page["source"]["warc_revisit_of"] = page["source"]["warc_record_id"]
    elif kind == "response" and not _is_bare(fields):
        response = http_response.parse(record.block)
        if response is None:
            return Skip.WARC_NOT_HTTP
        page = {"status": response.status, "headers": response.headers, "body": response.body, "source": {}}
        if response.incomplete:
            page["source"]["incomplete"] = "chunked"
    else:
        page = {"content_type": fields.get("content-type"), "body": record.block, "source": {}}
        if kind == "conversion":
            page["encoding"] = (
                "utf-8"  # as WET files are written; cleaning detects the charset of invalid UTF-8
            )
    if fields.get("warc-truncated"):
        page["source"]["warc_truncated"] = fields["warc-truncated"]
    page["url"] = url
    page["fetched_at"] = fields.get("warc-date")
    page["source"]["warc_record_id"] = fields.get("warc-record-id")
    return page


def _is_bare(fields: dict[str, str]) -> bool:
    """Whether a response's block is the page without HTTP headers, as its content type says; scripts write such records."""
    return fields.get("content-type", "").partition(";")[0].strip().lower() in _BARE


def _uri(fields: dict[str, str], name: str) -> str:
    """A URI field without the angle brackets that wget and the first draft of the standard put around it."""
    value = fields.get(name, "").strip()
    return value[1:-1].strip() if value.startswith("<") and value.endswith(">") else value


def message(page: dict[str, Any]) -> Message:
    """The page as a message for pages.raw: a native record, in which msgspec encodes the body, bytes, in base64."""
    return Message(value=msgspec.json.encode(page))
