"""Natively written articles: their marks lie here, their texts in clones of others' repositories."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from training.quotes import native
from training.quotes.native import Article

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def clone(folder: Path) -> Path:
    """A folder with one article of each language, as the repositories have them."""
    german = folder / "german-news-quotation-attribution-2024"
    french, russian = folder / "WikinewsKeyphraseCorpus", folder / "NEREL"
    spanish = folder / "FakeNewsCorpusSpanish"
    for one in (german, french, russian, spanish):
        one.mkdir()
    (german / "a.json").write_text(
        json.dumps({"originalText": "„Ja“, sagte sie.\r\n", "tokens": []}), "utf-8"
    )
    (french / "a.html").write_text("<h1>Un &amp; deux</h1>\n<p>« Oui », <b>dit</b>-elle.</p>", "utf-8")
    (russian / "a.txt").write_text("«Да», — сказала она. \n", "utf-8")
    strings = ["Id", "Text", "«Sí», dijo a *NUMBER*.\n \nFin"]
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    cells = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row><c r="A2"><v>7</v></c><c r="B2" t="s"><v>2</v></c></row>'
    )
    with zipfile.ZipFile(spanish / "a.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SHEET}">{shared}</sst>')
        book.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{SHEET}">{cells}</worksheet>')
    return folder


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("de", "a.json", "„Ja“, sagte sie."),
        ("fr", "a.html", "Un & deux\n\n« Oui », dit-elle."),
        ("es", "a.xlsx#7", "«Sí», dijo a 12.\n\nFin"),
        ("ru", "a.txt", "«Да», — сказала она."),
    ],
)
def test_an_article_is_read_if_it_is_the_one_that_was_marked(
    tmp_path: Path, language: str, source: str, text: str
) -> None:
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = Article("x", language, "report", source, digest, ())
    assert native.read(article, clone(tmp_path)).text == text
    with pytest.raises(ValueError, match="is not the text that was marked"):
        native.read(Article("x", language, "report", source, "0" * 64, ()), tmp_path)


def test_thirty_articles_a_language_are_marked_and_half_of_them_left_out() -> None:
    articles = native.articles()
    counts = Counter((one.language, one.half) for one in articles)
    assert counts == {
        (language, half): 15 for language in ("de", "es", "fr", "ru") for half in ("development", "report")
    }
    assert len({one.sha256 for one in articles}) == len(articles)
    for one in articles:
        assert all(0 <= mark.start < mark.end for mark in one.quotes)
        assert all(mark.optional or mark.speakers for mark in one.quotes)
