"""Annotated documents as they are read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from training.names import corpora


def write(folder: Path, language: str, rows: list[dict[str, object]]) -> None:
    with gzip.open(folder / f"{language}.jsonl.gz", "wt", encoding="utf-8") as target:
        target.writelines(json.dumps(row) + "\n" for row in rows)


def test_names_have_offsets_into_their_lines(tmp_path: Path) -> None:
    text = "Ida came.\n\n  Then Bo 😀 left Oslo."
    names = [
        [0, 3, "PER"],
        [text.index("Bo"), text.index("Bo") + 2, "PER"],
        [text.index("Oslo"), len(text) - 1, "LOC"],
    ]
    write(tmp_path, "da", [{"text": text, "ents": names}])
    (document,) = corpora.read(tmp_path, "da")
    assert document.lines == ["Ida came.", "  Then Bo 😀 left Oslo."]
    found = [
        (line[start:end], kind)
        for line, own in zip(document.lines, document.names, strict=True)
        for start, end, kind in own
    ]
    assert found == [("Ida", "PER"), ("Bo", "PER"), ("Oslo", "LOC")]


def test_other_kinds_and_names_over_a_line_end_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "da", [{"text": "Ida\nBo", "ents": [[0, 3, "MISC"], [0, 6, "PER"]]}])
    (document,) = corpora.read(tmp_path, "da")
    assert document.names == [[], []]


def test_some_lines_of_a_file_make_one_document(tmp_path: Path) -> None:
    write(tmp_path, "da", [{"text": str(k), "ents": []} for k in range(12)])
    documents = corpora.read(tmp_path, "da")
    assert [len(document.lines) for document in documents] == [5, 5, 2]


def test_every_language_of_a_model_has_a_corpus_and_every_corpus_a_model() -> None:
    assert {language for own in corpora.MODELS.values() for language in own} == set(corpora.CORPORA)


def test_languages_of_one_model_have_weights_of_their_own() -> None:
    assert corpora.tag("cased", "de") == "de"
    assert corpora.tag("cased", "sr") == corpora.tag("cased", "hr")
    assert corpora.tag("chinese", "zh") is None
