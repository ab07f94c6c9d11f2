"""Pages that are poison to the process that works on them: what they ask for in their text is done in extraction or NLP.

No page is known that does any of this to the real code. So the pool's processes of a test are made ready by
:func:`prepare`, which puts a taster before the two entrances of the pure core; everything else is as in a worker.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from streams import pipeline
from streams.nlp import Models
from streams.records import CleanDocument, Message
from streams.runtime import work
from streams.settings import Nlp, Settings

# What the first page of a process loads takes longer than the time limits of these tests on a busy machine. It is loaded
# with this module, while nobody counts.
_FIRST = Message(
    value=b'{"url": "https://news.example/", "content_type": "text/plain", "text": "Anna Keller opened the harbour in Lisbon."}'
)
pipeline.clean(_FIRST, Settings())
pipeline.enrich(
    [CleanDocument(id="1", url="https://news.example/", text="Anna Keller opened the harbour in Lisbon.")],
    Models.load(Nlp(models={})),
)


def _hang() -> None:
    while True:
        pass


def _eat() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(50_000_000))


POISONS: dict[str, Callable[[], Any]] = {
    "please-hang": _hang,
    "please-segfault": lambda: ctypes.string_at(0),
    "please-eat": _eat,
    "please-fork": os.fork,
    "please-run": lambda: subprocess.run(["true"], check=True),
}


def _taste(text: str) -> None:
    for name, poison in POISONS.items():
        if name in text:
            poison()


def prepare(settings: Settings) -> None:
    """As a worker's processes are made ready, with the taster."""
    work.prepare(settings)
    clean, enrich = pipeline.clean, pipeline.enrich

    def tasted_clean(message: Message, settings: Settings) -> Any:
        _taste((message.value or b"").decode())
        return clean(message, settings)

    def tasted_enrich(documents: Sequence[CleanDocument], models: Models) -> Any:
        for document in documents:
            _taste(document.text)
        return enrich(documents, models)

    vars(pipeline).update(clean=tasted_clean, enrich=tasted_enrich)
