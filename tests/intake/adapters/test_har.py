"""HTTP Archive entries."""

from __future__ import annotations

import msgspec
import pytest
from intake.shapes import HTML, SHAPES, URL, read

from streams.errors import BadRecord
from streams.intake.adapters import har


def test_what_a_request_sent_is_not_passed_on() -> None:
    assert b"secret" not in msgspec.json.encode(read(SHAPES["har"]))


def test_a_har_of_one_entry_is_that_entry() -> None:
    assert read({"log": {"version": "1.2", "entries": [SHAPES["har"]]}}) == read(SHAPES["har"])


def test_an_archive_of_several_entries_is_an_error() -> None:
    entry = SHAPES["har"]
    with pytest.raises(BadRecord, match="2 entries"):
        har.read({"log": {"entries": [entry, entry]}})
    with pytest.raises(BadRecord, match="1 entry;"):
        har.read({"log": {"entries": [{"log": {"entries": []}}]}})


def test_a_body_that_is_not_flagged_as_base64_is_text() -> None:
    response = SHAPES["har"]["response"] | {"content": {"text": HTML, "mimeType": "text/html"}}
    page = read(SHAPES["har"] | {"response": response})
    assert (page.content, page.content_type, page.source) == (HTML, "text/html", {"method": "GET"})


def test_a_body_flagged_as_base64_that_is_none_is_undecodable() -> None:
    response = SHAPES["har"]["response"] | {"content": {"text": "<p>", "encoding": "Base64"}}
    with pytest.raises(BadRecord, match="not base64") as error:
        read(SHAPES["har"] | {"response": response})
    assert error.value.code == "undecodable"


def test_a_request_without_a_response_is_no_entry() -> None:
    assert not har.recognises({"request": {"url": URL}})
    assert not har.recognises({"log": "text"})
