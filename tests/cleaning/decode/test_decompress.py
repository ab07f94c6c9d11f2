"""Decompression: by magic number or header, in two layers, with a limit, of truncated and damaged streams."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.decompress import Oversize, decompress
from streams.errors import BadRecord

PAGE = b"<html><body><p>The harbour council voted on Tuesday to rebuild the eastern pier.</p></body></html>"
LIMIT = 100_000


def raw_deflate(content: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zstd": lambda content: bytes(cramjam.zstd.compress(content)),
    "br": lambda content: bytes(cramjam.brotli.compress(content)),
    "deflate": raw_deflate,
}


@given(
    st.binary(min_size=1, max_size=2_000),
    st.sampled_from(["gzip", "zstd"]),
    st.sampled_from(["", "br", "gzip"]),
)
def test_any_content_is_read_back_whatever_the_header_says(content: bytes, kind: str, declared: str) -> None:
    if content.startswith((b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78")):
        return  # is taken for a second layer
    assert decompress(COMPRESS[kind](content), LIMIT, declared) == content


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_page_is_read_back_from_each_format(kind: str) -> None:
    assert decompress(COMPRESS[kind](PAGE), LIMIT, kind) == PAGE


@pytest.mark.parametrize("declared", ["", "gzip", "br", "deflate", "zstd", "nonsense"])
def test_a_body_that_the_crawler_decompressed_is_unchanged(declared: str) -> None:
    assert decompress(PAGE, LIMIT, declared) == PAGE


def test_two_layers_are_decompressed_and_a_third_is_not() -> None:
    twice = gzip.compress(zlib.compress(PAGE))
    assert decompress(twice, LIMIT) == PAGE
    assert decompress(gzip.compress(twice), LIMIT) == zlib.compress(PAGE)


def test_all_members_of_a_gzip_file_are_joined() -> None:
    assert decompress(gzip.compress(PAGE) + gzip.compress(b"<p>more"), LIMIT) == PAGE + b"<p>more"


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_body_above_the_limit_is_oversize(kind: str) -> None:
    found = decompress(COMPRESS[kind](b"a" * 50_000), 40_000, kind)
    assert found == Oversize(40_001, compressed=True)


def test_the_limit_holds_for_what_is_not_compressed_too() -> None:
    assert decompress(PAGE, len(PAGE)) == PAGE
    assert decompress(PAGE, len(PAGE) - 1) == Oversize(len(PAGE), compressed=False)


@pytest.mark.parametrize("kind", ["gzip", "zlib"])
def test_a_truncated_stream_gives_the_beginning(kind: str) -> None:
    words = b" ".join(b"%d" % (n * n * 7919) for n in range(3_000))
    found = decompress(COMPRESS[kind](words)[:6_000], LIMIT)
    assert isinstance(found, bytes) and 3_000 < len(found) < len(words)
    assert words.startswith(found)


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x9c"])
def test_a_body_that_only_begins_like_a_compressed_one_is_undecodable(magic: bytes) -> None:
    with pytest.raises(BadRecord) as caught:
        decompress(magic + b"\xff" * 100, LIMIT)
    assert caught.value.code == "undecodable"


def test_text_may_begin_like_a_zlib_header() -> None:
    assert decompress(b"x^2 is a square", LIMIT) == b"x^2 is a square"


@given(st.binary(max_size=400), st.sampled_from(["", "br", "deflate", "gzip, br"]))
def test_any_bytes_are_decompressed_within_the_limit_or_undecodable(content: bytes, declared: str) -> None:
    try:
        found = decompress(content, 1_000, declared)
    except BadRecord as error:
        assert error.code == "undecodable"
    else:
        assert isinstance(found, Oversize) or len(found) <= 1_000
