"""Loading and running of spaCy pipelines: one per language, loaded once per process.

Entity recognition (:meth:`Pipeline.recognise`) runs on every paragraph, dependency parsing (:meth:`Pipeline.parse`)
only on those that need it, and may be another model's (the setting ``nlp.parsers``). In spaCy's small and medium models the two share no layer, so running them separately
costs nothing and saves most of the parser's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from streams.errors import ModelMissing
from streams.nlp.models import blas, lexemes, loading
from streams.nlp.models.batch_decoding import Component
from streams.nlp.models.tokenizer_cache import TokenizerCache
from streams.nlp.names import recognition
from streams.nlp.names.recognition import Recogniser
from streams.nlp.places import gazetteer
from streams.settings import Nlp
from streams.settings.installed import (
    ALL,
    how_to_install,
    is_installed,
    may_be_missing,
    missing_models,
    require_models,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_PARSING = ("tagger", "morphologizer", "parser")
_DASH_BEFORE_NAME = r"[-–—―](?=[A-ZÀ-ÖØ-Þ])"
_FIRST = "en"  # the language whose model is loaded before any page comes


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
        shared = loading.SHARED if self.has_ner and _uses_shared_layer(nlp.get_pipe("ner")) else ()
        recognition_parts = [part for name, part in nlp.pipeline if name in ("ner", *shared)]
        parsing_parts = [
            part for name, part in parsing.pipeline if name in (*loading.SHARED, *_PARSING, *extra)
        ]
        if parsing is not nlp:
            loading.know_labels(nlp.vocab, parsing)
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

    @classmethod
    def load(cls, options: Nlp | None = None) -> Models:
        """Return the models for these settings. English is loaded at once, others on first use.

        Raises as :func:`streams.settings.installed.require_models`. :attr:`missing` lists the models that are not installed and need not be.
        """
        models = cls(options or Nlp())
        require_models(models.options)
        models.missing.update(missing_models(models.options))
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
        if not is_installed(name):
            allowed = may_be_missing(language, self.options)
            self.missing[language] = how_to_install(language, name, allowed)
            if not allowed:
                raise ModelMissing(self.missing[language])
            return None
        parser = self.options.parsers.get(language, name)
        own = parser == name or not is_installed(parser)
        return (_english if language == "en" else _whole)(language, name, None if own else parser)


def _whole(language: str, name: str, parser: str | None) -> Pipeline:
    """A pipeline of models with all that they have, as components for other languages read their strings."""
    other = None if parser is None else loading.load(parser)
    return Pipeline(_with_dashes_apart(loading.load(name)), language, other)


def _english(language: str, name: str, parser: str | None) -> Pipeline:
    """A pipeline of those components of English models that :class:`Pipeline` runs."""
    nlp = loading.load_parts(name, ("ner",) if parser is not None else ("ner", *_PARSING))
    other = None if parser is None else loading.load_parser(parser, _PARSING, nlp.vocab)
    nlp = _with_dashes_apart(nlp)
    lexemes.simplify(nlp, *([] if other is None else [other]))
    return Pipeline(nlp, language, other)


def _with_dashes_apart(nlp: Language) -> Language:
    """The pipeline, its tokenizer made to part a dash from a capitalised word: a quotation is signed ``-Ada Lovelace`` or ``—Ada``."""
    from spacy.util import compile_prefix_regex

    if nlp.Defaults.prefixes and hasattr(nlp.tokenizer, "prefix_search"):
        nlp.tokenizer.prefix_search = compile_prefix_regex([*nlp.Defaults.prefixes, _DASH_BEFORE_NAME]).search
    return nlp


def _uses_shared_layer(component: Any) -> bool:
    """Return whether a component listens to a shared embedding layer (``tok2vec`` or a transformer)."""
    model = getattr(component, "model", None)
    return model is not None and any("listener" in node.name for node in model.walk())
