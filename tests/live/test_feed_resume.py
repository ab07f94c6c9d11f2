"""``crawlmill feed --resume`` against a broker: killed in the middle and interrupted, it goes on where the broker's acknowledgements end."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from feeding import archives
from live.commands import CRAWLMILL, ROOT, crawlmill, environment
from live.mill import settings

from streams import intake, topics
from streams.runtime.kafka.follow import follow
from streams.settings import Settings

pytestmark = pytest.mark.live
_FILES, _PAGES = 3, 400  # files, and pages in each
_IN_FLIGHT = 256  # pages that a feed sends before the first of them is acknowledged, at most
_ALL = {f"https://gull.example/{number}" for number in range(_FILES * _PAGES)}


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """A folder with two WARC files, one packed as a whole, and one of JSON Lines."""
    folder = tmp_path / "crawl"
    folder.mkdir()
    numbers = range(_FILES * _PAGES)
    records = [archives.response(number) for number in numbers]
    (folder / "a.warc.gz").write_bytes(archives.gz(*records[:_PAGES]))
    (folder / "b.warc.gz").write_bytes(archives.PACKINGS["gzip, one member"](records[_PAGES : 2 * _PAGES]))
    lines = [
        {"url": f"https://gull.example/{number}", "html": "<p>Text</p>"} for number in numbers[2 * _PAGES :]
    ]
    (folder / "c.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@contextlib.contextmanager
def _feeding(chosen: Settings, crawl: Path, rate: int) -> Iterator[subprocess.Popen[bytes]]:
    """A feed of the folder in a process of its own."""
    feeder = subprocess.Popen(
        [*CRAWLMILL, "feed", "--resume", "--rate", str(rate), str(crawl)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environment(chosen),
        preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    try:
        yield feeder
    finally:
        feeder.kill()
        feeder.communicate()


def _heed_ctrl_c() -> None:
    """Run in the child: reset SIGINT, which shells ignore for background jobs."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def _wait_for(chosen: Settings, number: int) -> None:
    """Return when so many pages are on the topic."""
    count = 0
    async with (
        asyncio.timeout(120),
        contextlib.aclosing(follow(chosen, [topics.RAW], from_start=True)) as found,
    ):
        async for _ in found:
            count += 1
            if count >= number:
                return


def _on_topic(chosen: Settings) -> collections.Counter[str]:
    """How often each address is on pages.raw."""

    async def read() -> collections.Counter[str]:
        found = follow(chosen, [topics.RAW], from_start=True, at_end=True)
        return collections.Counter([intake.read(message).url async for message in found])

    return asyncio.run(read())


def test_after_kill_9_nothing_is_lost_and_at_most_what_was_in_flight_comes_twice(
    broker: str, tmp_path: Path, crawl: Path
) -> None:
    chosen = settings(broker, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    for enough in (150, 500, 900):  # within the first file, the second and the third
        with _feeding(chosen, crawl, 250) as feeder:
            asyncio.run(_wait_for(chosen, enough))
            os.kill(feeder.pid, signal.SIGKILL)
            feeder.wait(30)
        before = _on_topic(chosen)
        assert len(before) < len(_ALL), "it was done before it was killed: nothing was tested"
    done = crawlmill(chosen, "feed", "--resume", str(crawl))
    assert done.returncode == 0, done.stderr.decode()
    fed = json.loads(done.stdout)["fed"]
    found = _on_topic(chosen)
    assert set(found) == _ALL
    assert len(_ALL) - len(before) <= fed <= len(_ALL) - len(before) + _IN_FLIGHT
    assert max(found.values()) <= 4 and sum(found.values()) - len(_ALL) <= 3 * _IN_FLIGHT
    assert b"pages of these files were dealt with in earlier runs" in done.stderr


def test_after_ctrl_c_no_page_comes_twice_and_a_finished_feed_feeds_nothing(
    embedded: str, tmp_path: Path, crawl: Path
) -> None:
    chosen = settings(embedded, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    with _feeding(chosen, crawl, 300) as feeder:
        asyncio.run(_wait_for(chosen, 450))
        feeder.send_signal(signal.SIGINT)
        out, told = feeder.communicate(timeout=60)
        assert feeder.returncode == 130, told.decode()
    first = json.loads(out)["fed"]
    assert _on_topic(chosen).total() == first
    done = crawlmill(chosen, "feed", "--resume", str(crawl))
    assert json.loads(done.stdout)["fed"] == len(_ALL) - first
    assert _on_topic(chosen) == collections.Counter(_ALL)
    again = crawlmill(chosen, "feed", "--resume", str(crawl))
    assert (again.returncode, json.loads(again.stdout)["fed"]) == (0, 0)


def test_a_limit_with_resume_feeds_a_crawl_bit_by_bit(embedded: str, tmp_path: Path, crawl: Path) -> None:
    chosen = settings(embedded, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    state = str(tmp_path / "elsewhere")
    fed = []
    for _ in range(4):
        done = crawlmill(chosen, "feed", "--limit", "350", "--state", state, str(crawl))
        assert done.returncode == 0, done.stderr.decode()
        fed.append(json.loads(done.stdout)["fed"])
    assert fed == [350, 350, 350, 150]
    assert _on_topic(chosen) == collections.Counter(_ALL)
    assert not (tmp_path / "crawl.feed-state").exists()


def test_changed_files_and_another_mill_are_refused_before_a_page_is_fed(
    embedded: str, tmp_path: Path, crawl: Path
) -> None:
    chosen, other = settings(embedded, tmp_path), settings(embedded, tmp_path)
    for mill in (chosen, other):
        assert crawlmill(mill, "topics", "create").returncode == 0
    assert crawlmill(chosen, "feed", "--resume", "--limit", "5", str(crawl)).returncode == 0
    done = crawlmill(other, "feed", "--resume", str(crawl))
    assert done.returncode == 1 and b"name another file with --state" in done.stderr
    with (crawl / "a.warc.gz").open("ab") as file:
        file.write(archives.gz(archives.response(5_000)))
    done = crawlmill(chosen, "feed", "--resume", str(crawl))
    assert done.returncode == 1 and b"a.warc.gz (changed; 5 of its pages were fed)" in done.stderr
    assert _on_topic(chosen).total() == 5 and not _on_topic(other)
    done = crawlmill(chosen, "feed", "--resume", "--changed", "continue", str(crawl))
    assert json.loads(done.stdout)["fed"] == len(_ALL) - 5 + 1, done.stderr.decode()
