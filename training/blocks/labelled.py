"""Main text of pages that no model learns from, beside trafilatura: ``python -m training.blocks.labelled CLONES``.

``labelled.jsonl`` says which pages of which public repositories they are, and which of their blocks were labelled as main text; it has no text.
``CLONES`` is a folder with clones of the repositories, ``OWNER/NAME`` each.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from trafilatura import extract

from streams import intake, urls
from streams.cleaning import clean
from streams.cleaning.decode.body import NotAPage, decode_body
from streams.cleaning.extract.blocks.model import TYPES
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.records import Document, Message, RawPage
from streams.settings import Cleaning
from training.blocks.pages import MAX_BYTES
from training.blocks.report import mean
from training.blocks.words import word_f1

LABELS = Path(__file__).parent / "labelled.jsonl"
_DIGITS = 12  # of the hash of a page's blocks


class Label(msgspec.Struct, frozen=True):
    """Where a page is, and which of its blocks are its main text."""

    id: str
    repository: str  # OWNER/NAME, on GitHub
    commit: str
    path: str
    url: str  # where the page was, or was guessed to have been
    type: str
    blocks: str  # hash of the texts of all its blocks
    kept: tuple[tuple[int, int], ...]  # ranges of block numbers, both ends included


class Page(NamedTuple):
    """A labelled page with its main text."""

    label: Label
    raw: RawPage
    html: str
    truth: str


class Score(NamedTuple):
    """What comes out of a page: word F1 of the text, and of trafilatura's; whether its type is right."""

    site: str
    type: str
    ours: float
    theirs: float
    typed: bool


def read(path: Path = LABELS) -> list[Label]:
    """Return the labels."""
    return [msgspec.json.decode(line, type=Label) for line in path.read_bytes().splitlines()]


def hash_of(texts: Sequence[str]) -> str:
    """Return the hash by which a label knows the blocks of its page."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_DIGITS]


def pages(clones: Path) -> Iterator[Page]:
    """Yield the labelled pages; says which cannot be had, or are cut into other blocks now."""
    for label in read():
        command = ["git", "-C", str(clones / label.repository), "show", f"{label.commit}:{label.path}"]
        found = subprocess.run(command, capture_output=True, check=False)
        if found.returncode:
            print(f"{label.id}: {found.stderr.decode(errors='replace').strip()}", file=sys.stderr)
            continue
        html = found.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
        record = {"id": label.id, "url": label.url, "html": html}
        raw = intake.read(Message(value=json.dumps(record).encode()))
        body = decode_body(raw, MAX_BYTES)
        texts = [] if isinstance(body, NotAPage) or body.tree is None else read_blocks(body.tree).texts
        if hash_of(texts) != label.blocks:
            print(f"{label.id}: has other blocks now; label it again", file=sys.stderr)
            continue
        kept = (text for first, last in label.kept for text in texts[first : last + 1])
        yield Page(label, raw, html, "\n\n".join(kept))


def score(page: Page) -> Score:
    """Return what comes out of a page."""
    made = clean(page.raw, Cleaning())
    text = made.text if isinstance(made, Document) else ""
    other = extract(page.html, url=page.label.url) or ""
    return Score(
        urls.site(page.label.url),
        page.label.type,
        word_f1([text], page.truth),
        word_f1([other], page.truth),
        isinstance(made, Document) and made.page_type == page.label.type,
    )


def table(scores: Sequence[Score]) -> str:
    """Return means by page type, with the standard error of ours by sites."""
    lines = ["| pages | n | sites | word F1 | trafilatura | types right |", "|---|---|---|---|---|---|"]
    for name in ("all", *TYPES):
        some = [one for one in scores if name in ("all", one.type)]
        if some:
            ours, error = mean([(one.site, one.ours) for one in some])
            theirs, _ = mean([(one.site, one.theirs) for one in some])
            typed = sum(one.typed for one in some) / len(some)
            sites = len({one.site for one in some})
            lines.append(
                f"| {name} | {len(some)} | {sites} | {ours:.3f} ({error:.3f}) | {theirs:.3f} | {typed:.2f} |"
            )
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="training.blocks.labelled", description=__doc__)
    parser.add_argument("clones", type=Path)
    scores = [score(page) for page in pages(parser.parse_args().clones)]
    if not scores:
        print("none of the labelled pages is in these clones", file=sys.stderr)
        return 1
    print(table(scores))
    return 0


if __name__ == "__main__":
    sys.exit(main())
