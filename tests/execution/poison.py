"""Pages that are poison to the process that works on them: what they ask for in their text is done in extraction or NLP.

No page is known that does any of this to the real code. So the pool's processes of a test are made ready by
:func:`prepare`, which puts tasters before the two entrances of the pure core, where records are encoded, and around the
jobs, outside of every ``try``; everything else is as in a worker.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from streams import pipeline
from streams.execution import jobs
from streams.nlp import Models
from streams.records import CleanDocument, Message, Record
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


class Unsendable(Exception):
    """An exception that pickle takes and cannot make again: it arrives as a TypeError where the job came from."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class _Unpicklable:
    """An answer that pickle refuses, as it does what is nested too deep."""

    def __reduce__(self) -> str:
        raise RecursionError("maximum recursion depth exceeded while pickling an object")


def _raise(error: Exception) -> Any:
    raise error


# By place: where records are encoded, around the whole job, and instead of its answer.
ENCODING = {
    "please-half": lambda: _raise(UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed")),
    "please-deep": lambda: _raise(RecursionError("maximum recursion depth exceeded")),
}
AROUND = {
    "please-raise": lambda: _raise(RuntimeError("outside of every try")),
    "please-odd": lambda: _raise(Unsendable("one", "two")),
    "please-answer": _Unpicklable,
}


def _taste(text: str, poisons: dict[str, Callable[[], Any]]) -> Any:
    """What the poison asked for in a text returns; None where none is asked for."""
    return next((poison() for name, poison in poisons.items() if name in text), None)


def prepare(settings: Settings) -> None:
    """As a worker's processes are made ready, with tasters."""
    jobs.prepare(settings)
    clean, enrich, encode = pipeline.clean, pipeline.enrich, jobs.encode
    clean_job, enrich_job = jobs.clean, jobs.enrich

    def tasted_clean(message: Message, settings: Settings) -> Any:
        _taste((message.value or b"").decode(), POISONS)
        return clean(message, settings)

    def tasted_enrich(documents: Sequence[CleanDocument], models: Models) -> Any:
        for document in documents:
            _taste(document.text, POISONS)
        return enrich(documents, models)

    def tasted_encode(record: Record) -> bytes:
        data = encode(record)
        _taste(data.decode(), ENCODING)
        return data

    def tasted_clean_job(message: Message) -> Any:
        return _taste((message.value or b"").decode(), AROUND) or clean_job(message)

    def tasted_enrich_job(values: list[bytes]) -> Any:
        return _taste(b"".join(values).decode(), AROUND) or enrich_job(values)

    vars(pipeline).update(clean=tasted_clean, enrich=tasted_enrich)
    vars(jobs).update(clean=tasted_clean_job, enrich=tasted_enrich_job, encode=tasted_encode)
