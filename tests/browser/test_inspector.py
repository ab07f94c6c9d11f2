"""The inspector in a real browser: searched, followed, filtered, by keyboard, without JavaScript, and by axe-core.

Skipped without Chromium; a failure with CRAWLMILL_REQUIRE_CHROMIUM set.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

import pytest

from browser.chromium import Tab, chromium, program
from browser.sample_mill import HOSTILE, inspector, processed, served

INPUTS = ("seeds/articles.jsonl", "seeds/copies.jsonl", "seeds/hostile.jsonl", "seeds/residue.jsonl")
VIEWS = (
    "/",
    "/pages",
    "/pages/en-harbour-strike",
    "/pages/copy-wire-cut-dairy",
    "/pages/hostile-title",
    "/sites",
    "/quality",
    "/pages/nobody",
)
TEXT = "document.querySelector('main').innerText"


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """What became of some sample pages."""
    if program() is None:
        if os.environ.get("CRAWLMILL_REQUIRE_CHROMIUM"):
            pytest.fail(
                "Chromium is not installed, and CRAWLMILL_REQUIRE_CHROMIUM demands it (Debian: chromium)"
            )
        pytest.skip("Chromium is not installed (Debian: chromium)")
    return processed(INPUTS)


def _browse(lines: list[bytes], visit: Callable[[Tab, str], Awaitable[None]]) -> None:
    async def run() -> None:
        async with served(inspector(lines)) as base, chromium() as browser:
            tab = await browser.tab()
            await tab.look(1280, 800)
            await visit(tab, base)
            assert tab.dialogs == 0
            assert [said for said in tab.messages if "404" not in said] == []

    asyncio.run(run())


async def _search(tab: Tab, words: str) -> None:
    await tab.evaluate(f"document.querySelector('#search').value = {words!r}")
    await tab.follow("document.querySelector('.search button').click()")


def test_a_copy_is_searched_by_its_url_and_followed_to_its_original(lines: list[bytes]) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.goto(base)
        await _search(tab, "https://farmandtrade.example/2026/04/alpenhof")
        assert "1 page." in await tab.evaluate(TEXT)
        await tab.follow("document.querySelector('.headline').click()")
        text = await tab.evaluate(TEXT)
        assert "duplicate_near" in text
        assert "Side by side" in text
        await tab.follow("document.querySelector('#original + .related a').click()")
        assert await tab.evaluate("location.pathname") == "/pages/en-dairy-merger"
        assert "Norwegians swallow Swiss cheese giant" in await tab.evaluate(TEXT)  # among its copies

    _browse(lines, visit)


def test_the_list_is_filtered_and_the_choice_stays(lines: list[bytes]) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.goto(base + "/pages")
        await tab.evaluate("document.querySelector('[name=reason]').value = 'duplicate_near'")
        await tab.follow("document.querySelector('.filter button').click()")
        labels = await tab.evaluate(
            "[...document.querySelectorAll('.pages .label')].map(label => label.innerText)"
        )
        assert set(labels) == {"duplicate_near"}
        assert len(labels) == 5
        assert await tab.evaluate("document.querySelector('[name=reason]').value") == "duplicate_near"
        await tab.follow("document.querySelector('.filter a').click()")
        assert await tab.evaluate("document.querySelectorAll('.pages .label').length") == 50

    _browse(lines, visit)


def test_a_hostile_title_is_shown_and_not_run(lines: list[bytes]) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.goto(base + "/pages?q=hostile-title")
        shown = HOSTILE.replace("\u202e", "⟨U+202E⟩")
        assert await tab.evaluate("document.querySelector('.headline').innerText") == shown
        await tab.follow("document.querySelector('.headline').click()")
        assert await tab.evaluate("document.querySelector('h1').innerText") == shown
        assert (
            await tab.evaluate(
                "document.querySelectorAll('main img, main script, main [href^=javascript]').length"
            )
            == 0
        )

    _browse(lines, visit)


def test_a_quotation_and_its_speaker_are_found_from_the_list_and_back(lines: list[bytes]) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.goto(base + "/pages/en-harbour-strike")
        link = "[...document.querySelectorAll('.found li')].find(item => item.innerText.includes('Tidewell'))"
        await tab.evaluate(f"{link}.querySelector('a').click()")
        target = await tab.evaluate("location.hash")
        assert target.startswith("#quote-") and target.endswith("-at")
        assert await tab.evaluate(f"document.querySelector('{target}') !== null")
        await tab.evaluate("document.querySelector('.text .m-quote').click()")
        assert await tab.evaluate("document.querySelector(location.hash).closest('ol, table') !== null")

    _browse(lines, visit)


def test_the_overview_is_brought_up_to_date_and_stays_as_it_is_for_who_reads_in_it(
    lines: list[bytes],
) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.goto(base)
        await tab.evaluate("document.querySelector('#live').firstElementChild.dataset.old = '1'")
        renewed = "new Promise(done => { const timer = setInterval(() => { if (!document.querySelector('[data-old]')) { clearInterval(timer); done(true) } }, 100) })"
        assert await asyncio.wait_for(tab.evaluate(renewed), 30)
        assert "coast-weekly.example may have changed its layout" in await tab.evaluate(TEXT)

    _browse(lines, visit)


def test_without_javascript_every_view_shows_the_same(lines: list[bytes]) -> None:
    async def visit(tab: Tab, base: str) -> None:
        for path in ("/", "/pages", "/sites", "/quality"):
            await tab.call("Emulation.setScriptExecutionDisabled", value=True)
            await tab.goto(base + path)
            tree = await tab.call("Accessibility.getFullAXTree")
            roles = [node.get("role", {}).get("value") for node in tree["nodes"]]
            assert roles.count("heading") >= 1, path
            assert roles.count("link") >= 30, path

    _browse(lines, visit)


def test_the_search_is_reached_and_used_by_keyboard(lines: list[bytes]) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.goto(base + "/quality")
        reached = []
        for _ in range(8):
            await tab.key("Tab")
            reached.append(
                await tab.evaluate("document.activeElement.innerText || document.activeElement.id")
            )
        assert reached[:6] == ["Skip to the content", "crawlmill", "Overview", "Pages", "Sites", "Quality"]
        assert reached[6] == "search"
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        assert await tab.evaluate(ring) == "solid"
        await tab.call("Input.insertText", text="harbour")
        loaded = asyncio.create_task(tab.follow("document.activeElement.form.querySelector('input').focus()"))
        await asyncio.sleep(0)
        await tab.evaluate("document.querySelector('#search').focus()")
        await tab.key("Enter")
        await loaded
        assert await tab.evaluate("location.search") == "?q=harbour"

    _browse(lines, visit)


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_axe_core_finds_no_serious_fault(lines: list[bytes], look: str) -> None:
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text("utf-8")
    run = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(fault => ({id: fault.id, impact: fault.impact, at: fault.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary)})))"

    async def visit(tab: Tab, base: str) -> None:
        await tab.look(390 if look == "phone" else 1280, 800, dark=look == "dark", mobile=look == "phone")
        found: dict[str, Any] = {}
        for path in VIEWS:
            await tab.goto(base + path)
            await tab.evaluate(axe + "; true")
            faults = await tab.evaluate(run)
            found[path] = [fault for fault in faults if fault["impact"] in ("serious", "critical")]
        assert not {path: faults for path, faults in found.items() if faults}

    _browse(lines, visit)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_view_is_wider_than_its_window(lines: list[bytes], width: int) -> None:
    async def visit(tab: Tab, base: str) -> None:
        await tab.look(width, 800, mobile=width < 1_000)
        for path in VIEWS:
            await tab.goto(base + path)
            assert await tab.evaluate("document.documentElement.scrollWidth") <= width, path

    _browse(lines, visit)
