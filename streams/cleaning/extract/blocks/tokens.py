"""Words in markup and text, as features with learnt weights: of class, id, role and itemprop, of short texts, of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.metadata.declared import DeclaredMetadata

_PART = re.compile("[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+")  # class names split at "-", "_", digits and capitals
_LOWER_PART = re.compile("[a-z]+")  # the same of a name without capitals, at half the cost
_WORD = re.compile(r"\w+")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))  # their ids are slugs of their text
_LONGEST = 18  # letters of a token; longer ones are hashes
_NAMES, _IDS = 300, 60  # code points read of a class attribute and of the others
_SHORT = 12  # words of a text that is a label rather than a sentence
_LABEL = 120  # code points below which a text may be a label
_LEADING = 10  # words read of any text
_FEW = 3  # words of a text that is a token as a whole
_LINE, _READ = 90, 200  # code points read of a text: as a rule, and where those hold few words
_NO_INNER = ("", "")
_INNER = 100  # code points read of the name of an inline element
_LONGEST_LABEL = 29  # code points of a text that is a token of the page
_MOST_NAMES = 20_000  # kept with their tokens or weights
_NUMBER = re.compile(r"\d+")
_LD_TYPE = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"([A-Za-z]+)"')


def parts(name: str) -> list[str]:
    """Return the words of a class name or id, in lower case.

    >>> parts("sidebar-grid__container isWide")
    ['sidebar', 'grid', 'container', 'is', 'wide']
    """
    if name.islower():  # most are
        return [part for part in _LOWER_PART.findall(name) if 2 <= len(part) <= _LONGEST]
    return [part.lower() for part in _PART.findall(name) if 2 <= len(part) <= _LONGEST]


class _ClassParts(dict[str, tuple[str, ...]]):
    """The words of a class name, kept for many names: pages have few distinct ones, and sites share them."""

    def __missing__(self, name: str) -> tuple[str, ...]:
        if len(self) >= _MOST_NAMES:
            self.clear()
        found = self[name] = tuple(parts(name))
        return found


_CLASS_PARTS = _ClassParts()


def node_tokens(tag: str, names: tuple[str, str, str]) -> set[str]:
    """Return the tokens of a node: its tag, and the words of its class, id, role and itemprop."""
    classes, identity, role = names
    found = {f"t:{tag}"}
    found.update([f"c:{part}" for part in class_parts(classes)])
    found.update([f"r:{part}" for part in role_parts(role)])
    if tag not in HEADINGS:
        found.update([f"i:{part}" for part in id_parts(identity)])
    return found


def class_parts(classes: str) -> set[str]:
    """Return the words of a class attribute."""
    return set().union(
        *map(_CLASS_PARTS.__getitem__, classes[:_NAMES].split())
    )  # no word reaches beyond a space


def id_parts(identity: str) -> set[str]:
    """Return the words of an id."""
    return set(parts(identity[:_IDS])) if identity else set()


def role_parts(role: str) -> set[str]:
    """Return the words of role and itemprop."""
    return set(parts(role[:_IDS])) if role and not role.isspace() else set()


def text_tokens(text: str, inner: tuple[str, str]) -> set[str]:
    """Return the tokens of a block: its first words, and the name of the inline element that begins it."""
    found = {f"n:{part}" for part in _inner_parts(inner)}
    mark, words, few = _first_words(text)
    found.update(f"{mark}:{word}" for word in words)
    if few:
        found.add(f"x:{few}")
    return found


class TextWeights:
    """Weights of the tokens of blocks. :meth:`of` sums those of a block without making its tokens."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        kinds: dict[str, dict[str, int]] = {mark: {} for mark in "nslx"}
        for token, weight in weights.items():
            kinds[token[0]][token[2:]] = weight
        self._short, self._long = kinds["s"], kinds["l"]
        self._names = kinds["n"]
        self._labels = kinds["x"]
        self._known = {_NO_INNER: 0}  # sums for names of inline elements, which recur

    def of(self, text: str, inner: tuple[str, str], folded: list[str] | None = None) -> int:
        """Return the sum of the weights of ``text_tokens(text, inner)``. ``folded`` are all words of ``text``, case-folded, where
        they are known.
        """
        known = self._known.get(inner)
        return self._of_text(text, folded) + (self._of_name(inner) if known is None else known)

    def of_blocks(
        self, texts: Sequence[str], inner: Sequence[tuple[str, str]], folded: Mapping[str, list[str]]
    ) -> list[int]:
        """Return :meth:`of` for each block, where each distinct text is weighed once. ``folded`` has the words of texts, where they are
        known.
        """
        of_text = {text: self._of_text(text, folded.get(text)) for text in dict.fromkeys(texts)}
        of_name = {
            name: self._of_name(name) if (known := self._known.get(name)) is None else known
            for name in dict.fromkeys(inner)
        }
        return [of_text[text] + of_name[name] for text, name in zip(texts, inner, strict=True)]

    def _of_text(self, text: str, folded: list[str] | None) -> int:
        mark, words, few = _first_words(text, folded)
        weights = self._short if mark == "s" else self._long
        found = sum([weights[word] for word in set(words) if word in weights])
        return found + self._labels.get(few, 0) if few else found

    def _of_name(self, inner: tuple[str, str]) -> int:
        if len(self._known) >= _MOST_NAMES:
            self._known.clear()
        found = self._known[inner] = sum(self._names.get(part, 0) for part in set(_inner_parts(inner)))
        return found


def _first_words(text: str, folded: list[str] | None = None) -> tuple[str, list[str], str]:
    """Return "s" for a label or "l" for a sentence, its first words in lower case, and all of them if they are three at most."""
    if len(text) < _LABEL:
        known = folded is not None and text.isascii()  # folding is the same as lower case then
        words = folded[:] if folded is not None and known else _WORD.findall(text.lower())
        mark = "s" if len(words) <= _SHORT else "l"
    else:
        words = _WORD.findall(text[:_LINE].lower())
        if len(words) <= _LEADING:  # the last one may be cut
            words = _WORD.findall(text[:_READ].lower())
        mark = "l"
    del words[_LEADING:]
    if any(map(str.isdigit, words)):
        words = ["0" if word.isdigit() else word for word in words]
    return mark, words, " ".join(words) if len(words) <= _FEW else ""


def _inner_parts(inner: tuple[str, str]) -> list[str]:
    tag, name = inner
    found = parts(name[:_INNER]) if name else []
    return [*found, tag] if tag else found


def page_tokens(
    tree: BlockTree, declared: DeclaredMetadata, url: str, nodes: Iterable[Iterable[str]]
) -> set[str]:
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
    found.update(f"x:{label}" for label in _labels(tree.texts))
    return found


def _labels(texts: Sequence[str]) -> set[str]:
    """Return the short texts in lower case, each number as 0."""
    lines = [text for text in texts if len(text) <= _LONGEST_LABEL]
    together = "\n".join({text for text in lines if "\n" not in text})
    found = {_NUMBER.sub("0", text.lower()) for text in lines if "\n" in text}
    return found.union(_NUMBER.sub("0", together.lower()).split("\n") if together else ())
