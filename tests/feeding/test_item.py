"""Each page comes with its origin and with how much of the input was read for it."""

from __future__ import annotations

import gzip
from pathlib import Path

from streams import feeding


def test_the_origin_is_the_file_and_the_line_and_consumed_bytes_grow_to_the_whole(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"url":"https://a.example/1"}\n\n{"url":"https://a.example/2"}\n')
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"url":"https://a.example/3"}\n' * 3))
    (tmp_path / "c.txt").write_text("text")
    items = list(feeding.read([tmp_path]))
    assert [item.origin.removeprefix(f"{tmp_path}/") for item in items] == [
        "a.jsonl:1", "a.jsonl:3", "b.jsonl.gz:1", "b.jsonl.gz:2", "b.jsonl.gz:3", "c.txt:1",
    ]  # fmt: skip
    consumed = [item.consumed for item in items]
    assert consumed == sorted(consumed)
    assert consumed[-1] <= (feeding.total_bytes([tmp_path]) or 0)
    assert consumed[2] > (tmp_path / "a.jsonl").stat().st_size
