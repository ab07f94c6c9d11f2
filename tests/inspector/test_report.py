"""The report on a crawl: what it counts, what it shows, and that it asks for nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import re

from inspector.made import NOW, enriched, entry, letter, rejection
from inspector.test_render import HOSTILE
from lxml import html as parsed

from streams.inspector.report import Report
from streams.inspector.tally import MINUTE
from streams.records import Provenance, Reason


def _report(*entries: object) -> Report:
    report = Report()
    for one in entries:
        report.add(one)  # type: ignore[arg-type]
    return report


def _text(report: Report) -> str:
    return " ".join(" ".join(parsed.fromstring(report.html("Mine")).itertext()).split())


def test_outcomes_sites_types_and_languages_are_counted() -> None:
    text = _text(_report(*(entry(enriched(number)) for number in range(6)), entry(rejection(7)), letter(8)))
    assert "8 pages of 3 sites" in text
    assert "enriched 75 % 6" in text
    assert "news1.example 3" in text
    assert "article 6 100 %" in text
    assert "en 6 100 %" in text


def test_samples_have_evidence_and_the_beginning_of_their_text() -> None:
    text = _text(_report(entry(rejection(1)), entry(enriched(2))))
    assert "title_phrase 'not found' 0.90" in text
    assert "Ada Quill spoke in Lisbon." in text


def test_samples_are_of_different_sites_where_there_are() -> None:
    entries = [entry(rejection(number, site="big.example", title=f"Big {number}")) for number in range(20)]
    report = _report(*entries, entry(rejection(30, site="small.example", title="Small")))
    shown = [summary.text_content() for summary in parsed.fromstring(report.html("Mine")).iter("summary")]
    assert len(shown) == 5
    assert "Small" in shown


def test_only_samples_keep_their_records() -> None:
    entries = [entry(enriched(number)) for number in range(100)]
    _report(*entries)
    assert sum(one.value is not None for one in entries) == 5


def test_clusters_are_shown_with_their_members_the_largest_first() -> None:
    entries = [entry(enriched(1, cluster="page-1"))]
    entries += [
        entry(rejection(number, Reason.DUPLICATE_NEAR, cluster="page-1", similarity=0.9)) for number in (2, 3)
    ]
    entries += [entry(enriched(4, cluster="page-4"))]
    text = _text(_report(*entries))
    assert "3 pages: Story 1" in text
    assert "similarity 0.90" in text
    assert "1 pages:" not in text


def test_time_is_told_by_stage_and_the_slowest_pages_are_named() -> None:
    slow = Provenance(topic="pages.raw", partition=0, offset=99, timings={"clean": 1.0, "enrich": 9.0})
    text = _text(
        _report(*(entry(enriched(number)) for number in range(9)), entry(enriched(99, provenance=slow)))
    )
    assert "enrich 11.7 s" in text
    assert "10.0 s Story 99" in text


def test_pages_over_time_are_a_chart_and_pages_without_times_are_none() -> None:
    spread = [entry(enriched(number), NOW + number * MINUTE) for number in range(200)]
    assert "Over time" in _text(_report(*spread))
    assert "Over time" not in _text(_report(*(entry(enriched(number), 0) for number in range(5))))


def test_the_file_needs_nothing_and_runs_nothing() -> None:
    bad = {"url": "javascript:alert(1)", "title": HOSTILE, "site": HOSTILE, "cluster": HOSTILE}
    report = _report(
        entry(enriched(1, **bad, text=HOSTILE)), entry(rejection(2, **bad, excerpt=HOSTILE)), letter(3)
    )
    text = report.html(HOSTILE)
    root = parsed.fromstring(text)
    assert not list(root.iter("script", "img", "link", "iframe"))
    assert not set(text) & {"\u202e", "\x1b"}
    for element in root.iter():
        assert not [key for key in element.keys() if key.startswith("on") or key == "style"]  # noqa: SIM118
        assert re.match(r"(#|https?://)", element.get("href") or "#")


def test_its_policy_allows_its_own_style_and_nothing_else() -> None:
    text = _report().html("Empty")
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in text or f"style-src 'sha256-{digest}'" in text
