"""What a soak calls flat, and what its pages are."""

from __future__ import annotations

import itertools
import random

from benchmarks.soak import soak
from streams import intake
from streams.errors import BadRecord


def _samples(grown: float, minutes: int = 30) -> list[soak.Sample]:
    """A worker of 150 MB whose memory goes up and down, with a peak now and then, and grows by so many bytes an hour."""
    chance = random.Random(1)
    made = []
    for number in range(minutes * 20):
        noise = chance.gauss(0, 2e6) + (80e6 if number % 50 == 7 else 0)
        made.append(
            soak.Sample(
                seconds=number * 3.0, worker=int(150e6 + noise + grown * number * 3 / 3_600), fork_server=60_000_000,
                pool={number // 100: 300_000_000, 1 + number // 100: 300_000_000}, files=47, tables=number // 50,
                threads=8, pool_files=9, pool_threads=2, ended=number, waiting=120,
            )
        )  # fmt: skip
    return made


def test_memory_that_goes_up_and_down_is_flat_and_memory_that_leaks_is_not() -> None:
    still, leaking = (
        {line.name: line.flat for line in soak.judged(_samples(grown), 360)} for grown in (0, 60e6)
    )
    assert all(still.values())
    assert {name for name, flat in leaking.items() if not flat} == {"worker memory"}


def test_pages_are_of_every_kind_and_their_vocabulary_grows() -> None:
    pages = list(itertools.islice(soak.made(), 400))
    kinds, words = {"broken": 0, "error": 0, "article": 0, "copy": 0}, [set[str](), set[str]()]
    seen: set[str] = set()
    for number, page in enumerate(pages):
        try:
            html = str(intake.read(page).content)
        except BadRecord:
            kinds["broken"] += 1
            continue
        body = html.split("<article>")[1].split("</article>")[0].split("</h1>")[1]
        kinds["error" if "does not exist" in body else "copy" if body in seen else "article"] += 1
        seen.add(body)
        words[number // 200].update(body.split())
    assert kinds["article"] > 200
    assert kinds["copy"] > 40
    assert kinds["error"] > 20
    assert kinds["broken"] > 0
    assert len(words[1] - words[0]) > 0.3 * len(words[1])
