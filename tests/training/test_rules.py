"""What rules beside the block model change, and what that is worth."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rapidfuzz", reason="a dependency of training only")

from streams.cleaning.extract.blocks.model import TYPES
from streams.records import PageType
from training.blocks.rules import Measured, measured, table

STANDFIRST = "The last boat sank eleven years ago, and since then the river has had no ferry at all."
TEXT = [
    "The council of Mirefield voted on Tuesday to reopen the old ferry, which ran from the fish market to Oldport.",
    "Two boats have been ordered from a yard in Oldport, and are to arrive before the summer holidays begin.",
    "The fare is to stay what it was in 2013. Children and dogs go free, as they always have on this river.",
    "Opponents say that the bridge, a mile upstream, serves everybody who has to cross, and costs nothing.",
]


def _found(folder: Path, chance: list[float], truth: list[str]) -> Measured:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in [STANDFIRST, *TEXT])
    described = f'<meta name="description" content="{STANDFIRST}">'
    html = f"<title>Ferry</title>{described}<article><h1>The council reopens the ferry</h1>{body}</article>"
    page = json.dumps({"id": "a", "url": "https://a.example/ferry", "html": html})
    (folder / "pages.jsonl.gz").write_bytes(gzip.compress(page.encode()))
    (folder / "truth.jsonl").write_text(json.dumps({"id": "a", "text": "\n".join(truth)}))
    dump = folder / "dump"
    types = np.array([[float(kind is PageType.ARTICLE) for kind in TYPES]])
    dump.write_bytes(pickle.dumps((np.array(chance), np.array([0, len(chance)]), ["a"], [0.0], types)))
    [found] = measured([folder], dump)
    return found


@pytest.mark.parametrize(("truth", "pays"), [([STANDFIRST, *TEXT], True), (TEXT, False)])
def test_a_standfirst_that_the_model_leaves_out_pays_where_the_truth_has_it(
    tmp_path: Path, truth: list[str], pays: bool
) -> None:
    found = _found(tmp_path, [0.9, 0.1, 0.9, 0.9, 0.9, 0.9], truth)
    score, changed = found.alone["standfirst"]
    assert changed
    assert (score > found.without) is pays
    assert found.alone["comments by their structure"] == (found.without, False)


def test_a_paragraph_of_which_the_model_is_unsure_is_kept_with_those_of_its_make(tmp_path: Path) -> None:
    found = _found(tmp_path, [0.9, 0.9, 0.9, 0.3, 0.9, 0.9], [STANDFIRST, *TEXT])
    score, changed = found.alone["blocks of one make together"]
    assert changed
    assert found.without < score


def test_a_rule_that_changes_no_choice_costs_nothing(tmp_path: Path) -> None:
    found = _found(tmp_path, [0.9] * 6, [STANDFIRST, *TEXT])
    rows = {rule: row for _, _, rule, *row in table([found, found])}
    assert rows["standfirst"] == [0, found.without, found.without]
