"""The jobs that pool processes run: encoded messages in, encoded records out, so that the event loop never parses.

The worker's own process imports this module to name the jobs and never runs one, so the core is imported where they run.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from streams import topics, utf8
from streams.dedup import bucket_key
from streams.errors import BadRecord, ModelError
from streams.execution.results import (
    Failed,
    OutputRecord,
    PageVersion,
    Processed,
    Timing,
    lasted,
    unexpected_failure,
)
from streams.records import (
    Candidate,
    CleanDocument,
    Enriched,
    EntityFact,
    EventFact,
    Fault,
    Message,
    Page,
    QuoteFact,
    Record,
    Rejection,
    Stage,
    encode,
    upgrade,
    well_formed,
)
from streams.records.page_keys import page_key, page_of
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.nlp import Models

P = TypeVar("P", bound=Page)

# An article with a quotation, entities, a date and events, so that warming up runs every part of the enrichment.
_SENTENCES = 'The mayor of Lisbon, Ana Sousa, said on Monday that the city had bought twelve trams. "They arrive in May," she said. '
_WARM_PAGE = msgspec.json.encode(
    {
        "url": "https://warm.example/up",
        "html": f"<html><body><article><h1>Twelve trams for Lisbon</h1>{'<p>' + _SENTENCES * 3 + '</p>'}</article></body></html>",
    }
)

_FACT_TOPICS: dict[type[Record], str] = {
    EntityFact: topics.ENTITIES,
    QuoteFact: topics.QUOTES,
    EventFact: topics.EVENTS,
}


class _State:
    """The state of a pool process, set by :func:`prepare`."""

    settings: Settings
    models: Models | None = None


def prepare(settings: Settings) -> None:
    """Initialize a pool process. Models are loaded when first used, unless the fork server loaded the same ones."""
    _State.settings = settings
    if _State.models is not None and _State.models.options != settings.nlp:
        _State.models = None


def warm() -> None:
    """Load all models and process one page, so that no later page waits for something to be loaded; no models where nlp is off."""
    from streams import pipeline

    outcome = pipeline.clean(Message(value=_WARM_PAGE), _State.settings)
    if _State.settings.nlp.enabled:
        models = _models()
        models.load_all()
        if isinstance(outcome, Candidate):
            pipeline.enrich([outcome.document], models)
    # Models are hundreds of thousands of objects that live forever: exclude them from garbage collection.
    gc.collect()
    gc.freeze()


def _models() -> Models:
    """The models of this process. Raises :class:`ModelError` where they cannot be loaded."""
    if _State.models is None:
        from streams.nlp import Models

        try:
            _State.models = Models.load(_State.settings.nlp)
        except ModelError:
            raise
        except Exception as error:  # whatever spaCy raises for damaged files, a full disk, too little memory
            raise ModelError(f"the models cannot be loaded: {type(error).__name__}: {error}") from error
    return _State.models


def clean(message: Message) -> Processed | Failed:
    """Run the clean stage on one message of pages.raw. Raises :class:`ModelError` alone, which no page causes."""
    try:
        return _clean(message)
    except ModelError:
        raise  # it would cost every page
    except BadRecord as error:
        return Failed(Fault(error.code), type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - a bug costs this page, and not the stream
        return unexpected_failure(error)


def _clean(message: Message) -> Processed:
    from streams import pipeline

    started = time.perf_counter()
    outcome = pipeline.clean(message, _State.settings)
    seconds = time.perf_counter() - started
    if isinstance(outcome, Rejection):
        rejection = timed(outcome, Stage.CLEAN, seconds)
        made = record(topics.REJECTED, rejection.id, rejection)
        return Processed(
            (made,), str(rejection.reason), site=rejection.site, url=rejection.url,
            timings=(lasted("clean", time.perf_counter() - started),),
        )  # fmt: skip
    candidate = msgspec.structs.replace(outcome, document=timed(outcome.document, Stage.CLEAN, seconds))
    made = record(topics.CANDIDATES, bucket_key(candidate), candidate)
    document = candidate.document
    return Processed(
        (made,), page_type=document.page_type, site=document.site, url=document.url,
        timings=(lasted("clean", time.perf_counter() - started),),
    )  # fmt: skip


def enrich(values: list[bytes]) -> list[Processed | Failed]:
    """Run the enrich stage on a batch of values of pages.clean, one by one where the batch fails.

    Raises :class:`ModelError` alone, which no page causes.
    """
    started = time.perf_counter()
    decoded = [_document(value) for value in values]
    documents = [document for document in decoded if not isinstance(document, Failed)]
    enriched = iter(_enrich_all(documents))
    seconds = time.perf_counter() - started
    share, timing = seconds / max(1, len(documents)), lasted("enrich", seconds)
    return [
        document if isinstance(document, Failed) else _enriched(document, next(enriched), share, timing)
        for document in decoded
    ]


def _document(value: bytes) -> CleanDocument | Failed:
    try:
        return well_formed(upgrade.clean_document(value))
    except BadRecord as error:
        return Failed(Fault(error.code), type(error).__name__, str(error))
    except Exception as error:  # noqa: BLE001 - decoding may raise anything, and its cause is the value
        return Failed(Fault.BAD_RECORD, type(error).__name__, f"not a CleanDocument: {error}")


def _enriched(
    clean: CleanDocument, outcome: Enriched | Failed, seconds: float, timing: Timing
) -> Processed | Failed:
    """The output records of a document. A record that cannot be encoded fails this document only."""
    from streams import pipeline

    if isinstance(outcome, Failed):
        return outcome
    try:
        document = timed(outcome, Stage.ENRICH, seconds)
        made = [record(topics.ENRICHED, document.id, document)]
        facts = (_fact(key, fact) for key, fact in pipeline.facts(document))
        page = PageVersion(page_key(document).encode(), clean.version)
        return Processed(
            (*made, *facts), language=document.language or "none", site=document.site, url=document.url,
            timings=(timing,), page=page,
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - as above
        return unexpected_failure(error)


def _enrich_all(documents: list[CleanDocument]) -> Sequence[Enriched | Failed]:
    from streams import pipeline

    try:
        return pipeline.enrich(documents, _models())
    except ModelError:
        raise
    except Exception as error:  # noqa: BLE001 - as above; the batch is then run one by one
        if len(documents) == 1:
            return [unexpected_failure(error)]
    return [_enrich_all([document])[0] for document in documents]


def record(topic: str, key: str, value: Record) -> OutputRecord:
    """An output record for a topic, encoded."""
    return OutputRecord(topic, utf8.well_formed(key).encode(), encode(value), type(value).__name__)


def _fact(key: str, fact: Record) -> OutputRecord:
    """The output record of a fact. All facts of a page go to one partition, so compaction replaces older versions of a fact."""
    return record(_FACT_TOPICS[type(fact)], key, fact)._replace(partition_key=page_of(key).encode())


def timed(page: P, stage: Stage, seconds: float) -> P:
    """The record with the seconds that a stage took added to ``provenance.timings``."""
    provenance = page.provenance
    timings = {**provenance.timings, stage.value: round(seconds, 6)}
    return msgspec.structs.replace(page, provenance=msgspec.structs.replace(provenance, timings=timings))
