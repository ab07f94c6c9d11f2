"""Batch inference with a spaCy component, faster on a CPU than spaCy's own loops and with the same results.

Components of the architectures of spaCy's small and medium models are run here: token vectors with kept words
(:mod:`streams.nlp.models.token_vectors`), entities for all tokens at once
(:mod:`streams.nlp.models.entity_decoding`), and parses step by step for a group of docs. spaCy's greedy loop runs without
the GIL but acquires and releases it for every vector that it sums, which is most of its time. All other components are
applied as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from streams.nlp.models import entity_decoding, token_vectors
from streams.nlp.models.blas import product
from streams.nlp.models.entity_decoding import EntityDecoder
from streams.nlp.models.token_vectors import Floats, TokenVectors

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Maximum docs and tokens per group. The limit on tokens bounds memory: the parser needs 4 kB per token.
_DOCS, _TOKENS = 128, 8_000


class Component:
    """A component of a spaCy pipeline, applied to batches of docs."""

    def __init__(self, component: Any) -> None:
        self._component = component
        self._run = _runner(component)

    def __call__(self, docs: Sequence[Doc]) -> list[Doc]:
        """Return the docs, annotated, in the same order."""
        if self._run is not None:
            for group in _groups(docs):
                self._run(group)
            return list(docs)
        if hasattr(self._component, "pipe"):
            return list(self._component.pipe(docs, batch_size=_DOCS))
        return [self._component(doc) for doc in docs]


def _runner(component: Any) -> Callable[[list[Doc]], None] | None:
    """Return what annotates a group of docs as the component does, ``None`` if only the component can."""
    from spacy.pipeline import EntityRecognizer, Tagger, Tok2Vec
    from spacy.pipeline.transition_parser import Parser  # type: ignore[import-not-found]  # compiled, no stub
    from thinc.api import NumpyOps

    model = getattr(component, "model", None)
    if model is None or not isinstance(model.ops, NumpyOps):
        return None
    if isinstance(component, Tok2Vec):
        vectors = token_vectors.of(model)
        return None if vectors is None else _Vectors(component, vectors)
    if isinstance(component, Tagger):
        return _Tags(component) if _reads_tensor(model) else None
    if not isinstance(component, Parser) or component.cfg.get("beam_width") != 1:
        return None
    own = token_vectors.within(model)
    states = _States(component, _tensors if own is None and _reads_tensor(model) else own)
    if isinstance(component, EntityRecognizer) and own is not None:
        decoder = entity_decoding.of(component, own)
        return states if decoder is None else _Entities(component, decoder, states)
    return states


class _Vectors:
    """Runs a shared embedding layer: its rows become the docs' tensors, which other components read."""

    def __init__(self, component: Any, vectors: TokenVectors) -> None:
        self._component, self._vectors = component, vectors

    def __call__(self, docs: list[Doc]) -> None:
        """Set the tensors of the docs."""
        self._component.set_annotations(docs, _split(self._vectors(docs), docs))


class _Tags:
    """Runs a tagger that reads the docs' tensors."""

    def __init__(self, component: Any) -> None:
        output = component.model.get_ref("output_layer")
        self._component = component
        self._weights, self._bias = output.get_param("W").T.copy(), output.get_param("b")

    def __call__(self, docs: list[Doc]) -> None:
        """Set the tags of the docs."""
        tags = (product(_tensors(docs), self._weights) + self._bias).argmax(axis=1)
        self._component.set_annotations(docs, _split(tags, docs))


class _Entities:
    """Runs a recogniser on docs without sentences and entities; others are read as spaCy does, which heeds both."""

    def __init__(self, component: Any, decoder: EntityDecoder, states: _States) -> None:
        self._component, self._decoder, self._states = component, decoder, states

    def __call__(self, docs: list[Doc]) -> None:
        """Set the entities of the docs."""
        from spacy.tokens import Span

        if not all(_is_fresh(doc) for doc in docs):
            self._states(docs)
            return
        for doc, entities in zip(docs, self._decoder(docs), strict=True):
            doc.set_ents([Span(doc, start, end, label) for start, end, label in entities], default="outside")


def _is_fresh(doc: Doc) -> bool:
    """Return whether a doc has neither entities nor sentence boundaries. (spaCy calls an empty doc annotated.)"""
    known = (len(doc) > 0 and doc.has_annotation("ENT_IOB")) or (
        len(doc) > 1 and doc.has_annotation("SENT_START")
    )
    return not known


class _States:
    """Runs a transition-based parser or recogniser: the next action of all docs of a group at each step."""

    def __init__(self, component: Any, vectors: Callable[[Sequence[Doc]], Floats] | None) -> None:
        self._component = component
        self._score: _Scores | None = None
        if vectors is not None and _is_affine(component.model):
            self._score = _Scores(component.model, vectors)

    def __call__(self, docs: list[Doc]) -> None:
        """Set what the final states say."""
        component = self._component
        states = component.moves.init_batch(docs)
        if any(len(doc) for doc in docs):
            model = component.model.predict(docs) if self._score is None else self._score.model(docs)
            unfinished = [state for state in states if not state.is_final()]
            while unfinished:
                scores = model.predict(unfinished) if self._score is None else self._score(model, unfinished)
                unfinished = component.transition_states(unfinished, scores)
            model.clear_memory()  # it is in a cycle: 4 kB a token would wait for the garbage collector
        component.set_annotations(docs, states)


class _Scores:
    """The scores of the actions in given states, from token vectors."""

    def __init__(self, model: Any, vectors: Callable[[Sequence[Doc]], Floats]) -> None:
        tokens, *self._layers = model.layers
        upper = self._layers[1]
        linear = tokens.layers[-1]
        self._vectors = vectors
        self._linear, self._linear_bias = linear.get_param("W").T.copy(), linear.get_param("b")
        self._upper, self._upper_bias = upper.get_param("W").T.copy(), upper.get_param("b")

    def model(self, docs: list[Doc]) -> Any:
        """Return spaCy's model of the steps for these docs."""
        from spacy.ml.parser_model import ParserStepModel  # type: ignore[import-not-found]  # compiled, no stub

        tokens = product(self._vectors(docs), self._linear) + self._linear_bias
        layers = [lambda _docs, is_train: (tokens, None), *self._layers]
        return ParserStepModel(docs, layers, has_upper=True, train=False)

    def __call__(self, model: Any, states: Sequence[Any]) -> Floats:
        """Return the scores of states of these docs."""
        hidden = model.state2vec.predict(model.get_token_ids(states))
        scores: Floats = product(hidden, self._upper) + self._upper_bias
        return scores


def _is_affine(model: Any) -> bool:
    """Return whether a parser's layers are those of :class:`_Scores`."""
    names = [part.name for part in model.layers[0].layers[1:]]
    return (
        names == ["list2array", "linear"]
        and bool(model.attrs.get("has_upper"))
        and not model.attrs["unseen_classes"]
    )


def _reads_tensor(model: Any) -> bool:
    """Return whether a model's first layer is what a shared embedding layer left in the docs' tensors."""
    return bool(model.layers) and "listener" in _first(model).name


def _first(model: Any) -> Any:
    return _first(model.layers[0]) if model.layers else model


def _tensors(docs: Sequence[Doc]) -> Floats:
    return np.concatenate([doc.tensor for doc in docs])


def _split(rows: Any, docs: Sequence[Doc]) -> list[Any]:
    """Return the rows of each doc."""
    return np.split(rows, np.cumsum([len(doc) for doc in docs])[:-1])


def _groups(docs: Sequence[Doc]) -> Iterator[list[Doc]]:
    """Yield the docs sorted by length, in groups: docs of similar length finish after a similar number of steps."""
    group: list[Doc] = []
    tokens = 0
    for doc in sorted(docs, key=len):
        if group and (len(group) == _DOCS or tokens + len(doc) > _TOKENS):
            yield group
            group, tokens = [], 0
        group.append(doc)
        tokens += len(doc)
    if group:
        yield group
