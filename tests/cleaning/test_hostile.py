"""Pages made to break whoever reads them: each ends, in bounded memory and processor time, with an answer.

Every page is cleaned in a process of its own that is killed when it takes more than its limits.
"""

from __future__ import annotations

import gzip
import multiprocessing
import random
import resource
import zlib
from collections.abc import Callable
from typing import Any

import cramjam
import pytest

from streams.cleaning import clean
from streams.errors import BadRecord
from streams.records import Document, RawPage, Reason, Rejection
from streams.settings import Cleaning

MILLION = 1_000_000
SENTENCE = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in January; work begins in spring."
STORY = f"<p>{SENTENCE}</p>" * 5
MEMORY = 1_500 * MILLION  # bytes of address space beyond what the process starts with
SECONDS = 60  # of processor time; the slowest of these takes some five


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Pier</title>{head}</head><body>{body}</body></html>"


def outcome(content: bytes | str, headers: dict[str, str]) -> str:
    given = RawPage(id="1", url="https://example.org/news/pier", content=content, headers=headers)
    try:
        found = clean(given, Cleaning())
    except BadRecord as error:
        return error.code
    return "document" if isinstance(found, Document) else str(found.reason)


def _child(make: Callable[[], bytes | str], headers: dict[str, str], answer: Any) -> None:
    content = make()
    outcome(page(STORY), {})  # what is loaded once is no page's cost
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - the interface is this file
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    answer.send(outcome(content, headers))


def cleaned(make: Callable[[], bytes | str], **headers: str) -> str:
    """What became of a page, or ``"killed"`` where it overran its limits."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(make, headers, theirs))
    child.start()
    theirs.close()
    try:
        return str(ours.recv())
    except EOFError:
        return "killed"
    finally:
        child.join()


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
DOCTYPE = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "lol">{LAUGHS}]>'

PAGES: dict[str, tuple[Callable[[], bytes | str], str]] = {
    "50 MB of text": (lambda: "x" * 50 * MILLION, "too_large"),
    "50 MB of bytes": (lambda: b"<p>" + b"x" * 50 * MILLION, "too_large"),
    "9 MB of paragraphs": (lambda: page(f"<p>{SENTENCE}</p>" * 65_000), "document"),
    "9 MB in one word": (lambda: page("<p>" + "w" * 9 * MILLION), "document"),
    "10,000 nested elements": (lambda: page("<div>" * 10_000 + STORY + "</div>" * 10_000), "document"),
    "1,500,000 nested elements": (lambda: page("<div>" * 1_500_000 + STORY), "document"),
    "300,000 nested tables": (lambda: page("<table><tr><td>" * 300_000 + STORY), "document"),
    "900,000 nested lists": (lambda: page("<ul><li>" * 900_000 + STORY), "document"),
    "900,000 nested links": (lambda: page("<a href=x>" * 900_000 + STORY), "document"),
    "3,000,000 paragraphs": (lambda: page("<p>" * 3 * MILLION + STORY), "document"),
    "900,000 attributes": (lambda: page(f"<div {' '.join(f'a{n}=1' for n in range(900_000))}>{STORY}"), "document"),
    "900,000 attributes with brackets": (lambda: page("<div " + " ".join(f'a{n}=">"' for n in range(700_000)) + f">{STORY}"), "document"),
    "2,000 elements with 990 attributes": (lambda: page(f"<i {' '.join(f'a{n}' for n in range(990))}></i>" * 1_700 + STORY), "document"),
    "a tag that never ends": (lambda: page('<div class="' + "x " * 4 * MILLION), "too_short"),
    "brackets": (lambda: "<" * 9 * MILLION, "too_short"),
    "100,000 comments in a row": (lambda: page("<!a>" * 100_000 + STORY), "document"),
    "1,500,000 processing instructions": (lambda: page("<?a ?>" * 1_500_000 + STORY), "document"),
    "100,000 inputs between texts": (lambda: page("<input>x" * 100_000 + STORY), "document"),
    "a row of 100,000 cells": (lambda: page("<table><tr>" + "<td>x" * 100_000 + "</table>" + STORY), "document"),
    "comments that never end": (lambda: page("<!--" * 2 * MILLION), "too_short"),
    "nulls within words": (lambda: page(STORY.replace("e", "\0e")), "document"),
    "nothing but nulls": (lambda: b"\0" * 9 * MILLION, "not_html"),
    "control characters as references": (lambda: page(f"<script></script>&#x1f;{STORY}"), "document"),
    "a billion laughs": (lambda: f"{DOCTYPE}<html><body><p>&a11;</p>{STORY}", "document"),
    "a million entities": (lambda: page("<p>" + "&amp;" * 1_900_000 + STORY), "document"),
    "an entity of entities": (lambda: page("<p>&" + "amp;" * 2 * MILLION + STORY), "document"),
    "a deep JSON-LD": (lambda: page(STORY, '<script type="application/ld+json">' + "[" * 500_000 + "</script>"), "document"),
    "400,000 metas": (lambda: page(STORY, "<meta name=a content=b>" * 390_000), "document"),
    "a title of dashes": (lambda: page(STORY, "<title>" + " - " * 3 * MILLION + "</title>"), "document"),
    "a canonical address of steps": (lambda: page(STORY, f'<link rel=canonical href="{"a/../" * 1_800_000}">'), "document"),
    "a state of quotation marks": (lambda: page('<script>' + '\\"' * 2 * MILLION + "</script>", '<meta property="og:type" content="article">'), "empty_shell"),
    "lone surrogates": (lambda: page("<p>" + "\ud800" * MILLION + STORY), "document"),
    "diacritics on one letter": (lambda: page(f"<h1>a{chr(0x301) * 3 * MILLION}</h1>{STORY}"), "document"),
    "random bytes": (lambda: b"<html><body>" + random.Random(1).randbytes(5 * MILLION), "not_html"),
    "8 MB of random bytes": (lambda: random.Random(2).randbytes(8 * MILLION), "not_html"),
    "random bytes that a crawler decoded": (lambda: random.Random(3).randbytes(5 * MILLION).decode("utf-8", "replace"), "not_html"),
    "random bytes above ASCII": (lambda: b"<html><p>" + bytes(b | 128 for b in random.Random(1).randbytes(5 * MILLION)), "document"),
    "declared UTF-8, UTF-16 in fact": (lambda: page(STORY, "<meta charset=utf-8>").encode("utf-16-le"), "document"),
    "declared UTF-7": (lambda: page(STORY, "<meta charset=utf-7>").encode(), "document"),
    "a gzip bomb": (lambda: gzip.compress(b"a" * 200 * MILLION, 1), "too_large"),
    "a gzip bomb in a gzip bomb": (lambda: gzip.compress(gzip.compress(b"a" * 200 * MILLION, 1)), "too_large"),
    "a gzip of 50,000 members": (lambda: gzip.compress(b"<p>a") * 50_000, "document"),
    "a zlib bomb": (lambda: zlib.compress(b"a" * 200 * MILLION, 1), "too_large"),
    "a zstd bomb": (lambda: bytes(cramjam.zstd.compress(b"a" * 200 * MILLION)), "too_large"),
    "gzip that is none": (lambda: b"\x1f\x8b\x08" + b"\xff" * MILLION, "undecodable"),
    "zstd that is none": (lambda: b"\x28\xb5\x2f\xfd" + b"\xff" * MILLION, "undecodable"),
}  # fmt: skip


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_ends_with_an_answer(name: str) -> None:
    make, expected = PAGES[name]
    assert cleaned(make) == expected


def test_random_bytes_are_never_a_page_whatever_is_declared_and_the_record_says_why() -> None:
    for seed in range(200):
        content = random.Random(seed).randbytes(3_000)
        for body in (content, content.decode("latin-1"), content.decode("utf-8", "replace")):
            given = RawPage(
                id="1",
                url="https://example.org/",
                content=body,
                headers={"content-type": "text/html; charset=utf-8"},
            )
            found = clean(given, Cleaning())
            assert isinstance(found, Rejection) and found.reason == Reason.NOT_HTML, seed
            assert [evidence.signal for evidence in found.evidence] == ["bytes"]


@pytest.mark.timeout(120)
def test_a_brotli_bomb_is_too_large() -> None:
    headers = {"content-encoding": "br"}
    assert cleaned(lambda: bytes(cramjam.brotli.compress(b"a" * 200 * MILLION, 3)), **headers) == "too_large"


def packed(kind: str, content: bytes) -> bytes:
    bare = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return {
        "gzip": lambda: gzip.compress(content),
        "gzip, gzip": lambda: gzip.compress(gzip.compress(content)),
        "zlib": lambda: zlib.compress(content),
        "deflate": lambda: bare.compress(content) + bare.flush(),
        "zstd": lambda: bytes(cramjam.zstd.compress(content)),
        "br": lambda: bytes(cramjam.brotli.compress(content)),
        "identity": lambda: content,
    }[kind]()


@pytest.mark.parametrize("kind", ["gzip", "gzip, gzip", "zlib", "zstd", "identity"])
@pytest.mark.parametrize("declared", ["", "br", "deflate", "gzip", "zstd"])
def test_a_page_whose_bytes_tell_how_it_is_packed_is_unpacked_whatever_is_declared(
    kind: str, declared: str
) -> None:
    assert outcome(packed(kind, page(STORY).encode()), {"content-encoding": declared}) == "document"


@pytest.mark.parametrize("kind", ["br", "deflate"])
def test_what_bears_no_mark_is_unpacked_where_the_header_names_it(kind: str) -> None:
    assert outcome(packed(kind, page(STORY).encode()), {"content-encoding": kind}) == "document"


@pytest.mark.parametrize("kind", ["gzip", "zlib"])
def test_a_packed_page_that_was_cut_off_gives_what_it_has(kind: str) -> None:
    chance = random.Random(2)
    words = " ".join("".join(chance.choices("abcdefghij", k=6)) for _ in range(8_000))
    whole = packed(kind, page(f"{STORY}<p>{words}</p>").encode())
    assert outcome(whole[: len(whole) // 2], {}) == "document"
