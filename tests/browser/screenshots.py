"""``make screenshots``: every view of the inspector, on a desktop, a phone and in the dark, as PNG.

The pages are the samples; nothing else is started than a browser. docs/inspector.md shows some of them.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from browser.chromium import chromium, program
from browser.sample_mill import ROOT, inspector, processed, served

VIEWS = {
    "overview": "/",
    "pages": "/pages",
    "pages-filtered": "/pages?reason=soft_404&site=www.harbour-times.example",
    "page": "/pages/en-harbour-strike",
    "copy": "/pages/copy-wire-cut-dairy",
    "revision": "/pages/revision-fisheries",
    "hostile": "/pages/hostile-title",
    "sites": "/sites",
    "quality": "/quality",
    "missing": "/pages/nobody",
}
LOOKS = {
    "desktop": (1280, 800, False, False),
    "phone": (390, 844, False, True),
    "dark": (1280, 800, True, False),
}
# What docs/inspector.md shows: view, look, and the height to which it is cut.
_DOCS_SCALE = 0.7
SHOWN = (
    ("overview", "desktop", 1_250),
    ("page", "desktop", 1_150),
    ("copy", "dark", 1_000),
    ("sites", "phone", 1_000),
)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build/screenshots")
    parser.add_argument("--docs", action="store_true", help="write those of docs/inspector.md anew, too")
    options = parser.parse_args()
    if program() is None:
        raise SystemExit("no Chromium: install the package chromium")
    docs = ROOT / "docs/inspector"
    for folder in (options.to, docs):
        folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_draw(options.to, docs if options.docs else None))
    print(f"{len(VIEWS) * len(LOOKS)} pictures in {options.to}")


async def _draw(to: Path, docs: Path | None) -> None:
    made = inspector(await asyncio.to_thread(processed, ["seeds"]))
    async with served(made) as base, chromium() as browser:
        tab = await browser.tab()
        for look, (width, height, dark, mobile) in LOOKS.items():
            await tab.look(width, height, dark=dark, mobile=mobile)
            for view, path in VIEWS.items():
                await tab.goto(base + path)
                await tab.screenshot(to / f"{view}-{look}.png", tallest=2_400)
                for name, wanted, tallest in SHOWN:
                    if docs is not None and (name, wanted) == (view, look):
                        await tab.screenshot(docs / f"{view}-{look}.png", tallest=tallest, scale=_DOCS_SCALE)


if __name__ == "__main__":
    main()
