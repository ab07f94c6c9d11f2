"""``python -m training.quotes.native CLONES FOLDER``: the natively written articles whose marks lie in ``marks/``, with their texts.

``CLONES`` has a clone of each repository in :data:`SOURCES`, under its name. ``FOLDER`` gets what ``make measure-quotes DATA=FOLDER`` reads.
Only the marks are kept here, with the hash of each text: the texts are others'. Every other article is for development.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from lxml import etree

from training.quotes.marked import Marked, Text

_MARKS = Path(__file__).parent / "marks"
_BLOCK = re.compile(r"<(?:h1|h2|p)>(.*?)</(?:h1|h2|p)>", re.DOTALL)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The Spanish corpus has a word in place of every number.
_NUMBER, _ANY_NUMBER = "*NUMBER*", "12"


class Article(msgspec.Struct, frozen=True):
    """The marks of an article: where its text is, and its SHA-256."""

    id: str
    language: str
    half: str
    source: str
    sha256: str
    quotes: tuple[Marked, ...]


class _German(msgspec.Struct):
    text: str = msgspec.field(name="originalText")


def german(folder: Path, source: str) -> str:
    """Return an article of German Wikinews (CC BY 2.5) from the corpus of Petersen-Frey and Biemann 2024, without its annotation."""
    return msgspec.json.decode((folder / source).read_bytes(), type=_German).text


def french(folder: Path, source: str) -> str:
    """Return an article of French Wikinews (CC BY 2.5) from the corpus of Bougouin, Boudin and Daille 2013."""
    blocks = _BLOCK.findall((folder / source).read_text("utf-8"))
    plain = (html.unescape(re.sub("<[^>]+>", "", block)).replace("\xad", "") for block in blocks)
    return "\n\n".join(" ".join(block.split(" ")).strip() for block in plain)


def spanish(folder: Path, source: str) -> str:
    """Return an article of the Spanish Fake News Corpus (CC BY 4.0) that is no fake: file and number, ``test.xlsx#7``."""
    file, number = source.split("#")
    rows = _rows(folder / file)
    columns = {value.strip().lower(): column for column, value in next(rows).items()}
    text = next(row[columns["text"]] for row in rows if row.get(columns["id"]) == number)
    lines = re.split(r"\n+", text.replace(_NUMBER, _ANY_NUMBER))
    return "\n\n".join(line.strip() for line in lines if line.strip())


def russian(folder: Path, source: str) -> str:
    """Return an article of Russian Wikinews (CC BY 2.5) from NEREL."""
    return (folder / source).read_text("utf-8")


#: Language -> repository on GitHub, and how an article of it is read.
SOURCES: dict[str, tuple[str, Callable[[Path, str], str]]] = {
    "de": ("uhh-lt/german-news-quotation-attribution-2024", german),
    "es": ("jpposadas/FakeNewsCorpusSpanish", spanish),
    "fr": ("adrien-bougouin/WikinewsKeyphraseCorpus", french),
    "ru": ("nerel-ds/NEREL", russian),
}


def articles() -> list[Article]:
    """Return the marked articles of all languages."""
    files = sorted(_MARKS.glob("*.jsonl"))
    return [
        msgspec.json.decode(line, type=Article) for file in files for line in file.read_bytes().splitlines()
    ]


def read(article: Article, clones: Path) -> Text:
    """Return an article with its text. Raises :class:`ValueError` if the text is not the one that was marked."""
    repository, reader = SOURCES[article.language]
    text = reader(clones / repository.split("/")[1], article.source)
    text = re.sub(r"[ \t\xa0]+\n", "\n", text.replace("\r", "")).strip()
    if hashlib.sha256(text.encode()).hexdigest() != article.sha256:
        raise ValueError(f"{article.source} of {repository} is not the text that was marked")
    return Text(article.id, article.language, article.half, text, article.quotes)


def main() -> None:
    """Write one file of JSON lines a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clones", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    texts = [read(article, options.clones) for article in articles()]
    for language in SOURCES:
        lines = [msgspec.json.encode(text) + b"\n" for text in texts if text.language == language]
        (options.folder / f"{language}.jsonl").write_bytes(b"".join(lines))
        print(f"{language}: {len(lines)} articles")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of the first sheet of a workbook, by column letter."""
    with zipfile.ZipFile(path) as book:
        strings = etree.fromstring(book.read("xl/sharedStrings.xml"))
        shared = [
            "".join(t.text or "" for t in item.iter(f"{_SHEET}t")) for item in strings.iter(f"{_SHEET}si")
        ]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    for row in sheet.iter(f"{_SHEET}row"):
        cells = {}
        for cell in row.iter(f"{_SHEET}c"):
            value = cell.findtext(f"{_SHEET}v")
            if value is not None:
                column = str(cell.get("r")).rstrip("0123456789")
                cells[column] = shared[int(value)] if cell.get("t") == "s" else value
        yield cells


if __name__ == "__main__":
    main()
