"""Collects the pages of the site, at the paths that they have in the repository: documentation, README, and what these link.

The links between them hold in the site as they hold on a Git host, without being rewritten. Two exceptions: a file that the reference has
as a page is linked as that page, and a file that is no page is copied beside them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from streams import schemas

STARTS = ("README.md", "CHANGELOG.md", "seeds/README.md", "docs/**/*.md")
# Files for which the site has a page made from the same source.
PAGE_OF = {
    "config/crawlmill.toml": "reference/settings.md",
    "config/asyncapi.json": "reference/topics.md",
    **{f"config/schemas/{name}.json": f"reference/records.md#{name.lower()}" for name in schemas.names()},
}

_FENCE = re.compile(r"^( *```).*?^ *```", re.M | re.S)
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")


def collect(root: Path, target: Path) -> list[str]:
    """Copy the pages of :data:`STARTS` and every file that a page links into ``target``, which is emptied before; returns their paths.

    Raises :class:`FileNotFoundError` with page and link for a link that leads nowhere.
    """
    shutil.rmtree(target, ignore_errors=True)
    copied: list[str] = []
    waiting = [path.relative_to(root).as_posix() for start in STARTS for path in root.glob(start)]
    while waiting:
        name = waiting.pop()
        if name in copied:
            continue
        copied.append(name)
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            text = (root / name).read_text("utf-8")
            waiting += linked_files(root, name, text)
            path.write_text(with_pages(root, name, text), "utf-8")
        else:
            shutil.copyfile(root / name, path)
    for asset in ("style.css", "favicon.svg"):
        shutil.copyfile(root / "website" / asset, target / asset)
    return sorted(copied)


def links(text: str) -> Iterator[str]:
    """The targets of all links and images of a page, but those in blocks of code."""
    for match in _LINK.finditer(_FENCE.sub("", text)):
        yield match[2]


def is_outside(link: str) -> bool:
    """Whether a link leads out of the repository."""
    return "://" in link or link.startswith("mailto:")


def linked_files(root: Path, page: str, text: str) -> list[str]:
    """The files of the repository that a page links, by their paths from its root."""
    found = []
    for link in links(text):
        file = link.partition("#")[0]
        if not file or is_outside(link):
            continue
        path = (root / page).parent.joinpath(file).resolve()
        if not path.is_file():
            raise FileNotFoundError(f"{page} links {link}, which is no file")
        name = path.relative_to(root.resolve()).as_posix()
        if name not in PAGE_OF:
            found.append(name)
    return found


def with_pages(root: Path, page: str, text: str) -> str:
    """The text of a page in which files that the reference has as pages are linked as those."""

    def replaced(match: re.Match[str]) -> str:
        file = (root / page).parent.joinpath(match[2].partition("#")[0]).resolve()
        if is_outside(match[2]) or not file.is_relative_to(root.resolve()):
            return match[0]
        name = PAGE_OF.get(file.relative_to(root.resolve()).as_posix())
        return match[1] + "../" * page.count("/") + name + match[3] if name else match[0]

    return _LINK.sub(replaced, text)
