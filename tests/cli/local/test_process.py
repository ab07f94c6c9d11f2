"""Pages from files to records without Kafka."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.run import crawlmill
from live.mill import article


def test_process_reads_standard_input_and_writes_json_lines_to_standard_output() -> None:
    texts = {"a": article(1), "b": article(1).rsplit(" ", 8)[0] + " today."}
    lines = [
        {"id": name, "url": f"https://news.example/{name}", "text": text} for name, text in texts.items()
    ]
    done = crawlmill("process", "-", stdin="\n".join(map(json.dumps, lines)).encode())
    assert done.returncode == 0, done.stderr.decode()
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], first["disposition"]) == ("a", "enriched")
    assert (second["id"], second["reason"], second["duplicate_of"]) == ("b", "duplicate_near", "a")
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["pages"] == {"enriched": {"none": 1}, "rejected": {"duplicate_near": 1}}


def test_what_cannot_be_read_is_counted_on_standard_error_and_is_exit_code_1(tmp_path: Path) -> None:
    path, output = tmp_path / "pages.jsonl", tmp_path / "out.jsonl"
    path.write_text('https://a.example/\n{"url": "https://a.example/1", "text": "too short"}\nno json\n')
    done = crawlmill("process", str(path), "-o", str(output))
    assert done.returncode == 1
    assert done.stdout == b""
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["pages"] == {"rejected": {"too_short": 1}, "deadletter": {"bad_record": 1}}
    assert told["skipped"] == {"url_only": 1}
    assert [json.loads(line)["disposition"] for line in output.read_bytes().splitlines()] == [
        "rejected",
        "deadletter",
    ]


def test_with_the_clean_stage_only_near_copies_stay_and_nothing_is_annotated() -> None:
    texts = {"a": article(1), "b": article(1).rsplit(" ", 8)[0] + " today."}
    lines = [
        {"id": name, "url": f"https://news.example/{name}", "text": text} for name, text in texts.items()
    ]
    done = crawlmill("process", "--stage", "clean", "-", stdin="\n".join(map(json.dumps, lines)).encode())
    assert done.returncode == 0, done.stderr.decode()
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["id"], line["disposition"]) for line in found] == [("a", "enriched"), ("b", "enriched")]
    assert all("entities" not in line for line in found)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("nowhere/out.jsonl", "No such file or directory"),
        (".", "Is a directory"),
        ("/dev/full", "No space left on device"),
    ],
)
def test_an_output_that_cannot_be_written_is_named_with_the_cause(
    tmp_path: Path, output: str, said: str
) -> None:
    path = tmp_path / output
    done = crawlmill("process", "--stage", "clean", "seeds/page-article.html", "-o", str(path))
    assert done.returncode == 1
    assert done.stderr.decode().endswith(f"crawlmill: {path}: cannot be written: {said}\n")
    assert b"Traceback" not in done.stderr


def test_an_output_among_what_is_read_is_refused_and_nothing_is_overwritten(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(article(1))
    for read, output in ((page, page), (tmp_path, tmp_path / "out.jsonl")):
        done = crawlmill("process", "--stage", "clean", str(read), "-o", str(output))
        assert done.returncode == 1
        assert b"is among what is read" in done.stderr
    assert page.read_text() == article(1)
    assert list(tmp_path.iterdir()) == [page]
