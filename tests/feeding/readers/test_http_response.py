"""HTTP responses as archives store them."""

from __future__ import annotations

import pytest
from feeding.archives import chunked, http
from hypothesis import given
from hypothesis import strategies as st

from streams.feeding.readers.http_response import dechunk, parse

BODY = b"<html><body><p>Lorries heavier than twelve tonnes</p></body></html>"


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_a_head_ends_its_lines_as_it_likes(newline: str) -> None:
    found = parse(http(BODY, "Server: a", "Server: b", newline=newline))
    assert found is not None
    assert (found.status, found.body, found.headers["server"]) == (200, BODY, ["a", "b"])


def test_a_chunked_body_is_put_together_and_its_header_goes() -> None:
    found = parse(http(chunked(BODY, 10), "Transfer-Encoding: chunked"))
    assert found is not None
    assert (found.body, found.incomplete, "transfer-encoding" in found.headers) == (BODY, False, False)


@pytest.mark.parametrize("body", [BODY, b"feed the cat", b"", b"a\nb", "Füße".encode(), bytes(range(256))])
def test_a_body_that_the_crawler_put_together_stays(body: bytes) -> None:
    found = parse(http(body, "Transfer-Encoding: chunked"))
    assert found is not None
    assert found.body == body


def test_an_answer_that_broke_off_gives_what_came_and_says_so() -> None:
    found = parse(http(chunked(BODY, 10)[:50], "Transfer-Encoding: chunked"))
    assert found is not None
    assert found.incomplete and found.body and BODY.startswith(found.body)


def test_extensions_trailers_and_bare_line_feeds_are_no_part_of_the_body() -> None:
    assert dechunk(b"5;name=value\r\nhello\r\n0\r\nExpires: never\r\n\r\n") == (b"hello", True)
    assert dechunk(b"5\nhello\n6 \n world\n0\n\n") == (b"hello world", True)


def test_chunks_that_no_header_tells_of_are_undone_where_there_is_no_doubt() -> None:
    found = parse(http(chunked(BODY, 10)))
    assert found is not None and found.body == BODY
    for doubtful in (chunked(BODY, 10)[:50], b"0\r\n\r\n", b"12\r\nmonths a year\r\n"):
        stays = parse(http(doubtful))
        assert stays is not None and stays.body == doubtful


def test_an_answer_behind_empty_lines_is_read() -> None:
    found = parse(b"\r\n\r\n" + http(BODY))
    assert found is not None and found.body == BODY


def test_a_line_of_spaces_ends_a_head() -> None:
    found = parse(b"HTTP/1.1 200 OK\r\nServer: a\r\n \t\r\n" + BODY)
    assert found is not None
    assert (found.body, found.headers) == (BODY, {"server": ["a"]})


def test_interim_answers_are_passed_over() -> None:
    found = parse(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + http(BODY))
    assert found is not None
    assert (found.status, found.body) == (200, BODY)


@pytest.mark.parametrize(
    "status",
    ["HTTP/2 200", "HTTP/1.0 200 OK", "ICY 200 OK", "HTTP/1.1 200", "http/1.1 200 ok", "HTTP 200 OK"],
)
def test_status_lines_of_every_version_are_read(status: str) -> None:
    found = parse(http(BODY, status=status))
    assert found is not None and (found.status, found.body) == (200, BODY)


def test_a_head_without_fields_or_without_an_end_has_a_body_all_the_same() -> None:
    assert parse(b"HTTP/1.1 204 No Content\r\n\r\n") == (204, {}, b"", False)
    assert parse(b"HTTP/1.1 200 OK\r\nA: b") == (200, {"a": ["b"]}, b"", False)
    assert parse(b"HTTP/1.1 200 OK\n\nbody") == (200, {}, b"body", False)


@given(st.binary(max_size=400), st.integers(1, 50))
def test_chunks_of_any_size_give_the_body_again(body: bytes, size: int) -> None:
    assert dechunk(chunked(body, size)) == (body, True)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_response_or_none(block: bytes) -> None:
    parse(block)
    parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + block)
