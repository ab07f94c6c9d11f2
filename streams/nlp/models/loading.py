"""Loads as much of an English spaCy model as is used, with a tenth of the memory and half of the time of ``spacy.load``.

Left out are components that nothing here runs and the model's list of strings, which documents fill as they come: of the
medium model's 776,000 strings most are words that have a static vector, and a vector is found by the hash of its word. Vectors stay
in their file, which is mapped, so that all processes of a machine share them. A model that parses for another one's documents uses
that one's vocabulary and has no tokenizer rules.
"""

from __future__ import annotations

import importlib
import sys
import types
import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.vocab import Vocab

SHARED = ("tok2vec", "transformer", "curated_transformer")
_LISTENER = "Listener"  # in the name of the architecture of a layer that reads a shared one


def load(name: str, **options: Any) -> Language:
    """Load a model by package name, by module name (for wheels in which the two differ), or from a folder.

    spaCy's warning about models of another minor version (W095) is suppressed: what the default model of spaCy 3.7
    gives with 3.8 is measured (docs/enrichment.md), and the version of spaCy is bounded.
    """
    spacy = _spacy()
    with _without_version_warning():
        load_model = partial(spacy.load, name) if _is_folder(name) else importlib.import_module(name).load
        loaded: Language = load_model(**options)
        return loaded


def load_parts(name: str, parts: Collection[str]) -> Language:
    """Load a model with these components alone, and the shared layer that they read; its strings are left out."""
    folder = _folder(name)
    mapped = _has_plain_vectors(folder)
    loaded = load(name, exclude=[*_unused(folder, parts), "strings", *(["vectors"] if mapped else [])])
    know_labels(loaded.vocab, loaded)
    if mapped:
        loaded.vocab.vectors = _mapped_vectors(folder / "vocab", loaded.vocab)
    return loaded


def load_parser(name: str, parts: Collection[str], vocab: Vocab) -> Language:
    """Load these components of a model for documents of another model's vocabulary."""
    vectors: Any = vocab.vectors
    named = vectors.name
    loaded = load(name, vocab=vocab, exclude=[*_unused(_folder(name), parts), "vocab", "tokenizer"])
    vectors.name = named  # spaCy calls the vectors of a vocabulary as each model does that is loaded with it
    return loaded


def know_labels(vocab: Vocab, nlp: Language) -> None:
    """Add the labels of a pipeline's components to the vocabulary of the docs that these will annotate."""
    for _name, component in nlp.pipeline:
        for label in getattr(component, "labels", ()):
            vocab.strings.add(label)


def _unused(folder: Path, parts: Collection[str]) -> list[str]:
    """The components of the model in a folder that are neither among ``parts`` nor read by one of them."""
    from spacy.util import load_config

    config = load_config(folder / "config.cfg")
    components: dict[str, Any] = config["components"]
    used = {name for name in components if name in parts}
    if any(_LISTENER in architecture for name in used for architecture in _architectures(components[name])):
        used |= set(SHARED)
    return [name for name in components if name not in used]


def _architectures(value: Any) -> Iterator[str]:
    """Every architecture named in a part of a model's configuration."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "@architectures":
                yield str(inner)
            yield from _architectures(inner)


def _is_folder(name: str) -> bool:
    """Whether a model's name is that of a folder; else it is that of a module, whose ``load`` loads it."""
    return Path(name, "meta.json").is_file()


@contextmanager
def _without_version_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        yield


def _folder(name: str) -> Path:
    """The folder with a model's configuration and weights."""
    if _is_folder(name):
        return Path(name)
    _spacy()
    with _without_version_warning():
        package = Path(str(importlib.import_module(name).__file__)).parent
    meta: dict[str, str] = msgspec.json.decode((package / "meta.json").read_bytes())
    return package / f"{meta['lang']}_{meta['name']}-{meta['version']}"


def _has_plain_vectors(folder: Path) -> bool:
    """Whether a model has a table of vectors with a row for each word; floret's vectors have rows for parts of words."""
    files = folder / "vocab"
    if not all((files / name).is_file() for name in ("vectors", "key2row", "vectors.cfg")):
        return False
    if (files / "key2row").read_bytes() == msgspec.msgpack.encode({}):
        return False
    mode = msgspec.json.decode((files / "vectors.cfg").read_bytes()).get("mode", "default")
    return bool(mode == "default")


@cache
def _spacy() -> Any:
    """Import spaCy without its command line, which takes a third of the time and 12 MB."""
    if "spacy" not in sys.modules:
        with _stand_ins("spacy.cli", "spacy.cli.info"):
            vars(sys.modules["spacy.cli.info"])["info"] = None  # spacy/__init__.py offers it
            importlib.import_module("spacy")
    return sys.modules["spacy"]


@contextmanager
def _stand_ins(*names: str) -> Iterator[None]:
    """Empty modules of these names during the block."""
    for name in names:
        module = types.ModuleType(name)
        module.__path__ = []
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


def _mapped_vectors(folder: Path, vocab: Vocab) -> Any:
    """The vectors of a model's vocabulary, mapped from their file."""
    table = np.load(folder / "vectors", mmap_mode="r")
    rows: dict[int, int] = msgspec.msgpack.decode((folder / "key2row").read_bytes())
    keys = np.fromiter(rows.keys(), np.uint64, len(rows))
    values = np.fromiter(rows.values(), np.int32, len(rows))
    order = np.argsort(keys)
    return _mapped_class()(vocab.vectors.name, table, keys[order], values[order])


@cache
def _mapped_class() -> type[Any]:
    """The class of mapped vectors, which inherits from spaCy's: defined when spaCy has been imported."""
    from spacy.vectors import BaseVectors  # type: ignore[import-not-found]  # compiled, no stub

    class MappedVectors(BaseVectors):  # type: ignore[misc]
        """Static vectors by the hash of a word: ``table[rows[k]]`` for ``keys[k]``, which are sorted."""

        def __init__(
            self,
            name: str | None,
            table: NDArray[np.float32],
            keys: NDArray[np.uint64],
            rows: NDArray[np.int32],
        ) -> None:
            self.name = name
            self.strings: Iterable[str] = ()
            self.mode = "default"
            self._table, self._keys, self._rows = table, keys, rows

        def get_batch(self, keys: Iterable[int]) -> NDArray[np.float32]:
            """Return the vectors of words by their hashes, one row each, zeros for a word without one."""
            wanted = np.asarray(keys, np.uint64)
            places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            known = self._keys[places] == wanted
            found = np.zeros((len(wanted), self.vectors_length), np.float32)
            found[known] = self._table[self._rows[places[known]]]
            return found

        def __contains__(self, key: int) -> bool:
            return bool(self.get_batch([key]).any())

        def __len__(self) -> int:
            return len(self._table)

        @property
        def shape(self) -> tuple[int, int]:
            """Rows and columns of the table."""
            rows, columns = self._table.shape
            return rows, columns

        @property
        def vectors_length(self) -> int:
            """Columns of the table."""
            return self.shape[1]

        @property
        def size(self) -> int:
            """Values in the table."""
            return int(self._table.size)

        @property
        def n_keys(self) -> int:
            """Words that have a vector."""
            return len(self._keys)

        @property
        def is_full(self) -> bool:
            """Whether no word can be added: none can."""
            return True

    return MappedVectors
