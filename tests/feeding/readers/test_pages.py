"""Files that are a page each."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path

import msgspec
import pytest

from streams import feeding
from streams.errors import BadInput
from streams.feeding.readers import pages

PAGE = b'<html><head><link rel="canonical" href="https://a.example/1"></head><body><p>Text</p></body></html>'


def _records(path: Path) -> list[dict[str, str]]:
    return [msgspec.json.decode(item.message.value or b"") for item in feeding.read([path])]


@pytest.mark.parametrize("name", ["page.html", "page.html.gz"])
def test_a_page_in_a_file_goes_under_the_address_that_it_gives_itself(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(PAGE) if name.endswith(".gz") else PAGE)
    (record,) = _records(path)
    assert record["url"] == "https://a.example/1"
    assert base64.b64decode(record["body"]) == PAGE


def test_a_page_without_an_address_goes_under_its_path(tmp_path: Path) -> None:
    path = tmp_path / "some page.txt"
    path.write_text("Text")
    (record,) = _records(path)
    assert record["url"].startswith("file:///") and record["url"].endswith("some%20page.txt")
    assert record["content_type"] == "text/plain"


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(PAGE)[:-9])
    with pytest.raises(BadInput, match=r"page\.html\.gz: byte 0: the gzip data is cut short"):
        _records(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGE_BYTES", 1_000)
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(bytes(100_000)))
    with pytest.raises(BadInput, match=r"page\.html\.gz: 100,000 bytes or more, over the limit of 1,000"):
        _records(path)
