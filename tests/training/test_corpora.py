"""Articles of corpora as documents."""

from __future__ import annotations

import json
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

SALIENT = {
    "docId": 7,
    "title": "Ferry &quot;Ida&quot; sinks",
    "wikiTitle": "Ferry_sinks",
    "document": [
        {"name": "headline", "value": "Ferry sinks"},
        {"name": "dateline", "value": "January 4, 2010"},
        {"name": "body_par_000", "value": "] The ferry &mdash; of <b>Oslo</b> &mdash; sank."},
        {"name": "body_par_001", "value": "* an item"},
        {"name": "body_par_002", "value": None},
        {"name": "body_par_003", "value": "Nobody died."},
    ],
}


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


def test_articles_with_salient_entities_have_no_mark_up_left(tmp_path: Path) -> None:
    file = tmp_path / "saliency-dataset.json"
    undated = {**SALIENT, "docId": 8, "document": [{"name": "body_par_000", "value": "It sank."}]}
    file.write_text("\n".join(json.dumps(one) for one in (SALIENT, undated)), "utf-8")
    found, other = corpora.saliency(file)
    assert (found.id, found.title, found.site) == ("saliency-dataset-7", 'Ferry "Ida" sinks', "wikinews.org")
    assert found.text == "The ferry — of Oslo — sank.\n\nNobody died."
    assert found.published_at == "2010-01-04T00:00:00Z"
    assert (other.published_at, other.published_precision) == (None, None)
