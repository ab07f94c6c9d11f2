"""A report from files."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from cli.run import NO_BROKER, invoke
from inspector.made import enriched, rejection

from streams.records import DeadLetter, Fault, encode


def _lines() -> bytes:
    letter = DeadLetter(
        id="x:3", reason=Fault.BAD_RECORD, stage="clean", error="BadRecord", message="no JSON"
    )
    return b"\n".join(encode(record) for record in (enriched(1), rejection(2), letter)) + b"\n"


def test_a_report_is_written_from_what_process_wrote_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(_lines())
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(_lines()))
    target = tmp_path / "out.html"
    done = invoke("report", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl.gz"), "-o", str(target))
    assert done.exit_code == 0, done.output
    assert "6 pages" in done.output
    text = target.read_text("utf-8")
    assert "Crawl in a.jsonl, b.jsonl.gz" in text
    assert all(label in text for label in ("enriched", "soft_404", "bad_record"))


def test_standard_input_is_read_and_a_title_is_taken(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    done = invoke("report", "-", "--title", "Tuesday's crawl", "-o", str(target), stdin=_lines().decode())
    assert done.exit_code == 0, done.output
    assert "Tuesday&#39;s crawl" in target.read_text("utf-8")


def test_lines_that_are_no_output_are_counted_and_a_file_of_nothing_else_is_refused(tmp_path: Path) -> None:
    file, target = tmp_path / "a.jsonl", tmp_path / "out.html"
    file.write_bytes(_lines() + b'no JSON\n\n{"url": "https://a.example"}\n')
    assert invoke("report", str(file), "-o", str(target)).exit_code == 0
    assert "2 records were no dispositions" in target.read_text("utf-8")
    file.write_bytes(b"no JSON\n")
    done = invoke("report", str(file), "-o", str(target))
    assert (done.exit_code, "no line is an output" in done.output) == (1, True)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = invoke("report", str(tmp_path / "none.jsonl"), "-o", str(tmp_path / "out.html"))
    assert done.exit_code == 1
    assert "none.jsonl: No such file" in done.output


def test_either_files_or_a_time_are_named(tmp_path: Path) -> None:
    for arguments in ([], ["x.jsonl", "--since", "2h"], ["--since", "soon"]):
        assert invoke("report", *arguments, "-o", str(tmp_path / "out.html")).exit_code == 2
    done = invoke(*NO_BROKER, "report", "--since", "2h", "-o", str(tmp_path / "out.html"))
    assert done.exit_code == 3


@pytest.mark.parametrize("cut", [15, 40])
def test_a_damaged_packed_file_is_named(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress(_lines())
    (tmp_path / "cut.gz").write_bytes(whole[:cut])
    (tmp_path / "bits.gz").write_bytes(whole[:cut] + bytes(255 - byte for byte in whole[cut:]))
    for name in ("cut.gz", "bits.gz"):
        done = invoke("report", str(tmp_path / name), "-o", str(tmp_path / "out.html"))
        assert (done.exit_code, f"{name}: damaged or cut off" in done.output) == (1, True), done.output


def test_where_it_cannot_be_written_it_says_so_before_it_reads(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(_lines())
    done = invoke("report", str(tmp_path / "none.jsonl"), "-o", str(tmp_path / "nowhere" / "out.html"))
    assert (done.exit_code, "there is no folder" in done.output) == (1, True)
    assert invoke("report", str(tmp_path / "a.jsonl"), "-o", str(tmp_path)).exit_code == 2
    done = invoke("report", str(tmp_path / "a.jsonl"), "-o", "/dev/full")
    assert (done.exit_code, "/dev/full: cannot be written: No space" in done.output) == (1, True)


def test_it_never_replaces_the_output_that_it_is_about(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(_lines())
    done = invoke("report", str(file), "-o", f"{tmp_path}/../{tmp_path.name}/a.jsonl")
    assert (done.exit_code, "write elsewhere" in done.output) == (1, True)
    assert file.read_bytes() == _lines()


def test_a_file_s_name_need_not_be_text(tmp_path: Path) -> None:
    file, target = tmp_path / os.fsdecode(b"\xff<b>.jsonl"), tmp_path / "out.html"
    file.write_bytes(_lines())
    assert invoke("report", str(file), "-o", str(target)).exit_code == 0
    assert "Crawl in ?&lt;b&gt;.jsonl" in target.read_text("utf-8")
