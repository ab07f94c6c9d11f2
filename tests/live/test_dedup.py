"""Near-duplicates through a broker: the verdicts of `crawlmill process`, on any number of partitions and workers."""

from __future__ import annotations

import asyncio
import collections
import json
import random
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from live.mill import Fed, Mill, article, settings, without_models

from streams import topics
from streams.records import CleanDocument, Message, Rejection, decode
from streams.runtime.kafka.follow import follow
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytestmark = pytest.mark.live
_FAMILIES = 25
_SECONDS = 240.0
_ENDS = (topics.CLEAN, topics.REJECTED, topics.DEADLETTER)  # where a page's way past the buckets ends
Page = dict[str, Any]


class Verdict(NamedTuple):
    """The result of deduplication for a page. ``of`` is the page it is a copy of; ``kept`` pages have no reason."""

    kept: bool
    reason: str = ""
    of: str = ""


Verdicts = dict[str, Verdict]


# Streams. A turn is what is fed at once; no two pages of a turn are copies of one another.


def _page(name: str, url: str, text: str) -> Page:
    return {"id": name, "url": url, "status": 200, "content_type": "text/plain", "text": text}


def _edited(text: str, seed: int, words: int) -> str:
    """Return the text with some words changed, spread over it."""
    chance, found = random.Random(seed), text.split(" ")
    step = len(found) // words
    for place in range(words):
        found[place * step + chance.randrange(step)] = f"edited{chance.randrange(10**6)}"
    return " ".join(found)


def made() -> list[list[Page]]:
    """Return originals, then in turn their re-crawls, exact and near copies, revisions, and copies of revisions."""
    turns: list[list[Page]] = [[] for _ in range(6)]
    for number in range(_FAMILIES):
        text, url = article(number), f"https://news{number % 7}.example/{number}/story"
        revised = _edited(text, number, 14)
        members = (
            ("original", url, text),
            ("again", url, text),
            ("exact", f"https://wire.example/{number}", text),
            ("near", f"https://mirror.example/{number}", _edited(text, number + 1_000, 4)),
            ("revision", url, revised),
            ("copied", f"https://thief.example/{number}", _edited(revised, number + 2_000, 2)),
        )
        for turn, (kind, place, body) in zip(turns, members, strict=True):
            turn.append(_page(f"{number}-{kind}", place, body))
    return turns


def twins() -> list[Page]:
    """Return pairs of copies, to be fed at the same time."""
    pairs = [
        _page(
            f"{number}-twin-{side}",
            f"https://{side}.example/{number}",
            _edited(article(number), side_seed, 3),
        )
        for number in range(5_000, 5_040)
        for side, side_seed in (("left", number), ("right", number + 1))
    ]
    random.Random(3).shuffle(pairs)
    return pairs


def _turns(pages: Sequence[Page], family: Callable[[Page], str]) -> list[list[Page]]:
    """Split a stream so that no part has two pages of one family."""
    turns: list[list[Page]] = [[]]
    for page in pages:
        if family(page) in {family(other) for other in turns[-1]}:
            turns.append([])
        turns[-1].append(page)
    return turns


# Running them


def _fed(pages: Iterable[Page]) -> list[Fed]:
    return [
        Fed(Message(value=msgspec.json.encode(page), key=page["url"].encode()), page["id"]) for page in pages
    ]


def another(settings: Settings, folder: Path) -> Settings:
    """Return the settings for one more worker, with its own port and tables and one process."""
    worker = msgspec.structs.replace(
        settings.worker, web_port=free_port(), data_dir=str(folder / f"tables-{free_port()}"), processes=1
    )
    return msgspec.structs.replace(settings, worker=worker)


class Watch:
    """Collects the verdicts of a mill as they are produced."""

    def __init__(self, mill: Mill) -> None:
        self._mill = mill
        self._messages: AsyncGenerator[Message, None] | None = None
        self.all: dict[str, set[Verdict]] = collections.defaultdict(set)

    async def until(self, count: int) -> None:
        """Wait until so many pages have a verdict."""
        if self._messages is None:
            self._messages = follow(self._mill.settings, _ENDS, from_start=True)
        async with asyncio.timeout(_SECONDS):
            while len(self.all) < count:
                name, verdict = _verdict(self._mill.settings, await anext(self._messages))
                self.all[name].add(verdict)

    async def close(self) -> Verdicts:
        """Stop and return one verdict for each page; repeated ones count once."""
        if self._messages is not None:
            await self._messages.aclose()
        found = await self.now()
        assert {name: verdicts for name, verdicts in found.items() if len(verdicts) > 1} == {}
        return {name: next(iter(verdicts)) for name, verdicts in found.items()}

    async def now(self) -> dict[str, set[Verdict]]:
        """Return all verdicts on the topics now."""
        found: dict[str, set[Verdict]] = collections.defaultdict(set)
        async for message in follow(self._mill.settings, _ENDS, from_start=True, at_end=True):
            name, verdict = _verdict(self._mill.settings, message)
            found[name].add(verdict)
        return found


def _verdict(settings: Settings, message: Message) -> tuple[str, Verdict]:
    name = message.topic.removeprefix(settings.kafka.topic_prefix)
    assert name != topics.DEADLETTER, message.headers
    if name == topics.CLEAN:
        return decode(message.value or b"", CleanDocument).id, Verdict(kept=True)
    rejection = decode(message.value or b"", Rejection)
    return rejection.id, Verdict(False, str(rejection.reason), rejection.duplicate_of or "")


def process(pages: Iterable[Page], folder: Path) -> Verdicts:
    """Return the verdicts of `crawlmill process` on these pages."""
    source, target = folder / "pages.jsonl", folder / "out.jsonl"
    source.write_bytes(b"\n".join(msgspec.json.encode(page) for page in pages))
    command = [
        sys.executable,
        "-m",
        "streams",
        "--set",
        "nlp.models={}",
        "process",
        str(source),
        "-o",
        str(target),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    return {
        line["id"]: Verdict(kept=True)
        if line["disposition"] == "enriched"
        else Verdict(False, line["reason"], line.get("duplicate_of") or "")
        for line in lines
    }


async def feed_in_turn(mill: Mill, watch: Watch, turns: Iterable[Sequence[Page]]) -> None:
    """Feed each part when the part before it has its verdicts, so that no copy is processed at the same time as its original."""
    for turn in turns:
        await mill.feed(_fed(turn))
        await watch.until(len(watch.all) + len(turn))


async def start(mill: Mill, folder: Path, workers: int) -> None:
    """Start the workers concurrently."""
    await mill.create()
    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(mill.worker(another(mill.settings, folder)).start())


class Run(NamedTuple):
    """The verdicts on the generated stream, fed part by part, and on the twins, fed at once."""

    stream: Verdicts
    twins: Verdicts


def _run(found: Verdicts, pairs: list[Page]) -> Run:
    ids = {page["id"] for page in pairs}
    return Run(
        {name: verdict for name, verdict in found.items() if name not in ids},
        {name: verdict for name, verdict in found.items() if name in ids},
    )


_SIZES = [(1, 1), (4, 1), (16, 1), (4, 3), (16, 3)]


@pytest.fixture(
    scope="module",
    params=[
        *(("embedded", *size) for size in _SIZES),
        # That verdicts do not depend on the size is shown above; once shows it of Apache Kafka, the others show it again.
        *(
            pytest.param(("apache", *size), marks=[] if size == (4, 3) else pytest.mark.again)
            for size in _SIZES
        ),
    ],
    ids=lambda p: f"{p[0]}, {p[1]} partitions, {p[2]} workers",
)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the streams through each kind of broker, with several numbers of partitions and workers."""
    broker, partitions, workers = request.param
    folder = tmp_path_factory.mktemp("dedup")
    address = request.getfixturevalue(broker)
    mill = Mill(without_models(settings(address, folder, partitions=partitions)), folder)

    async def verdicts() -> Run:
        await start(mill, folder, workers)
        watch, pairs = Watch(mill), twins()
        await feed_in_turn(mill, watch, made())
        await feed_in_turn(mill, watch, [pairs])
        return _run(await watch.close(), pairs)

    try:
        yield asyncio.run(verdicts())
    finally:
        mill.stop()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts of ``crawlmill process`` on the generated stream."""
    return process([page for turn in made() for page in turn], tmp_path_factory.mktemp("process"))


def test_every_verdict_is_that_of_process_on_any_number_of_partitions_and_workers(
    run: Run, expected: Verdicts
) -> None:
    assert run.stream == expected
    kept = collections.Counter(name.split("-")[1] for name, verdict in expected.items() if verdict.kept)
    assert kept == {"original": _FAMILIES, "revision": _FAMILIES}


def test_of_two_copies_that_arrive_at_the_same_moment_exactly_one_is_kept(run: Run) -> None:
    assert_one_of_each_pair(run.twins)


def assert_one_of_each_pair(verdicts: Verdicts) -> None:
    """Assert that one page of each pair is kept, and the other is a duplicate of it."""
    assert len(verdicts) == len(twins())
    kept = collections.Counter(name.rsplit("-", 1)[0] for name, verdict in verdicts.items() if verdict.kept)
    assert sorted(kept.values()) == [1] * (len(verdicts) // 2)
    for name, verdict in verdicts.items():
        other = name.replace("left", "right") if "left" in name else name.replace("right", "left")
        assert verdict.kept or verdict.of == other


# A rebalance in the middle of the stream


def test_a_second_worker_that_joins_and_a_first_that_is_killed_change_no_verdict(
    broker: str, tmp_path: Path, expected: Verdicts
) -> None:
    mill = Mill(without_models(settings(broker, tmp_path, partitions=4)), tmp_path)
    try:
        found = asyncio.run(_rebalanced(mill, tmp_path))
    finally:
        mill.stop()
    assert found.stream == expected
    assert_one_of_each_pair(found.twins)


async def _rebalanced(mill: Mill, folder: Path) -> Run:
    turns, pairs = made(), twins()
    first, second = (mill.worker(another(mill.settings, folder)) for _ in range(2))
    await mill.create()
    await first.start()
    watch = Watch(mill)
    await feed_in_turn(mill, watch, turns[:2])

    joining = asyncio.create_task(second.start())
    await feed_in_turn(mill, watch, turns[2:4])  # while partitions change hands
    await joining

    await mill.feed(_fed([*turns[4], *pairs]))
    await watch.until(4 * _FAMILIES + 5)
    first.kill()
    assert len(await watch.now()) < 5 * _FAMILIES + len(pairs), "all was done before it was killed"
    await watch.until(5 * _FAMILIES + len(pairs))
    await feed_in_turn(mill, watch, turns[5:])
    return _run(await watch.close(), pairs)


# An error template of a site


def _dead(number: int) -> Page:
    """A page of a site that shows one message at every address, under a title that is about none of them."""
    message = "Oh dear. Our badgers have dug up the cable again and the page that you came for is somewhere below the lawn."
    html = f"<title>Badgers again</title><h1>Badgers again</h1><p>{message}</p><p>{article(9_000)[:400]}</p>"
    place = f"https://dead.example/news/harbour-opens-{number}"
    return {"id": f"dead-{number}", "url": place, "status": 200, "html": html}


@pytest.mark.parametrize(
    ("kind", "guarantee"), [("embedded", "at_least_once"), ("apache", "exactly_once")], ids=lambda it: str(it)
)
def test_an_error_template_outlives_its_worker_and_pages_fed_again_keep_their_verdicts(
    request: pytest.FixtureRequest, kind: str, guarantee: str, tmp_path: Path
) -> None:
    address = request.getfixturevalue(kind)
    known = without_models(settings(address, tmp_path, partitions=2, processing_guarantee=guarantee))
    mill = Mill(
        msgspec.structs.replace(known, dedup=msgspec.structs.replace(known.dedup, template_pages=2)), tmp_path
    )
    try:
        found = asyncio.run(_learnt(mill, tmp_path))
    finally:
        mill.stop()
    assert found.pop("later").kept
    reasons = [found[f"dead-{number}"].reason for number in range(6)]
    assert reasons == ["", *["duplicate_exact"] * 2, *["error_template"] * 3]


async def _learnt(mill: Mill, folder: Path) -> Verdicts:
    first, second = (mill.worker(another(mill.settings, folder)) for _ in range(2))
    await mill.create()
    await first.start()
    watch = Watch(mill)
    await feed_in_turn(mill, watch, ([_dead(number)] for number in range(4)))
    first.kill()
    await second.start()  # with tables of its own: what was learnt is in the changelog
    await feed_in_turn(mill, watch, ([_dead(number)] for number in (4, 5)))
    await mill.feed(_fed([_dead(number) for number in range(6)]))
    await feed_in_turn(mill, watch, [[_page("later", "https://a.example/later", article(9_001))]])
    return await watch.close()
