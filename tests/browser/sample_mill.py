"""An inspector that knows what became of the sample pages, with a flow made of it: for screenshots and browser tests, without a broker."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from streams.inspector.entries import Entry, dead_letter_entry, page_entry
from streams.inspector.flow import STEP_SECONDS, Member, PoolLoad, Sample, StageLoad
from streams.records import DeadLetter, Disposition, Enriched, Reason, Rejection, encode
from streams.runtime.inspector.inspector import Inspector, Surroundings
from streams.runtime.inspector.routes import add_routes
from streams.runtime.observability.guard import guard
from streams.settings import Settings
from streams.settings.secret import Secret

ROOT = Path(__file__).parents[2]
MINUTES = 27  # over which the pages are spread
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> \u202eelif.exe'
_SURGING = "coast-weekly.example"  # a site that changes its layout


def processed(inputs: Iterable[str]) -> list[bytes]:
    """The output lines of these sample files, from a process of its own."""
    command = [sys.executable, "-m", "streams", "process", *inputs]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=280, check=True)
    return done.stdout.splitlines()


def inspector(lines: list[bytes]) -> Inspector:
    """An inspector that has read these lines in the last :data:`MINUTES`, and the pages of a hostile and of a changing site."""
    made = Inspector(Settings(), _surroundings())
    now = made.now()
    lines = [*lines, *_more()]
    random.Random(1).shuffle(lines)
    entries = [_entry(line, number, now, len(lines)) for number, line in enumerate(lines)]
    for entry in sorted(entries, key=lambda entry: entry.at):
        made.store.add(entry)
    _flow(made, entries, now)
    made.follower.caught_up.set()
    return made


def _surroundings() -> Surroundings:
    loads = {"clean": StageLoad(6, 940_000), "dedup": StageLoad(0, 0), "enrich": StageLoad(16, 210_000)}
    name = "Inspector of the worker at 127.0.0.1:6066"
    return Surroundings(lambda: loads, lambda: PoolLoad(4, False, True), list, name, metrics=True)


def _more() -> list[bytes]:
    """Pages that the samples do not have: a hostile title, and a site whose newest pages have lost their text."""
    base = {"site": _SURGING, "url": f"https://{_SURGING}/", "status": 200}
    good = [
        encode(Enriched(**base | {"id": f"coast-{number}", "url": f"https://{_SURGING}/{number}"}, title=f"Tide table {number}", text="x" * 900, language="en", page_type="article"))
        for number in range(40)
    ]  # fmt: skip
    bad = [
        encode(Rejection(**base | {"id": f"coast-{number}", "url": f"https://{_SURGING}/{number}"}, stage="clean", reason=Reason.TOO_SHORT, title=f"Tide table {number}", excerpt="Menu"))
        for number in range(40, 54)
    ]  # fmt: skip
    hostile = Enriched(
        id="hostile-title", url="javascript:alert(3)", site="evil.example", status=200, title=HOSTILE, text=f"Text. {HOSTILE}", language="en"
    )  # fmt: skip
    return [*good, *bad, encode(hostile)]


def _entry(line: bytes, number: int, now: int, count: int) -> Entry:
    """The entry of a line, with a place and a time as a topic would have given it one."""
    at = now - int(MINUTES * 60_000 * (1 - number / count) ** 1.4)
    found = msgspec.json.decode(line)
    site, kind = found.get("site"), found["disposition"]
    if site == _SURGING:
        share = int(found["id"].partition("-")[2]) / 54
        at = now - int(MINUTES * 60_000 * (1 - share))
    if kind == Disposition.DEADLETTER:
        letter = msgspec.json.decode(line, type=DeadLetter)
        letter = msgspec.structs.replace(letter, id=f"pages.raw/{number % 4}/{number}")
        return dead_letter_entry(letter, line, at, f"pages.deadletter/{number % 4}/{number}", at - 900)
    entry = page_entry(line, at, f"pages.{kind}/{number % 4}/{number}", at - 1_400 - number % 700)
    entry.raw = f"pages.raw/{number % 4}/{number}"
    return entry


def _flow(made: Inspector, entries: list[Entry], now: int) -> None:
    """Samples of offsets as they would have been while these entries came."""
    chance = random.Random(2)
    for step in range(120):
        at = now - int((120 - step) * STEP_SECONDS * 1_000)
        ended = [entry for entry in entries if entry.at <= at]
        kept = [entry for entry in ended if not entry.reason]
        waiting = chance.randrange(4, 24) + step // 4
        ends = {
            "pages.raw": len(ended) + waiting, "pages.candidates": len(kept) // 3, "pages.clean": len(kept) + 5,
            "pages.enriched": len(kept), "pages.entities": len(kept) * 9, "pages.quotes": len(kept) * 4,
            "pages.events": len(kept) * 5, "pages.rejected": len(ended) - len(kept) - 9, "pages.deadletter": 9,
        }  # fmt: skip
        committed = {
            "pages.raw": len(ended),
            "pages.candidates": ends["pages.candidates"],
            "pages.clean": len(kept),
        }
        made.history.add(Sample(time.monotonic() - (120 - step) * STEP_SECONDS, ends, committed))
    made.members = (
        Member("10.0.4.11", "http://10.0.4.11:6066", 4),
        Member("10.0.4.12", "http://10.0.4.12:6066", 4),
    )
    made.problem = ""


@asynccontextmanager
async def served(made: Inspector) -> AsyncIterator[str]:
    """Serve an inspector that follows nothing, and yield its address."""
    app = web.Application(middlewares=[guard])
    add_routes(app, made, lambda: Secret())
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")
