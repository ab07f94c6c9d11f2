"""Documents with labelled headlines: of files of clean records, and of corpora of place names in XML."""

from __future__ import annotations

import urllib.parse
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from streams.records import Document
from training.events import candidates
from training.headlines import labels

_LONGEST = 12_000  # code points of a text: enough for how it tells of things


def read(paths: Iterable[Path]) -> Iterator[tuple[Document, labels.Headline]]:
    """Yield the documents of files whose headlines are labelled, each headline once.

    Files are clean records (``.jsonl``), or XML of LGL (Lieberman et al. 2010), TR-News (Kamalloo and Rafiei 2018), GeoVirus (Gritta et
    al. 2018, from Wikinews) and GeoWebNews (Gritta et al. 2019).
    """
    known = labels.read()
    for path in paths:
        for document in articles(path) if path.suffix == ".xml" else candidates.documents([path]):
            label = known.pop(labels.key_of(document.title or ""), None)
            if label is not None:
                yield replace(document, text=document.text[:_LONGEST]), label


def articles(path: Path) -> Iterator[Document]:
    """Yield the articles of a corpus in XML as documents."""
    for number, article in enumerate(ElementTree.parse(path).getroot()):
        source = (article.findtext("source") or "").strip()
        title = article.findtext("title") or urllib.parse.unquote(source.rsplit("/wiki/", 1)[-1]).replace(
            "_", " "
        )
        title = " ".join(title.split())
        text = (article.findtext("text") or "").strip()
        text = text.removeprefix(title).lstrip(" .\n")  # LGL's texts begin with it
        day = (article.findtext("dltime") or "").strip()[:10]
        yield Document(
            id=f"{path.stem}-{number}",
            url="",
            title=title,
            text=text,
            published_at=day or None,
            declared_language="en",
        )
