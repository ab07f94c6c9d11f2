"""Articles of corpora as documents."""

from __future__ import annotations

from pathlib import Path

from training import corpora
from training.events import candidates

TABLE = """url,date,title,text
https://en.wikinews.org/wiki/Ferry_sinks,2019-01-04,Ferry  sinks,"Friday, January 4, 2019


The ferry sank on
Monday.

Nobody died."
"""
XML = """<articles><article><source>https://en.wikinews.org/wiki/Storm_hits_port</source><text>The storm hit the port of Lisbon on Monday.</text></article>
</articles>"""


def test_articles_of_wikinews_have_their_day_and_no_line_with_it(tmp_path: Path) -> None:
    file = tmp_path / "wikinews_2019.csv"
    file.write_text(TABLE, "utf-8")
    (found,) = corpora.wikinews(file)
    assert (found.id, found.title, found.site) == ("wikinews_2019-0", "Ferry sinks", "wikinews.org")
    assert found.text == "The ferry sank on\n\nMonday.\n\nNobody died."
    assert found.published_at == "2019-01-04T00:00:00Z"


def test_documents_of_corpora_are_candidates_documents(tmp_path: Path) -> None:
    table, articles = tmp_path / "wikinews_2019.csv", tmp_path / "corpus.xml"
    table.write_text(TABLE, "utf-8")
    articles.write_text(XML, "utf-8")
    found = list(candidates.documents([table, articles]))
    assert [one.title for one in found] == ["Ferry sinks", "Storm hits port"]
    assert found[1].site == "wikinews.org"
