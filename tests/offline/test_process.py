"""The core without Kafka: one line a page, in input order, copies with what was found in their originals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from live.mill import article, page

from streams.errors import BadInput
from streams.execution import jobs
from streams.execution.pool import Pool
from streams.offline.process import Outcome, process
from streams.records import Message, Stage
from streams.settings import Settings

SETTINGS = Settings()


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(2, jobs.prepare, (SETTINGS,))
    yield pool
    pool.stop()


def _process(
    pool: Pool, messages: list[tuple[str, Message]], last: Stage = Stage.ENRICH
) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []

    def write(outcome: Outcome) -> None:
        lines.append(json.loads(outcome.line))

    assert asyncio.run(process(messages, SETTINGS, pool, write, last)) == len(messages)
    return lines


def test_lines_come_in_input_order_one_a_page_whatever_became_of_it(pool: Pool) -> None:
    fed = [page(number) for number in range(30)]
    messages = [(item.origin, item.message) for item in fed]
    messages.insert(7, ("bad:8", Message(value=b"json failed to parse")))
    lines = _process(pool, messages)
    wanted = [json.loads(item.message.value or b"")["id"] for item in fed]
    wanted.insert(7, "bad:8")
    assert [line["id"] for line in lines] == wanted
    assert lines[7]["disposition"] == "deadletter"
    assert {line["disposition"] for line in lines[:7] + lines[8:]} == {"enriched"}


def test_a_copy_to_the_letter_is_rejected_and_carries_what_was_found_in_its_original(pool: Pool) -> None:
    fed = [page(1), page(2), page(3, url="https://elsewhere.example/1", text=article(1))]
    original, _, copy = _process(pool, [(item.origin, item.message) for item in fed])
    assert (copy["disposition"], copy["reason"], copy["duplicate_of"]) == (
        "rejected",
        "duplicate_exact",
        original["id"],
    )
    assert copy["url"] == "https://elsewhere.example/1"
    assert copy["entities"]
    assert copy["entities"] == original["entities"]
    assert [copy["text"][m["start"] : m["end"]] for m in copy["entities"][0]["mentions"]]


def test_an_input_that_breaks_off_gives_the_lines_of_what_was_read_and_then_its_error(pool: Pool) -> None:
    def broken() -> Iterator[tuple[str, Message]]:
        yield "made:1", page(1).message
        raise BadInput("pages.jsonl.gz: cut short")

    written: list[Outcome] = []
    with pytest.raises(BadInput, match="cut short"):
        asyncio.run(process(broken(), SETTINGS, pool, written.append))
    assert [outcome.disposition for outcome in written] == ["enriched"]


_HALF = '<script type="application/ld+json">{"@type": "NewsArticle", "image": "https://a.example/\\ud83d.jpg"}</script>'
_POISON = {
    "half an emoji": b'{"url": "https://p.example/1", "html": ' + json.dumps(f"<head>{_HALF}</head><p>{article(90)}</p>").encode() + b"}",
    "nested": b'{"url": "https://p.example/2", "text": ' + json.dumps(article(91)).encode() + b', "attrs": ' + b'{"a":' * 950 + b"1" + b"}" * 950 + b"}",
    "no JSON": b"{broken",
    "nothing": b"",
    "many": b'{"url": "https://p.example/3", "text": "x", "attrs": {"a": [' + b"[]," * 200_000 + b"[]]}}",
    "long": b'{"url": "https://p.example/' + b"4" * 100_000 + b'", "text": "x"}',
}  # fmt: skip


def test_a_poisonous_page_among_good_ones_is_its_own_dead_letter_and_all_others_are_written(
    pool: Pool,
) -> None:
    good = [(f"good:{number}", page(number).message) for number in range(3)]
    bad = [(name, Message(value=value)) for name, value in _POISON.items()]
    lines = _process(pool, [good[0], *bad[:3], good[1], *bad[3:], good[2]])
    found = [line["disposition"] for line in lines]
    assert [line["image"] for line in lines if line["url"] == "https://p.example/1"] == [
        "https://a.example/\ufffd.jpg"
    ]
    assert found == ["enriched", "enriched", "enriched", "deadletter", "enriched", "deadletter", "deadletter", "deadletter", "enriched"]  # fmt: skip
    assert {line["id"] for line in lines if line["disposition"] == "deadletter"} == _POISON.keys() - {
        "half an emoji",
        "nested",
    }


def test_with_clean_as_the_last_stage_documents_are_cleaned_and_copies_stay(pool: Pool) -> None:
    fed = [page(1), page(2, url="https://elsewhere.example/1", text=article(1))]
    lines = _process(pool, [(item.origin, item.message) for item in fed], Stage.CLEAN)
    assert [line["disposition"] for line in lines] == ["enriched", "enriched"]
    assert lines[0]["text"] == lines[1]["text"] != ""
    assert "entities" not in lines[0]
