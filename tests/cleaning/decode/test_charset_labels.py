"""Charset labels mean what they mean to browsers, in headers and pages."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode import charset_labels
from streams.cleaning.decode.charset_labels import codec_of


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ('<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"),
        ("<META CHARSET = 'Big5' >", "Big5"),
        ("<meta content='text/html; charset=euc-kr' http-equiv=content-type>", "euc-kr"),
        ("<meta name=description content='charset=big5'>", None),
        ("<meta charset=nonsense><meta charset=gbk>", "gbk"),
        ("<meta charset=utf-16>", "utf-8"),
        ("<!--<meta charset=gbk>-->", None),
        ("<title><meta charset=gbk></title>", None),
        ("<meta charset=undefined>", None),
        ("<metadata charset=gbk>", None),
        ("<meta charset='gbk", None),
        ("<meta charset=\xff\xff>", None),
    ],
)
def test_a_page_declares_its_charset_as_browsers_read_it(declaration: str, expected: str | None) -> None:
    assert charset_labels.label_in_page(f"{declaration}<p>x".encode("latin-1")) == expected


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF8", "utf_8"), ('"utf-8"', "utf_8"), (" utf_8;", "utf_8"), ("uft-8", "utf_8"), ("utf8mb4", "utf_8"),
        ("ISO-8859-1", "cp1252"), ("us-ascii", "cp1252"), ("latin-1", "cp1252"), ("iso8859-9", "cp1254"),
        ("win-1251", "cp1251"), ("windows1251", "cp1251"), ("cp-1251", "cp1251"), ("ansi_1251", "cp1251"),
        ("shift-jis", "cp932"), ("x-sjis", "cp932"), ("cp949", "cp949"), ("ks_c_5601-1987", "cp949"),
        ("gb2312", "gb18030"), ("big5-hkscs", "big5hkscs"), ("cp950", "big5hkscs"), ("tis-620", "cp874"),
        ("unicode", "utf_16_le"), ("utf-32", "utf_32_le"), ("logical", "iso8859_8"), ("iso-8859-16", "iso8859_16"),
        ("utf-7", ""), ("x-user-defined", ""), ("replacement", ""), ("iso-2022-kr", ""), ("hz-gb-2312", ""),
        ("undefined", ""), ("unknown", ""), ("idna", ""), ("rot13", ""), ("base64", ""), ("cp037", ""), ("", ""), ("\udcff", ""),
    ],
)  # fmt: skip
def test_a_label_means_what_it_means_to_a_browser(label: str, codec: str) -> None:
    assert codec_of(label) == codec
    assert not codec or codecs.lookup(codec)


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("text/html; charset=koi8-r", "koi8-r"),
        ('text/html;charset="UTF-8"; x=y', "UTF-8"),
        ("text/html; Charset = 'big5'", "big5"),
        ("text/html", None),
        ("", None),
        (None, None),
    ],
)
def test_the_label_in_a_header_is_found_in_any_spelling(header: str | None, label: str | None) -> None:
    assert charset_labels.label_in_header(header) == label


@given(st.text(max_size=70))
def test_any_label_is_a_codec_of_python_or_none(label: str) -> None:
    codec = codec_of(label)
    assert codec == "" or codecs.lookup(codec)


@given(st.binary(max_size=200))
def test_a_label_found_in_any_bytes_is_known(content: bytes) -> None:
    label = charset_labels.label_in_page(b"<meta charset=" + content)
    assert label is None or codec_of(label)
