"""The type of a body by its content: signatures, control bytes, root elements; and HTML or plain text."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode import mime


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\n  %PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG image"),
        (bytes(range(32)) * 20, "binary data (520 control bytes in the first 640)"),
    ],
)
def test_bytes_of_another_type_are_named(content: bytes, expected: str) -> None:
    assert mime.type_of_bytes(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<p>x",
        "<p>é".encode(),
        "<p>text".encode("utf-16"),
        "<p>text".encode("utf-32-be"),
        b"\x1b$B-!\x1b(B",
    ],
)
def test_text_in_any_charset_has_no_other_type(content: bytes) -> None:
    assert mime.type_of_bytes(content) is None


def test_compressed_bytes_that_a_crawler_decoded_are_binary() -> None:
    text = gzip.compress(b"<p>the harbour council voted</p>" * 9).decode("latin-1")
    assert (mime.type_of_characters(text) or "").startswith("binary data, decoded")
    assert mime.type_of_characters("<p>The harbour\tcouncil\r\nvoted") is None


@pytest.mark.parametrize(
    ("text", "content_type", "expected"),
    [
        ('<?xml version="1.0"?><rss version="2.0"><channel>', None, "XML document with root <rss>"),
        ("<!-- map --><urlset xmlns='x'>", "text/html", "XML document with root <urlset>"),
        ('{"a": 1}', "application/json; charset=utf-8", "declared application/json, and not contradicted by its text"),
        ("%PDF-1.4 decoded", None, "PDF"),
        ("<html><p>x", "application/json", None),
        ("<p>x", "text/html", None),
    ],
)  # fmt: skip
def test_text_that_is_no_page_is_named(text: str, content_type: str | None, expected: str | None) -> None:
    assert mime.type_of_text(text, content_type) == expected


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("<!doctype html>x", "text", "html"),
        ("  <html>", "text", "html"),
        ("The harbour council voted.", "unknown", "text"),
        ("The harbour<br>council", "unknown", "html"),
        ("To mark a paragraph, write <p> and </p>.", "text", "text"),
        ("x <b>y</b></p>" * 6, "text", "html"),
    ],
)
def test_the_form_follows_the_content_and_the_declaration_decides_doubtful_cases(
    text: str, declared: str, expected: str
) -> None:
    assert mime.form_of(text, declared) == expected


@given(st.text(max_size=300), st.sampled_from(["html", "text", "unknown"]), st.none() | st.text(max_size=40))
def test_any_text_has_a_form(text: str, declared: str, content_type: str | None) -> None:
    assert mime.form_of(text, declared) in ("html", "text")
    assert mime.type_of_text(text, content_type) != ""
    assert mime.type_of_bytes(text.encode("utf-8", "replace")) != ""
