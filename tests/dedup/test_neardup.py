"""Scenario test on a set of near-duplicates, where it is available: copies are found, revisions and templates are kept."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from streams.dedup import Deduplicator, fingerprint
from streams.records import Candidate, Document, Rejection
from streams.settings import Dedup

SET = Path(__file__).parents[3] / "shared" / "eval" / "neardup"


@pytest.mark.skipif(not SET.is_dir(), reason="the near-duplicate set is not available")
@pytest.mark.parametrize("partitions", [None, 4])
def test_the_near_duplicate_set_reaches_its_targets(table: Any, partitions: int | None) -> None:
    truth = [json.loads(line) for line in (SET / "truth.jsonl").read_text("utf-8").splitlines()]
    cluster = {answer["id"]: answer["cluster"] for answer in truth}
    buckets = Deduplicator(Dedup()) if partitions is None else table(partitions)
    seen: set[str] = set()
    hits = misses = false = misnamed = 0
    with gzip.open(SET / "pages.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            page = json.loads(line)
            document = Document(id=page["id"], url=page["url"], canonical_url=page["url"], text=page["text"])
            found = fingerprint(page["text"], page["url"])
            step = buckets.check(Candidate(document=document, fingerprint=found), 1_750_000_000_000 + number)
            rejected, copy = isinstance(step, Rejection), cluster[page["id"]] in seen
            seen.add(cluster[page["id"]])
            hits += rejected and copy
            misses += copy and not rejected
            false += rejected and not copy
            misnamed += (
                isinstance(step, Rejection)
                and copy
                and cluster[step.duplicate_of or ""] != cluster[page["id"]]
            )
    assert 2 * hits / (2 * hits + misses + false) >= 0.997
    assert false / len(seen) <= 0.002
    assert misnamed == 0
