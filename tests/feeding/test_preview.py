"""What would be fed is counted by kind of record, type and host."""

from __future__ import annotations

import json
import random
from pathlib import Path

from feeding import archives

from streams import feeding
from streams.feeding import Tally
from streams.feeding.preview import Amount, Preview


def test_pages_and_bytes_are_counted_by_kind_type_and_host(tmp_path: Path) -> None:
    lines = [
        {"url": "https://a.example/1", "html": "<p>Text</p>"},
        {"url": "https://A.example/2", "html": "%PDF-1.7 decoded"},
        {"page": 3},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "b.warc").write_bytes(archives.response(1) + archives.record(b"", 2, "request"))
    tally = Tally()
    preview = Preview(1_000_000, tally)
    for item in feeding.read([tmp_path], tally):
        preview.add(item)
    assert {label: amount.pages for label, amount in preview.by("kind")} == {"json": 3, "warc_response": 1}
    assert {label: amount.pages for label, amount in preview.by("type")} == {
        "html": 2,
        "pdf": 1,
        "unreadable": 1,
    }
    assert {label: amount.pages for label, amount in preview.by("host")} == {
        "a.example": 2, "(none)": 1, "gull.example": 1,
    }  # fmt: skip
    assert preview.by("host")[0][0] == "a.example"
    assert preview.total.pages == 4
    assert sum(amount.bytes for _, amount in preview.by("kind")) == preview.total.bytes
    assert tally.skipped == {"warc_request": 1}


def test_what_no_message_can_hold_is_counted_as_too_large_and_what_gzip_shrinks_is_not(
    tmp_path: Path,
) -> None:
    noise = random.Random(1).randbytes(40_000).hex()
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"url": "https://a.example/1", "html": noise}) + "\n"
        + json.dumps({"url": "https://a.example/2", "html": "<p>same</p>" * 10_000}) + "\n"
    )  # fmt: skip
    tally = Tally()
    preview = Preview(20_000, tally)
    for item in feeding.read([tmp_path], tally):
        preview.add(item)
    assert (preview.total.pages, tally.skipped) == (1, {"too_large": 1})
    assert preview.total.bytes < 20_000


def test_nothing_at_all_has_empty_counts() -> None:
    preview = Preview(1_000, Tally())
    assert (preview.total, preview.by("kind"), preview.by("host")) == (Amount(0, 0), [], [])
