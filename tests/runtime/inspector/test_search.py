"""Which records are about a page."""

from __future__ import annotations

import msgspec
import pytest
from inspector.made import enriched, rejection

from streams.records import DeadLetter, Entity, EntityFact, Fault, Message, Record
from streams.runtime.inspector.search import _needles, about

PAGE = enriched(
    1, url="https://a.example/1?x", canonical_url="https://a.example/1", final_url="https://b.example/1"
)
FACT = EntityFact(
    document_id="page-1", url="https://a.example/1?x", canonical_url="https://a.example/1", entity=Entity(text="A", label="ORG", mentions=())
)  # fmt: skip
LETTER = DeadLetter(id="pages.raw/0/1", reason=Fault.TIMEOUT, stage="enrich", error="", message="")


@pytest.mark.parametrize(
    "asked",
    ["page-1", "https://a.example/1?x", "https://a.example/1", "https://b.example/1", "pages.raw/0/1"],
)
def test_a_page_is_known_by_its_id_its_addresses_and_the_place_of_its_message(asked: str) -> None:
    assert about(PAGE, asked, Message(value=b""))


@pytest.mark.parametrize("record", [PAGE, FACT, rejection(2, duplicate_of="page-9"), LETTER])
def test_another_page_is_another_page(record: Record) -> None:
    for asked in ("page-9", "page", "https://a.example/", "pages.raw/0/11", ""):
        assert not about(record, asked, Message(value=b'{"id":"page-8","url":"https://a.example/8"}'))


def test_facts_and_dead_letters_are_about_a_page_too() -> None:
    assert about(FACT, "page-1", Message(value=b""))
    message = Message(value=b'{"id":"page-8","url":"https://a.example/8"}')
    assert all(about(LETTER, asked, message) for asked in ("pages.raw/0/1", "page-8", "https://a.example/8"))


@pytest.mark.parametrize(
    "asked",
    [
        "HTTP://A.example:80/1/?utm_source=x#top",
        "http://a.example/1/?x&utm_medium=y",
        "https://B.example/1?fbclid=3",
    ],
)
def test_any_address_of_a_page_finds_it(asked: str) -> None:
    assert about(PAGE, asked, Message(value=b""))
    assert about(FACT, asked, Message(value=b"")) == ("B.example" not in asked)
    letter = Message(value=b'{"id":"page-8","url":"https://b.example/1"}')
    assert about(LETTER, asked, letter) == ("B.example" in asked)


def test_the_json_of_a_page_has_what_is_looked_for_whichever_of_its_addresses_is_asked_for() -> None:
    page = enriched(
        1,
        url="http://WWW.example.com/1?utm_source=x",
        canonical_url="https://example.com/2",
        site="example.com",
    )
    for asked in ("https://example.com/1", "https://m.example.com/2#top"):
        assert about(page, asked, Message(value=b""))
        assert any(needle in msgspec.json.encode(page) for needle in _needles(asked))


def test_what_is_looked_for_is_as_json_writes_it() -> None:
    assert _needles('a"b') == (b'a\\"b',)
    assert _needles("pages.raw/2/17") == (b"pages.raw/2/17", b'"offset":17')
