"""What must hold for every input, however broken: the functions that both fuzzers call.

An input that breaks one of these raises something else than :class:`streams.errors.BadRecord`.
"""

from __future__ import annotations

from collections.abc import Callable

from streams import cleaning, intake
from streams.errors import BadRecord
from streams.records import Document, Message, RawPage, Rejection, encode
from streams.settings import Cleaning

# Small, so that what is too large for a page is reached with inputs that a fuzzer makes.
OPTIONS = Cleaning(max_bytes=300_000)
_TYPES = (
    None,
    "text/html",
    "text/html; charset=windows-1251",
    "text/plain",
    "application/json",
    "text/html; charset=utf-16",
)
_PACKED = ("", "br", "deflate", "gzip", "zstd")
_FORMS = ("unknown", "html", "text")
_STATUSES = (None, 200, 404, 503)


def read(data: bytes) -> None:
    """A Kafka message of these bytes is a page, or a bad record that says so."""
    try:
        page = intake.read(Message(value=data))
    except BadRecord as error:
        if not str(error):
            raise AssertionError("a bad record without a message") from error
        return
    _holds(page)


def read_plain(data: bytes) -> None:
    """The same for bytes whose URL and type are in headers, made from the first bytes."""
    headers = (
        ("url", b"https://e.example/" + data[:20].hex().encode()),
        ("content-type", data[:1] and b"text/html"),
    )
    try:
        page = intake.read(Message(value=data[1:], headers=headers))
    except BadRecord:
        return
    _holds(page)


def clean(data: bytes) -> None:
    """A page of these bytes becomes a document or a rejection with evidence."""
    head, body = data[:4].ljust(4, b"\0"), data[4:]
    page = RawPage(
        id="fuzz",
        url="https://news.example/2026/01/pier",
        final_url="https://news.example/" if head[0] & 8 else None,
        content=body if head[0] & 1 else body.decode("latin-1" if head[0] & 2 else "utf-8", "replace"),
        form=_FORMS[head[1] % len(_FORMS)],
        status=_STATUSES[head[1] // 16 % len(_STATUSES)],
        content_type=_TYPES[head[2] % len(_TYPES)],
        headers={"content-encoding": _PACKED[head[3] % len(_PACKED)]},
    )
    _holds(page)


def _holds(page: RawPage) -> None:
    try:
        outcome = cleaning.clean(page, OPTIONS)
    except BadRecord as error:
        if error.code != "undecodable":
            raise
        return
    encode(outcome)
    if isinstance(outcome, Rejection):
        if not outcome.evidence or not all(one.signal and one.detail for one in outcome.evidence):
            raise AssertionError(f"rejected as {outcome.reason} without evidence")
    else:
        _is_sound(outcome)


def _is_sound(document: Document) -> None:
    if not document.text.strip():
        raise AssertionError("a document without text")
    if "\0" in document.text:
        raise AssertionError("a null byte in a text")
    for piece in document.residue:
        if not 0 <= piece.at <= len(document.text):
            raise AssertionError(f"residue at {piece.at} of {len(document.text)} characters")


TARGETS: dict[str, Callable[[bytes], None]] = {"read": read, "read-plain": read_plain, "clean": clean}
