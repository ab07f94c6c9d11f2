"""Scenario test on a made set of near-duplicates: copies are found under their original, and other pages of a template are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from streams.records import Candidate, Rejection

_NOON = 1_750_000_000_000  # milliseconds
_CLUSTERS = 150  # stories, each with up to four copies
_TEMPLATE_WORDS = 120  # of the 400 of a story: what all pages of its site have


class Page(NamedTuple):
    """A page, and the story that it tells."""

    cluster: int
    candidate: Candidate


def _pages(make: Any) -> list[Page]:
    """Stories of ten sites with a template each, and copies on other sites: with some words changed, cut, or another template around."""
    templates = [make.words(_TEMPLATE_WORDS) for _ in range(10)]
    pages = []
    for cluster in range(_CLUSTERS):
        story, template = make.words(400 - _TEMPLATE_WORDS), templates[cluster % 10]
        words = story + template
        copies = [make.changed(words, 1 + cluster % 8), words[:-20], make.words(15) + words, [*words, "end"]]
        texts = [words, *copies[: cluster % 5]]
        pages += [
            Page(cluster, make.candidate(f"c{cluster}n{number}", text)) for number, text in enumerate(texts)
        ]
    make.random.shuffle(pages)
    return pages


@pytest.mark.parametrize("partitions", [1, 4])
def test_copies_are_found_under_their_story_and_stories_of_one_template_are_kept(
    maker: Callable[[int], Any], table: Any, partitions: int
) -> None:
    buckets = table(partitions)
    seen: set[int] = set()
    of_id: dict[str, int] = {}
    hits = misses = false = misnamed = 0
    for number, (cluster, candidate) in enumerate(_pages(maker(7))):
        step = buckets.check(candidate, _NOON + number)
        rejected, is_copy = isinstance(step, Rejection), cluster in seen
        of_id[candidate.document.id] = cluster
        seen.add(cluster)
        hits += rejected and is_copy
        misses += is_copy and not rejected
        false += rejected and not is_copy
        misnamed += isinstance(step, Rejection) and of_id.get(step.duplicate_of or "") != cluster
    assert hits + misses == 2 * _CLUSTERS  # 0 to 4 copies a story
    assert misses <= 0.01 * hits
    assert (false, misnamed) == (0, 0)
