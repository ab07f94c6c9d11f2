"""WACZ: the WARC files in a zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from feeding.archives import gz, http, page, record, response

from streams import feeding
from streams.feeding import Tally


def _wacz(path: Path, packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/1.warc.gz", gz(response(1), response(2)))
        archive.writestr("pages/pages.jsonl", '{"url": "https://gull.example/1"}')
        archive.writestr("archive/2.warc.gz", gz(record(http(page(1)), 1, fields=["WARC-Payload-Digest: a"])))
        archive.writestr("archive/3.warc.gz", gz(record(http(b""), 3, "revisit", ["WARC-Payload-Digest: a"])))
    return path


@pytest.mark.parametrize(("packing", "pages"), [(zipfile.ZIP_STORED, 4), (zipfile.ZIP_DEFLATED, 3)])
def test_the_warc_files_in_it_are_read(packing: int, pages: int, tmp_path: Path) -> None:
    """A revisit refers into another of them where it is stored, as the standard has it, not compressed once more."""
    tally = Tally()
    items = list(feeding.read([_wacz(tmp_path / "a.wacz", packing)], tally))
    assert len(items) == pages
    assert items[0].origin == f"{tmp_path / 'a.wacz'}:1"
    assert json.loads(items[0].message.value or b"")["url"] == "https://gull.example/1"
    assert not tally.failed, tally.messages()


def test_a_zip_that_is_damaged_or_cut_anywhere_is_named(tmp_path: Path) -> None:
    whole = _wacz(tmp_path / "a.wacz").read_bytes()
    for at in range(0, len(whole), 11):
        for damaged in (whole[:at], whole[:at] + b"\xff\xff\xff" + whole[at + 3 :]):
            (tmp_path / "a.wacz").write_bytes(damaged)
            list(feeding.read([tmp_path / "a.wacz"], Tally()))
    (tmp_path / "a.wacz").write_bytes(whole[:-30])
    tally = Tally()
    assert list(feeding.read([tmp_path / "a.wacz"], tally)) == []
    assert "a.wacz: byte 0: no zip file" in tally.messages()[0]
