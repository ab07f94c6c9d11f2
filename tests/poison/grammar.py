"""Generates random messages of all kinds that a crawler, or anyone who can write to a topic, may send.

A message depends only on the random generator passed in, so that a seed reproduces it. Sizes are around the limits
:data:`LARGEST` and :data:`LARGEST_BATCH`, with which the mill under test must be configured.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
from live.mill import article
from poison.batches import CODECS, Raw, batch

from streams import topics
from streams.records import CleanDocument, encode

LARGEST = 600_000  # kafka.max_message_bytes
LARGEST_BATCH = 3_000_000  # kafka.max_batch_bytes

Chance = random.Random
_TEXT = "The harbour of the old town opened on Monday after years of work. " * 3
_DIGITS = (
    b"",
    b"0",
    b"-1",
    b"1e9",
    b" 12",
    b"9" * 19,
    b"9" * 400,
    b"9" * 5_000,
    "\u0663\u0664".encode(),
    b"0x10",
)
_TRACES = (b"", b"00", b"x" * 100_000, b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00", b"\xff" * 55)
_NAMES = (b"", b"url", b"URL", b"id", b"status", b"content-type", b"fetched-at", b"encoding", b"final-url", b"\0", b"\x1b[31m",
          b"na\xff\xfe", b"\xed\xa0\xbd", b"\xc3", b"crawlmill-null", b"crawlmill-cut.value-bytes", b"schema",
          b"__connect.errors.partition", b"__connect.errors.reason", b"crawlmill-replay-of", "\U0001f600".encode(), b"n" * 5_000)  # fmt: skip
_STRINGS = (
    "",
    "\0",
    "\x1b[2J",
    "\ufffe",
    "\u202e",
    "e\u0301" * 50,
    "\U0001f600",
    "a" * 100_000,
    "http://[",
    "//",
    "NaN",
    "null",
)
_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e999", "-0", "1" * 400, "1.5", "01", "18446744073709551616", "1e-999")  # fmt: skip
_ESCAPES = (
    "\\ud83d",
    "\\udc00",
    "\\udc00\\ud83d",
    "\\u0000",
    "\\uffff",
    "\\x41",
    "\\",
    "\x01",
    "\\ud83d\\ude00",
)
_FIELDS = ("id", "url", "final_url", "status", "headers", "fetched_at", "content_type", "encoding", "html", "body", "text",
           "source", "attrs", "response_url", "status_code", "timestamp", "meta")  # fmt: skip
_DEPTHS = (50, 95, 101, 500, 930, 950, 970, 985, 999, 1_100, 60_000)


class Drawn(NamedTuple):
    """A batch for a topic. ``good`` are the ids of its pages that must be enriched, ``kinds`` the kinds of its other messages."""

    topic: str
    data: bytes
    count: int
    good: tuple[str, ...]
    kinds: tuple[str, ...]


def draw(chance: Chance, number: int) -> Drawn:
    """Return batch ``number``: one in eight is for a topic between stages; some others also have good pages."""
    codec = chance.choice(CODECS)
    if chance.random() < 0.12:
        topic = chance.choice((topics.CANDIDATES, topics.CLEAN))
        kind, value = _between(chance)
        return Drawn(
            topic, batch([Raw(_key(chance), value, _headers(chance), _time(chance))], codec), 1, (), (kind,)
        )
    kind, value = _value(chance)
    records = [Raw(_key(chance), value, _headers(chance), _time(chance))]
    good: list[str] = []
    # A batch that decompresses to too much is not read at all, so it must not contain good pages.
    if sum(len(record.value or b"") for record in records) + _bytes(records[0].headers) < LARGEST_BATCH // 2:
        for place in range(chance.choice((0, 0, 1, 2))):
            name = f"good-{number}-{place}"
            records.insert(chance.randint(0, len(records)), good_page(chance, name))
            good.append(name)
    return Drawn(topics.RAW, batch(records, codec), len(records), tuple(good), (kind,))


def good_page(chance: Chance, name: str) -> Raw:
    """Return a page that must be enriched in spite of a time before 1970, an invalid trace, or a lone surrogate."""
    paragraphs = "".join(f"<p>{part}</p>" for part in article(hash_of(name)).split("\n\n"))
    image = chance.choice(("https://a.example/x.jpg", "https://a.example/\\ud83d.jpg"))
    ld = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{name}", "image": "{image}"}}</script>'
    record = {
        "id": name,
        "url": f"https://good.example/{name}",
        "status": 200,
        "html": f"<html><head><title>{name}</title>{ld}</head><body><article><h1>{name}</h1>{paragraphs}</article></body></html>",
        "attrs": {"crawl": name},
    }
    headers: list[tuple[bytes, bytes | None]] = []
    if chance.random() < 0.4:
        headers.append((b"crawlmill-arrived", chance.choice(_DIGITS)))
    if chance.random() < 0.4:
        headers += [(b"traceparent", chance.choice(_TRACES))] * chance.randint(1, 2)
    if chance.random() < 0.2:
        headers += [(b"note", None), (b"note", b"again")]
    return Raw(name.encode(), msgspec.json.encode(record), headers, _time(chance))


def hash_of(name: str) -> int:
    """Return the number of a good page's article, different for each page."""
    return int.from_bytes(name.encode(), "big") % (1 << 61)


def _bytes(headers: Sequence[tuple[bytes, bytes | None]]) -> int:
    return sum(len(name) + len(value or b"") for name, value in headers)


def _key(chance: Chance) -> bytes | None:
    return chance.choice(
        (None, b"", b"key", b"\xff\xfe", chance.randbytes(20), b"k" * chance.choice((1_500, LARGEST // 2)))
    )


def _time(chance: Chance) -> int | None:
    """Return a timestamp. Some brokers refuse those far ahead or before 1970, but accept any other past one."""
    if chance.random() < 0.04:
        return chance.choice((-1, -5_000_000_000_000, 1 << 62))
    return chance.choice((None, None, None, None, 0, 1, 1_000_000_000_000))


def _headers(chance: Chance) -> list[tuple[bytes, bytes | None]]:
    headers: list[tuple[bytes, bytes | None]] = []
    for _ in range(chance.choice((0, 0, 1, 2, 5))):
        name = chance.choice(_NAMES)
        headers.append(
            (name, chance.choice((None, b"", b"https://h.example/", b"text/html", b"\xff", *_DIGITS)))
        )
    if chance.random() < 0.25:
        headers.append((b"crawlmill-arrived", chance.choice(_DIGITS)))
    if chance.random() < 0.25:
        headers.append((b"traceparent", chance.choice(_TRACES)))
    if chance.random() < 0.04:
        headers.append(
            (b"large", bytes(chance.choice((LARGEST // 2, LARGEST - 300, LARGEST * 2, LARGEST_BATCH * 2))))
        )
    if chance.random() < 0.03:
        headers += [(b"many", b"")] * chance.choice((1_000, 20_000))
    return headers


def _value(chance: Chance) -> tuple[str, bytes | None]:
    kind = chance.choice(tuple(_VALUES))
    return kind, _VALUES[kind](chance)


def _sized(chance: Chance) -> bytes:
    """Return invalid JSON of a size around the limit; half of the time of random bytes, which cannot be compressed."""
    size = LARGEST - chance.choice((-1_000, -1, 0, 1, 61, 100, 300, 450, 600, 2_000))
    return b"{" + (chance.randbytes(size - 1) if chance.random() < 0.5 else b"x" * (size - 1))


def _bomb(chance: Chance) -> bytes:
    """Return a valid record whose size is just below, at or above the limit of a decompressed batch."""
    size = chance.choice((LARGEST_BATCH - 5_000, LARGEST_BATCH, LARGEST_BATCH * 2, LARGEST_BATCH * 10))
    return b'{"url": "https://bomb.example/", "html": "' + b"<p>All work.</p>" * (size // 16) + b'"}'


def _nested(chance: Chance) -> bytes:
    depth = chance.choice(_DEPTHS)
    opening, closing = chance.choice(((b'{"a":', b"}"), (b"[", b"]")))
    inner = opening * depth + b"1" + (closing * depth if chance.random() < 0.9 else b"")
    field = chance.choice((b"attrs", b"source", b"headers", b"meta", b"html"))
    return (
        b'{"url": "https://deep.example/", "text": "'
        + _TEXT.encode()
        + b'", "'
        + field
        + b'": '
        + inner
        + b"}"
    )


def _json(chance: Chance) -> bytes:
    """Return an object with field names of pages and arbitrary values, as text: JSON libraries write only valid values."""
    names = chance.sample(_FIELDS, chance.randint(1, 6))
    if chance.random() < 0.8:
        names = ["url", "html", *names]
    return ("{" + ", ".join(f'"{name}": {_literal(chance, 3)}' for name in names) + "}").encode(
        "utf-8", "surrogatepass"
    )


def _literal(chance: Chance, depth: int) -> str:
    kind = chance.randrange(8)
    if kind == 0:
        return chance.choice(_NUMBERS)
    if kind == 1:
        return f'"{_TEXT[:40]}{chance.choice(_ESCAPES)}{_TEXT[40:90]}"'
    if kind == 2 and depth:
        return "[" + ", ".join(_literal(chance, depth - 1) for _ in range(chance.randint(0, 3))) + "]"
    if kind == 3 and depth:
        return (
            "{"
            + ", ".join(
                f'"{chance.choice(string.ascii_letters)}": {_literal(chance, depth - 1)}' for _ in range(3)
            )
            + "}"
        )
    if kind == 4:
        return chance.choice(("null", "true", "200", "404", '"200"', '"published"', "[]", "{}"))
    if kind == 5:
        return msgspec.json.encode(chance.choice(_STRINGS)).decode()
    return f'"https://x.example/{chance.randrange(100)}"'


def _page(chance: Chance) -> bytes:
    """Return a page with malformed markup."""
    nasty = chance.choice((
        "<div>" * 3_000, "<?a ?>" * 5_000, "&#xD83D;" * 500, "\x00" * 500, "<![CDATA[" * 500, "<script type='application/ld+json'>{\"@type\": \"Article\", \"image\": \"\\ud83d\"}</script>",
        "<link rel=canonical href='" + "x" * 50_000 + "'>", "<title>" + "t" * 50_000, "<meta charset=undefined>", "<p>" + "_" * 20_000,
    ))  # fmt: skip
    html = f"<html><body>{nasty}<p>{_TEXT}</p></body></html>"
    return msgspec.json.encode({"url": f"https://odd.example/{chance.randrange(10**9)}", "html": html})


_VALUES: dict[str, Callable[[Chance], bytes | None]] = {
    "null": lambda chance: None,
    "empty": lambda chance: chance.choice((b"", b" ", b"\n")),
    "bytes": lambda chance: chance.randbytes(chance.choice((1, 100, 10_000))),
    "marks": lambda chance: chance.choice((b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"json failed to parse", b"PK\3\4")),
    "sized": _sized,
    "larger": lambda chance: b"{no json" + b"All work and no play. " * (LARGEST // 20),
    "bomb": _bomb,
    "nested": _nested,
    "json": _json,
    "json again": _json,
    "page": _page,
    "cut off": lambda chance: _page(chance)[: chance.randint(1, 3_000)],
    "long names": lambda chance: msgspec.json.encode({"url": "https://long.example/" + "x" * chance.choice((9_000, 300_000)), "id": "i" * chance.choice((1, 2_000, 90_000)), "text": _TEXT}),
}  # fmt: skip


def _between(chance: Chance) -> tuple[str, bytes | None]:
    """Return a value for a topic between stages that is no valid record there, or one that cannot be encoded again."""
    if chance.random() < 0.3:
        return _value(chance)
    depth = chance.choice(_DEPTHS[2:-1])
    whole = encode(CleanDocument(id="deep", url="https://deep.example/", text=_TEXT))
    deep = whole.replace(b'"attrs":{}', b'"attrs":' + b'{"a":' * depth + b"1" + b"}" * depth)
    return "between", chance.choice(
        (b"{}", b"null", b"[]", deep, whole[:-9], b'{"document": {}, "fingerprint": {}}')
    )
