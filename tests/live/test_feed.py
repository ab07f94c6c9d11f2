"""``crawlmill feed`` as a user runs it: it continues behind damage, counts what it skips, and reports it when interrupted."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from feeding.archives import gz, response
from live.commands import CRAWLMILL, ROOT, crawlmill, environment
from live.mill import page, settings

from streams import intake, topics
from streams.records import Message
from streams.runtime.kafka.follow import follow
from streams.settings import Settings

pytestmark = pytest.mark.live


def _native(url: str, body: bytes) -> bytes:
    return json.dumps({"url": url, "body": base64.b64encode(body).decode()}).encode()


def _noise(number: int) -> bytes:
    return random.Random(number).randbytes(number)


async def _fed(chosen: Settings, wanted: int) -> list[Message]:
    """Return the first messages on pages.raw, as many as asked for."""
    found: list[Message] = []
    async with contextlib.aclosing(follow(chosen, [topics.RAW], from_start=True)) as messages:
        async for message in messages:
            found.append(message)
            if len(found) == wanted:
                break
    return found


def test_what_cannot_be_fed_is_counted_and_the_rest_is_fed(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    html = b"<p>" + base64.b64encode(_noise(7_500_000)) + b"</p>"
    (tmp_path / "a.jsonl").write_bytes(
        b"\n".join(
            [
                page(1).message.value or b"",
                _native("https://gull.example/noise", _noise(12_000_000)),
                _native("https://gull.example/large", html),
                b"https://gull.example/only",
                page(2).message.value or b"",
            ]
        )
    )
    damaged = tmp_path / "b.warc.gz"
    damaged.write_bytes(gz(response(1))[:-5] + gz(response(2)))
    (tmp_path / "c.html").write_bytes(b"<p>A page</p>")
    (tmp_path / "d.png").write_bytes(b"\x89PNG")
    done = crawlmill(chosen, "feed", str(tmp_path / "a.jsonl"), str(damaged), str(tmp_path / "c.html"))
    assert done.returncode == 1, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["fed"] == 5
    assert told["skipped"] == {"damaged": 1, "too_large": 1, "url_only": 1}
    assert [(place["file"], place["at"]) for place in told["damaged"]] == [(str(damaged), 0)]
    for said in (
        b"a.jsonl:2: 16,000",
        b"b.warc.gz: byte 0: ",
        b"have a crawler fetch it",
        b"5 pages are on ",
    ):
        assert said in done.stderr
    assert b"Traceback" not in done.stderr
    pages = {read.url: read for read in map(intake.read, asyncio.run(_fed(chosen, 5)))}
    assert "https://gull.example/large" in pages and "https://gull.example/2" in pages


def test_a_broker_with_a_lower_limit_costs_the_page_and_no_other(apache: str, tmp_path: Path) -> None:
    chosen = settings(apache, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    lines = [
        page(1).message.value or b"",
        _native("https://gull.example/", _noise(14_000_000)),
        page(2).message.value or b"",
    ]
    done = crawlmill(
        chosen, "--set", "kafka.max_message_bytes=20000000", "feed", "-", stdin=b"\n".join(lines)
    )
    assert done.returncode == 1, done.stderr.decode()
    assert json.loads(done.stdout)["fed"] == 2
    assert json.loads(done.stdout)["skipped"] == {"too_large": 1}


def test_a_pipe_that_is_silent_holds_no_page_back_and_ctrl_c_counts_them(
    embedded: str, tmp_path: Path
) -> None:
    chosen = settings(embedded, tmp_path)
    assert crawlmill(chosen, "topics", "create").returncode == 0
    feeder = subprocess.Popen(
        [*CRAWLMILL, "feed", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=ROOT, env=environment(chosen), preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    try:
        assert feeder.stdin is not None
        feeder.stdin.write((page(1).message.value or b"") + b"\n" + (page(2).message.value or b"") + b"\n")
        feeder.stdin.flush()
        assert len(asyncio.run(asyncio.wait_for(_fed(chosen, 2), 60))) == 2
        feeder.send_signal(signal.SIGINT)
        feeder.wait(30)  # with its pipe still open
        assert feeder.stdout is not None and feeder.stderr is not None
        said = feeder.stderr.read().decode()
        assert feeder.returncode == 130, said
        assert "2 pages are on" in said and "interrupted" in said and "Traceback" not in said
        assert json.loads(feeder.stdout.read())["fed"] == 2
    finally:
        feeder.kill()
        feeder.communicate()


def _heed_ctrl_c() -> None:
    """Run in the child: reset SIGINT, which shells ignore for background jobs."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
