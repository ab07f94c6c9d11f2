"""``python -m website``: build the site into build/docs; exit code 1 for a broken link or anchor, or an asset from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from website import check, reference, sources

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "build" / "docs-source"
SITE = ROOT / "build" / "docs"


def main() -> int:
    """Collect the pages, write the reference, let MkDocs build the site, and look at it."""
    sources.collect(ROOT, SOURCE)
    for name, page in reference.pages().items():
        path = SOURCE / "reference" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page, "utf-8")
    if built := build(ROOT / "website" / "mkdocs.yml"):
        return built
    found = list(check.faults(SITE))
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(
            f"{SITE.relative_to(ROOT)}/index.html; to search in it: python -m http.server --directory {SITE.relative_to(ROOT)}"
        )
    return 1 if found else 0


def build(config: Path) -> int:
    """Let MkDocs build what ``config`` describes; returns its exit code, which is 1 for any warning."""
    # The theme announces its successor in every run: mkdocs.yml says what keeps us from it.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean", "--config-file", str(config)]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
