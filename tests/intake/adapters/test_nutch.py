"""Nutch's CommonCrawl JSON."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, SHAPES, URL, b64, read

from streams.errors import BadRecord
from streams.intake.adapters import nutch


def test_the_request_and_the_server_are_the_source() -> None:
    page = read(SHAPES["nutch"])
    assert page.source == {"request": {"method": "GET"}, "server": {"hostname": "h"}}
    assert (page.content_type, page.attrs) == ("text/html", {})


def test_the_status_of_the_response_wins_over_that_of_the_index() -> None:
    record = SHAPES["nutch"]
    assert read(record | {"status": "301"}).status == 200
    response = {name: value for name, value in record["response"].items() if name != "status"}
    assert read(record | {"status": "301", "response": response}).status == 301


def test_a_body_in_base64_is_bytes() -> None:
    response = SHAPES["nutch"]["response"] | {"body": b64(HTML)}
    assert read(SHAPES["nutch"] | {"response": response}).content == HTML.encode()


def test_a_response_without_a_body_is_not_nutch_s() -> None:
    assert not nutch.recognises({"url": URL, "response": {"status": "200"}})
    with pytest.raises(BadRecord, match="'url'"):
        nutch.read({"url": "", "response": {"body": HTML}})
