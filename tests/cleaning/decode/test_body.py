"""A page's body: decoded to text and tree, or found to be no page."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.body import Body, NotAPage, decode_body
from streams.errors import BadRecord
from streams.records import RawPage, Reason

HTML = "<html><body><p>Naïve café</p></body></html>"


def decoded(content: bytes | str, limit: int = 10_000, **more: object) -> Body | NotAPage:
    return decode_body(RawPage(id="1", url="https://example.org/a", content=content, **more), limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content", [HTML, HTML.encode(), gzip.compress(HTML.encode(), mtime=0), HTML.encode("utf-16")]
)
def test_a_page_is_decoded_however_it_is_stored(content: bytes | str) -> None:
    body = decoded(content)
    assert isinstance(body, Body) and body.text == HTML
    assert body.tree is not None and body.tree.findtext(".//p") == "Naïve café"


def test_the_header_s_charset_is_used_and_a_guessed_one_is_noted() -> None:
    content = HTML.encode("latin-1")
    declared = decoded(content, headers={"content-type": "text/html; charset=iso-8859-1"})
    assert isinstance(declared, Body) and declared.text == HTML and declared.notes == ()
    guessed = decoded(content)
    assert isinstance(guessed, Body) and guessed.text == HTML
    assert [note.signal for note in guessed.notes] == ["charset"]


def test_plain_text_has_no_tree() -> None:
    body = decoded("The harbour council voted.\n\nWork begins in spring.")
    assert isinstance(body, Body) and body.tree is None


@pytest.mark.parametrize(
    ("more", "has_tree"), [({"form": "text"}, False), ({"content_type": "text/plain"}, False), ({}, True)]
)
def test_a_text_about_html_is_text_if_the_crawler_or_the_header_says_so(
    more: dict[str, str], has_tree: bool
) -> None:
    body = decoded("To begin a paragraph, write <p>, and </p> to end it.", **more)
    assert isinstance(body, Body) and (body.tree is not None) == has_tree


@pytest.mark.parametrize(
    ("content", "reason", "signal"),
    [
        (b"%PDF-1.7", Reason.NOT_HTML, "bytes"),
        ("<rss><channel>", Reason.NOT_HTML, "bytes"),
        (b"a" * 10_001, Reason.TOO_LARGE, "size"),
        ("é" * 5_001, Reason.TOO_LARGE, "size"),
        (gzip.compress(b"a" * 10_001, mtime=0), Reason.TOO_LARGE, "size"),
    ],
)
def test_what_is_no_page_has_a_reason_and_evidence(content: bytes | str, reason: Reason, signal: str) -> None:
    found = decoded(content)
    assert isinstance(found, NotAPage)
    assert (found.reason, found.evidence.signal) == (reason, signal)


def test_the_limit_is_in_bytes_of_utf8() -> None:
    assert isinstance(decoded("é" * 5_000), Body)
    assert isinstance(decoded("é" * 5_000, limit=9_999), NotAPage)


def test_a_damaged_compressed_body_is_undecodable() -> None:
    with pytest.raises(BadRecord) as caught:
        decoded(b"\x1f\x8b\x08" + b"\xff" * 50)
    assert caught.value.code == "undecodable"


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_body_gives_text_that_can_be_encoded_or_a_reason(content: bytes | str) -> None:
    try:
        found = decoded(content)
    except BadRecord as error:
        assert error.code == "undecodable"
        return
    if isinstance(found, Body):
        assert not set(found.text) & {"\x00", "\x0b", "\x0c", "\ufffe", "\uffff"}
        found.text.encode("utf-8")
    else:
        assert found.evidence.detail
