"""Common Crawl's WAT records."""

from __future__ import annotations

import pytest

from streams.errors import BadRecord
from streams.intake.adapters import wat


def test_a_wat_record_is_an_error_that_names_the_files_with_the_page() -> None:
    record = {"Envelope": {"WARC-Header-Metadata": {"WARC-Type": "response"}}}
    assert wat.recognises(record)
    with pytest.raises(BadRecord, match="WARC file, or WET"):
        wat.read(record)


def test_an_envelope_of_something_else_is_not_wat_s() -> None:
    assert not wat.recognises({"Envelope": {"to": "x"}})
    assert not wat.recognises({"Envelope": "x"})
