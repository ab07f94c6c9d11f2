"""Documents to enriched documents: language, entities, quotations, events, keywords, lead, statistics.

>>> models = Models.load()                                    # doctest: +SKIP
>>> enrich([Document(id="1", url="", text="...")], models)    # doctest: +SKIP
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from streams import language
from streams.nlp import analysis, keywords, summary
from streams.nlp.analysis import Analysis
from streams.nlp.models.pipelines import Models, Pipeline, coverage, how_to_install
from streams.records import CleanDocument, Document, Enriched, Lineage, carry

__all__ = ["Models", "enrich", "how_to_install"]

_CARRIED = tuple(name for name in Document.__struct_fields__ if name not in ("provenance",))


def enrich(documents: Sequence[Document], models: Models) -> list[Enriched]:
    """The documents enriched, one each, in the same order. A pure function of the documents and the models.

    A language without a model gets what needs none, and ``nlp_coverage`` says which parts those are. Offsets are
    code points into ``text``. Raises :class:`streams.errors.ModelMissing` only if English itself has no model.
    """
    identified = [language.identify(document.text, document.declared_language) for document in documents]
    analyses = [Analysis(document, models.options) for document in documents]
    by_language: dict[str | None, list[Analysis]] = defaultdict(list)
    for (code, _confidence), one in zip(identified, analyses, strict=True):
        by_language[code].append(one)
    for code, group in by_language.items():
        pipeline = models.pipeline(code)
        if pipeline is not None:
            analysis.run(group, pipeline)
        else:
            for one in group:
                one.by_marks()
    return [
        _record(one, code, confidence, models)
        for one, (code, confidence) in zip(analyses, identified, strict=True)
    ]


def _record(one: Analysis, code: str | None, confidence: float, models: Models) -> Enriched:
    document = one.document
    pipeline: Pipeline | None = models.pipeline(code)
    lineage = document.lineage if isinstance(document, CleanDocument) else Lineage()
    provenance = msgspec.structs.replace(
        document.provenance,
        model=pipeline.name if pipeline is not None else None,
        model_version=pipeline.version if pipeline is not None else None,
    )
    read = document.text[: models.options.max_characters]
    return Enriched(
        **carry(document, _CARRIED),
        provenance=provenance,
        revision_of=lineage.revision_of,
        revision_similarity=lineage.revision_similarity,
        cluster=lineage.cluster,
        language=code,
        language_confidence=confidence,
        nlp_coverage=coverage(pipeline) if code is not None else (),
        lead=summary.lead(document.text, one.spans, document.title),
        keywords=tuple(keywords.extract(read, code, models.options.keywords, (e.text for e in one.entities))),
        entities=one.entities,
        quotes=one.quotes,
        events=one.events,
        statistics=summary.statistics(document.text, one.spans),
    )
