"""News articles of corpora with open licences, as documents to learn from or to measure on."""

from __future__ import annotations

import csv
import datetime
import html
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

from streams import urls
from streams.records import Document, TimePrecision

_TAG = re.compile(r"<[^>]+>")
_LAYOUT = re.compile(r"[*#=:]|File:|Image:|Category:")  # what a paragraph begins with that is none
_REST_OF_LINK = " ]|"
_DATELINE = re.compile(r"[A-Z][a-z]+day, [A-Z][a-z]+ \d{1,2}, \d{4}")  # what begins most articles of Wikinews


def toponyms(path: Path) -> Iterator[Document]:
    """Yield the articles of a corpus of place names in XML, as GeoVirus (Gritta et al. 2018, from Wikinews) has them."""
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
            url=source if source.startswith("http") else "",
            site=urls.site(source) if source.startswith("http") else "",
            title=title,
            text=text,
            published_at=day or None,
            declared_language="en",
        )


def wikinews(path: Path) -> Iterator[Document]:
    """Yield the articles of a year of Wikinews (CC BY 2.5), of a table with url, date, title and text."""
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            paragraphs = (" ".join(line.split()) for line in row["text"].split("\n"))
            yield Document(
                id=f"{path.stem}-{number}",
                url=row["url"],
                site=urls.site(row["url"]),
                title=" ".join(row["title"].split()),
                text="\n\n".join(line for line in paragraphs if line and not _DATELINE.fullmatch(line)),
                published_at=f"{row['date']}T00:00:00Z",
                published_precision=TimePrecision.DAY,
                declared_language="en",
            )


def saliency(path: Path) -> Iterator[Document]:
    """Yield the articles of Wikinews (CC BY 2.5) of the saliency data set of Trani et al. 2016, "SEL: a unified algorithm for entity linking and saliency
    detection": one object a line, with a title, a day and paragraphs, in which some mark-up is left.
    """
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            parts = {part["name"]: _plain(part["value"]) for part in row["document"] if part.get("value")}
            paragraphs = [text for name, text in parts.items() if name.startswith("body_par")]
            day = _day(parts.get("dateline", ""))
            url = f"https://en.wikinews.org/wiki/{urllib.parse.quote(row['wikiTitle'])}"
            yield Document(
                id=f"{path.stem}-{row['docId']}",
                url=url,
                site=urls.site(url),
                title=_plain(row["title"]),
                text="\n\n".join(text for text in paragraphs if text and not _LAYOUT.match(text)),
                published_at=None if day is None else f"{day}T00:00:00Z",
                published_precision=None if day is None else TimePrecision.DAY,
                declared_language="en",
            )


def _plain(marked: str) -> str:
    text = html.unescape(html.unescape(_TAG.sub("", marked)))
    return " ".join(text.split()).lstrip(_REST_OF_LINK)


def _day(told: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(told, "%B %d, %Y").date()  # a day has no zone
    except ValueError:
        return None
