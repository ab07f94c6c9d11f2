"""Enrichment of documents: language, entities, quotations, events, keywords, lead paragraph, statistics.

>>> models = Models.load()                                    # doctest: +SKIP
>>> enrich([Document(id="1", url="", text="...")], models)    # doctest: +SKIP
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from streams import __version__, language
from streams.nlp import analysis, keywords, summary
from streams.nlp.analysed_document import Analysis
from streams.nlp.models.pipelines import Models
from streams.nlp.places import gazetteer, resolution
from streams.nlp.places.candidates import Named
from streams.nlp.quotes import speech
from streams.records import CleanDocument, Document, Enriched, Entity, Lineage, Place, carry

__all__ = ["Models", "enrich"]

_CARRIED = tuple(name for name in Document.__struct_fields__ if name not in ("provenance",))


def enrich(documents: Sequence[Document], models: Models) -> list[Enriched]:
    """Return one enriched record per document, in the same order.

    The result depends only on the documents and the models. A document in a language without a model gets the parts
    that need none; ``nlp_coverage`` lists the parts that were filled. All offsets are code points into ``text``.
    Raises :class:`streams.errors.ModelMissing` for a model that is not installed and may not be missing.
    """
    identified = [language.identify(document.text, document.declared_language) for document in documents]
    analyses = [Analysis(document, models.options) for document in documents]
    by_language: dict[str | None, list[Analysis]] = defaultdict(list)
    for (code, _confidence), one in zip(identified, analyses, strict=True):
        by_language[code].append(one)
    for code, group in by_language.items():
        pipeline, names = models.pipeline(code), models.names(code)
        if pipeline is not None:
            analysis.run(group, pipeline)
        elif names is not None and code is not None:
            analysis.run_names(group, names, code)
        else:
            for one in group:
                one.quote_without_model()
    return [
        _record(one, code, confidence, models)
        for one, (code, confidence) in zip(analyses, identified, strict=True)
    ]


def _record(one: Analysis, code: str | None, confidence: float, models: Models) -> Enriched:
    """Return the record of a finished analysis, with keywords, lead and statistics added."""
    document = one.document
    pipeline, names = models.pipeline(code), models.names(code)
    used = pipeline or names
    lineage = document.lineage if isinstance(document, CleanDocument) else Lineage()
    provenance = replace(
        document.provenance,
        model=used.name if used is not None else None,
        model_version=used.version if used is not None else None,
        parser=pipeline.parser_name if pipeline is not None else None,
        parser_version=pipeline.parser_version if pipeline is not None else None,
        enriched_by=__version__,
    )
    analysed = document.text[: models.options.max_characters]
    return Enriched(
        **carry(document, _CARRIED),
        provenance=provenance,
        revision_of=lineage.revision_of,
        revision_similarity=lineage.revision_similarity,
        cluster=lineage.cluster,
        language=code,
        language_confidence=confidence,
        nlp_coverage=analysis.coverage(code, pipeline, names) if code is not None else (),
        lead=summary.lead(document.text, one.spans, document.title),
        keywords=tuple(
            keywords.extract(
                analysed, code, models.options.keywords, {e.text: len(e.mentions) for e in one.entities}
            )
        ),
        entities=_placed(one, code),
        quotes=tuple(
            replace(speech.without_comma(quote), id=f"q{k}") for k, quote in enumerate(one.quotes, start=1)
        ),
        events=tuple(replace(event, id=f"v{k}") for k, event in enumerate(one.events, start=1)),
        statistics=summary.statistics(document.text, one.spans),
    )


def _placed(one: Analysis, code: str | None) -> tuple[Entity, ...]:
    """Return the entities of an analysis, those that are places with the place that they are."""
    if not any(entity.label in resolution.LABELS for entity in one.entities):
        return one.entities
    named = [Named(e.label, e.text, [(m.start, m.end) for m in e.mentions]) for e in one.entities]
    found = resolution.resolve(one.text, named, code, one.document.site, gazetteer.load())
    return tuple(
        entity if known is None else replace(entity, place=_place(known))
        for entity, known in zip(one.entities, found, strict=True)
    )


def _place(known: gazetteer.Known) -> Place:
    return Place(
        geonames_id=known.id,
        name=known.name,
        latitude=known.latitude,
        longitude=known.longitude,
        country=known.country,
        kind=known.kind,
    )
