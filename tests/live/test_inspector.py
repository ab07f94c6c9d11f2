"""The inspector of a running mill, in its worker and beside it, and where a page went, on the terminal."""

from __future__ import annotations

import asyncio
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from live.commands import CRAWLMILL, ROOT, crawlmill, environment
from live.mill import Mill, article, page, settings, with_copies

from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytestmark = pytest.mark.live
APACHE_AGAIN = True

HOSTILE = "https://evil.example/<script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def ground(broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mill]:
    """A mill with a running worker, through which twelve pages went: two copies, one hostile address, one dead letter."""
    folder = tmp_path_factory.mktemp("inspected")
    mill = Mill(settings(broker, folder), folder)

    async def run() -> None:
        await mill.create()
        pages = [*with_copies(10, 2), page(99, url=HOSTILE, text=article(99))]
        broken = pages[0]._replace(message=pages[0].message.__class__(value=b"json failed to parse"))
        worker = mill.worker()
        await worker.start()
        # Of pages fed at once either may be the copy: only of what is already fetched the earlier comes first.
        copies = [fed for fed in pages if b"copies.example" in (fed.message.key or b"")]
        await mill.feed([*(fed for fed in pages if fed not in copies), broken])
        await mill.outcomes(10)
        await mill.feed(copies)
        await mill.outcomes(12)

    asyncio.run(run())
    yield mill
    mill.stop()


def _get(base: str, path: str) -> str:
    try:
        with urllib.request.urlopen(base + path, timeout=30) as response:
            text: str = response.read().decode()
            return text
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"


async def _shown(base: str, path: str, part: str) -> str:
    """The page once it shows this: the inspector reads what comes, a second after it came."""
    async with asyncio.timeout(90):
        while part not in (text := await asyncio.to_thread(_get, base, path)):
            await asyncio.sleep(0.3)
    return text


def _web(chosen: Settings) -> str:
    return f"http://{chosen.worker.web_host}:{chosen.worker.web_port}"


def test_a_worker_shows_its_flow_its_pages_and_a_copy_beside_its_original(ground: Mill) -> None:
    async def run() -> None:
        web = _web(ground.settings)
        await _shown(web, "/pages", "12 pages.")
        overview = await _shown(web, "/", "1 of 12 pages became a dead letter")
        assert "2 processes" in overview
        assert "duplicate_exact" in overview
        copies = await asyncio.to_thread(_get, web, "/pages?reason=duplicate_exact")
        assert "2 pages." in copies
        url = urllib.parse.quote("https://copies.example/0/again", safe="")
        copy = await asyncio.to_thread(_get, web, f"/pages?url={url}")
        assert "Its original" in copy
        assert "100 % of these characters are in the other text, too" in copy
        assert "pages.rejected/" in copy
        letters = await asyncio.to_thread(_get, web, "/quality")
        assert "crawlmill deadletters replay --reason bad_record" in letters

    asyncio.run(run())


def test_a_hostile_address_is_shown_and_does_nothing(ground: Mill) -> None:
    text = asyncio.run(_shown(_web(ground.settings), "/pages?q=evil.example", "1 page."))
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text or "%3Cscript%3E" in text
    assert "\u202e" not in text


def test_the_inspector_beside_a_worker_shows_the_same_and_ends_by_sigterm(ground: Mill) -> None:
    port = free_port()
    inspector = subprocess.Popen(
        [*CRAWLMILL, "inspect", "--port", str(port)], cwd=ROOT, env=environment(ground.settings), stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        assert inspector.stderr is not None
        assert f"open http://127.0.0.1:{port}/" in inspector.stderr.readline()
        asyncio.run(_shown(f"http://127.0.0.1:{port}", "/pages", "12 pages."))
        overview = asyncio.run(_shown(f"http://127.0.0.1:{port}", "/", "Workers of the group"))
        assert "/metrics" not in overview
        inspector.terminate()
        assert inspector.wait(30) == 0
    finally:
        inspector.kill()


def test_the_inspector_is_not_opened_to_everybody_without_a_token(ground: Mill) -> None:
    done = crawlmill(ground.settings, "inspect", "--host", "0.0.0.0")
    assert done.returncode == 1
    assert b"worker.web_token" in done.stderr


def test_where_a_page_went_is_told_by_its_address_with_every_record(ground: Mill) -> None:
    done = crawlmill(ground.settings, "where", "https://copies.example/0/again")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["topic"] for line in lines] == ["pages.rejected"]
    original = lines[0]["record"]["duplicate_of"]
    done = crawlmill(ground.settings, "where", original)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {line["topic"] for line in lines if not line["copy"]}
    assert {"pages.clean", "pages.enriched", "pages.events"} <= found
    assert [line["record"]["url"] for line in lines if line["copy"]] == ["https://copies.example/0/again"]


def test_where_nothing_is_known_is_said_with_exit_code_1(ground: Mill) -> None:
    done = crawlmill(ground.settings, "where", "https://nobody.example/")
    assert done.returncode == 1
    assert b"no record on the topics is about https://nobody.example/" in done.stderr


def test_a_dead_letter_is_found_by_the_place_of_its_message(ground: Mill, tmp_path: Path) -> None:
    listed = crawlmill(ground.settings, "deadletters", "list")
    place = json.loads(listed.stdout)["id"]
    done = crawlmill(ground.settings, "where", place)
    (line,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (line["topic"], line["record"]["reason"]) == ("pages.deadletter", "bad_record")


def test_top_prints_one_picture_when_piped(ground: Mill) -> None:
    done = crawlmill(ground.settings, "top")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["outcomes"] == {"enriched": 9, "duplicate_exact": 2, "bad_record": 1}
    assert told["topics"]["pages.raw"]["lag"] == 0
    assert told["topics"]["pages.enriched"]["rate"] == 0
    assert told["workers"] == 1


def test_a_report_is_made_of_what_the_topics_hold_of_a_time(ground: Mill, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    done = crawlmill(ground.settings, "report", "--since", "1h", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert b"12 pages" in done.stderr
    assert "duplicate_exact" in target.read_text("utf-8")
    done = crawlmill(ground.settings, "report", "--since", "1s", "-o", str(target))
    assert b"0 pages" in done.stderr
