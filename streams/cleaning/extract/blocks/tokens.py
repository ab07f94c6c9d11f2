"""Words in markup and text, as features with learnt weights: of class, id, role and itemprop, of short texts, of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.metadata.declared import DeclaredMetadata

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")  # class names split at "-", "_", digits and capitals
_WORD = re.compile(r"\w+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))  # their ids are slugs of their text
_LONGEST = 18  # letters of a token; longer ones are hashes
_NAMES, _IDS = 300, 60  # code points read of a class attribute and of the others
_SHORT = 12  # words of a text that is a label rather than a sentence
_LEADING = 10  # words read of any text
_LD_TYPE = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"([A-Za-z]+)"')


def parts(name: str) -> list[str]:
    """Return the words of a class name or id, in lower case.

    >>> parts("sidebar-grid__container isWide")
    ['sidebar', 'grid', 'container', 'is', 'wide']
    """
    return [part.lower() for part in _PART.findall(name) if 2 <= len(part) <= _LONGEST]


def node_tokens(tag: str, names: tuple[str, str, str]) -> set[str]:
    """Return the tokens of a node: its tag, and the words of its class, id, role and itemprop."""
    found = {f"t:{tag}"}
    classes, identity, role = names
    if classes:
        found.update(f"c:{part}" for part in parts(classes[:_NAMES]))
    if identity and tag not in _HEADINGS:
        found.update(f"i:{part}" for part in parts(identity[:_IDS]))
    if role:
        found.update(f"r:{part}" for part in parts(role[:_IDS]))
    return found


def text_tokens(text: str, inner: tuple[str, str]) -> set[str]:
    """Return the tokens of a block: its first words, and the name of the inline element that begins it."""
    tag, name = inner
    found = {f"n:{part}" for part in parts(name[:100])} if name else set()
    if tag:
        found.add(f"n:{tag}")
    words = ["0" if word.isdigit() else word for word in _WORD.findall(text[:200].lower())]
    if words:
        mark = "s" if len(words) <= _SHORT and len(text) < 120 else "l"
        found.update(f"{mark}:{word}" for word in words[:_LEADING])
        if len(words) <= 3:
            found.add(f"x:{' '.join(words)}")
    return found


def page_tokens(tree: BlockTree, declared: DeclaredMetadata, url: str, nodes: Iterable[set[str]]) -> set[str]:
    """Return the tokens of a page: its address, what it declares, its markup and its labels. ``nodes`` are node tokens."""
    found: set[str] = set()
    try:
        address = urlsplit(url.lower())
    except ValueError:
        address = urlsplit("")
    found.update(f"h:{part}" for part in re.findall("[a-z]+", address.netloc))
    found.update(
        f"u:{part if not part.isdigit() else '0'}" for part in re.findall(r"[a-z]+|\d+", address.path)
    )
    found.update(f"q:{part}" for part in re.findall("[a-z]+", address.query))
    steps = [step for step in address.path.split("/") if step]
    found.add(f"depth:{min(len(steps), 5)}")
    if steps:
        found.add(f"u0:{steps[0][:20]}")
        found.add(f"dashes:{min(steps[-1].count('-'), 6)}")
    for source in declared.jsonld:
        found.update(f"ld:{kind}" for kind in _LD_TYPE.findall(source[:200_000]))
    found.update(f"og:{value.strip().lower()[:20]}" for value in declared.meta.get("og:type", ()))
    found.update(f"gen:{part}" for value in declared.meta.get("generator", ()) for part in parts(value[:40]))
    found.update(f"m:{name}" for name in declared.meta)
    found.update(f"tt:{word}" for word in re.findall("[a-z]+", declared.title.lower()))
    for tokens in nodes:
        found.update(tokens)
    found.update(f"x:{_digits(text.lower())}" for text in _labels(tree.texts))
    return found


def _labels(texts: Sequence[str]) -> Iterable[str]:
    return (text for text in texts if len(text) < 30)


def _digits(text: str) -> str:
    return re.sub(r"\d+", "0", text)
