"""Small inputs of the kinds that crawlers send, through ``crawlmill process``: each comes out as its line says."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases.run import Came, Case, Expected, differences, read, run

FOLDER = Path(__file__).parent
CASES = read(FOLDER)
_NOT_INPUTS = {".py", ".md"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_case_comes_out_as_expected(case: Case) -> None:
    assert case.expect is not None, (
        "a case of the repository says what it expects in a form that a test can check"
    )
    assert differences(case.expect, run(FOLDER, case)) == []


def test_every_file_has_its_line_and_every_line_its_file() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.is_file() and path.suffix not in _NOT_INPUTS}
    assert files - {"expected.jsonl"} == {case.file for case in CASES}
    assert len({case.file for case in CASES}) == len(CASES)


def test_what_is_not_as_expected_is_said() -> None:
    came = Came(0, "1 skipped", ({"disposition": "enriched", "text": "Two trams met.", "authors": ["Ana"]},))
    right = {
        "disposition": ["enriched", "rejected"],
        "text_has": ["trams"],
        "text_lacks": ["bus"],
        "authors": ["Ana"],
    }
    assert differences(Expected(pages=(right,), stderr_has=("skipped",)), came) == []
    wrong = {"disposition": "rejected", "text_has": ["bus"], "text_lacks": ["trams"], "authors": []}
    assert len(differences(Expected(pages=(wrong,), exit_code=1, stderr_has=("cut",)), came)) == 6
    assert len(differences(Expected(pages=(right, right)), came)) == 1
