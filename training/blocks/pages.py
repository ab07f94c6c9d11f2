"""Pages with known main text: records as the pipeline takes them beside their truth."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from streams import intake, urls
from streams.cleaning.decode.body import NotAPage, decode_body
from streams.cleaning.extract.blocks.features import Features, features_of
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.repeats import PageFacts
from streams.cleaning.extract.blocks.tree import BlockTree, read_blocks
from streams.cleaning.extract.fallback import from_description, from_scripts
from streams.cleaning.metadata.declared import DeclaredMetadata, collect_declared
from streams.records import Message
from streams.settings import Cleaning

MAX_BYTES = 50_000_000
_LEAST = Cleaning().min_characters


class Page(msgspec.Struct):
    """A page of a set. ``kind`` is its page type, empty where the set has none; ``instead`` is what is read where it has no
    blocks: the text in its scripts, or its description.
    """

    id: str
    area: str
    kind: str
    url: str
    site: str
    truth: str
    tree: BlockTree
    signals: DeclaredMetadata
    facts: PageFacts
    features: Features | None
    instead: str = ""


def read(folder: Path) -> Iterator[Page]:
    """Yield the pages of a set: ``pages.jsonl.gz`` and ``truth.jsonl`` or ``truth.jsonl.gz`` (id, text, type)."""
    truth = {record["id"]: record for record in _lines(folder, "truth.jsonl")}
    for line in opened(folder / "pages.jsonl.gz"):
        number = json.loads(line)["id"]
        known = truth.get(number)
        if known is None or known.get("text") is None:
            continue
        page = intake.read(Message(value=line))
        body = decode_body(page, MAX_BYTES)
        address = page.final_url or page.url
        tree, signals, instead = BlockTree(), DeclaredMetadata(), None
        if not isinstance(body, NotAPage) and body.tree is not None:
            tree, signals = read_blocks(body.tree), collect_declared(body.tree)
            # what features are made of is in the lists of blocks and nodes; elements would keep whole trees in memory
            tree.outline, tree.elements = BlockTree().outline, []
            if not tree.texts:
                instead = from_scripts(body.tree) or from_description(signals, address, _LEAST)
        facts = facts_of(signals, address)
        yield Page(
            number,
            folder.name,
            known.get("type") or "",
            address,
            urls.site(page.url),
            known["text"],
            tree,
            signals,
            facts,
            features_of(tree, facts) if tree.texts else None,
            instead.text if instead else "",
        )


def _lines(folder: Path, name: str) -> Iterator[Any]:
    path = folder / name
    for line in opened(path if path.exists() else folder / f"{name}.gz"):
        if line.strip():
            yield json.loads(line)


def opened(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        yield from file
