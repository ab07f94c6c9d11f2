"""Signs that a choice of blocks is doubtful, and what another text is worth there."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rapidfuzz", reason="a dependency of training only")

from training.blocks.doubt import Doubt, doubts, table

TEXT = [
    "The council of Mirefield voted on Tuesday to reopen the old ferry, which ran from the fish market to Oldport.",
    "Two boats have been ordered from a yard in Oldport, and are to arrive before the summer holidays begin.",
    "The fare is to stay what it was in 2013. Children and dogs go free, as they always have on this river.",
    "Opponents say that the bridge, a mile upstream, serves everybody who has to cross, and costs nothing.",
]


def _set(folder: Path) -> Path:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    html = f"<title>Ferry</title><article><h1>The council reopens the ferry</h1>{body}</article>"
    page = json.dumps({"id": "a", "url": "https://a.example/ferry", "html": html})
    (folder / "pages.jsonl.gz").write_bytes(gzip.compress(page.encode()))
    (folder / "truth.jsonl").write_text(json.dumps({"id": "a", "text": "\n".join(TEXT), "type": "article"}))
    return folder


def _found(folder: Path, chance: list[float]) -> Doubt:
    dump = folder / "dump"
    dump.write_bytes(
        pickle.dumps((np.array(chance), np.array([0, len(chance)]), ["a"], [0.0], np.eye(7)[:1]))
    )
    [found] = doubts([_set(folder)], dump)
    return found


def test_a_choice_that_holds_the_article_gives_no_sign(tmp_path: Path) -> None:
    found = _found(tmp_path, [0.9] * 5)
    assert found.expected > 0.9
    assert found.ours > 0.9
    assert (found.prose, found.headline) == (1, 1)
    assert found.other > 0.9
    assert found.agreed > 0.9


def test_a_choice_without_the_article_gives_every_sign(tmp_path: Path) -> None:
    found = _found(tmp_path, [0.1, 0.01, 0.01, 0.01, 0.01])
    assert found.expected < 0.4
    assert found.prose == 0
    assert found.agreed < 0.2
    rows = {name: (count, ours, other) for name, count, ours, other in table([found])}
    count, ours, other = rows["expects < .4"]
    assert count == 1
    assert ours < other
    assert "under a third of the page's prose" in rows
    assert "under a third of the headline's words" not in rows, "the headline is what was chosen"
