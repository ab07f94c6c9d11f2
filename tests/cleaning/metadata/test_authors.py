"""Authors are people's names, from wherever a page names them; the house only where nobody else is named."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.authors import authors, people
from streams.cleaning.metadata.declared import collect_declared

PROSE = "The council of Mirefield voted on Tuesday to reopen the old ferry, eleven years after the last boat sank at its moorings in a storm."
HOUSE = ("Mirefield Echo", "echo.example")


def found(body: str, head: str = "") -> tuple[str, ...]:
    page = f"<html><head>{head}</head><body><h1>The ferry is back</h1>{body}<p>{PROSE}</p></body></html>"
    signals = collect_declared(lxml.html.document_fromstring(page))
    return authors(
        signals, jsonld.article(signals.jsonld, tuple(heading.text for heading in signals.headings)), HOUSE
    )


def described(author: str) -> str:
    node = f'{{"@type": "NewsArticle", "headline": "The ferry is back", "author": {author}}}'
    return f'<script type="application/ld+json">{node}</script>'


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ada Example", ("Ada Example",)),
        ("By Ada Example, 3 May 2020", ("Ada Example",)),
        ("Von Ada Beispiel und Bo Muster", ("Ada Beispiel", "Bo Muster")),
        ("Par Zoé Exemple, envoyée spéciale", ("Zoé Exemple",)),
        ("Ada Example | Staff Writer", ("Ada Example",)),
        ("Ada Example/Bo Sample", ("Ada Example", "Bo Sample")),
        ("예시나 기자", ("예시나",)),
        ("文／例示花子", ("例示花子",)),
        ("ada@echo.example", ()),
        ("Staff Reporter", ()),
    ],
)
def test_a_byline_is_split_into_names(byline: str, names: tuple[str, ...]) -> None:
    assert people([byline]) == names


def test_json_ld_names_the_authors() -> None:
    head = described('[{"@type": "Person", "name": "Ada Example"}, {"@type": "Person", "name": "Bo Sample"}]')
    assert found('<a rel="author">Cy Other</a>', head) == ("Ada Example", "Bo Sample")


def test_of_two_descriptions_the_one_that_names_all_and_more_counts() -> None:
    one = described('{"@type": "Person", "name": "Ada Example"}')
    two = described('[{"@type": "Person", "name": "Ada Example"}, {"@type": "Person", "name": "Bo Sample"}]')
    assert found("", one + two) == found("", two + one) == ("Ada Example", "Bo Sample")


def test_an_agency_stays_beside_a_person() -> None:
    head = described('[{"@type": "Person", "name": "Reuters"}, {"@type": "Person", "name": "Ada Example"}]')
    assert found("", head) == ("Reuters", "Ada Example")


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Ada Example, 3 May 2020</p>",
        "<p><strong>Ada Example</strong></p>",
        "<p><b>ADA EXAMPLE</b></p>",
        "<div><span>Ada Example |</span> <span>3.5.2020 14:05</span></div>",
    ],
)
def test_a_line_that_reads_as_a_byline_counts_where_only_the_house_is_named(line: str) -> None:
    names = found(line, described('{"@type": "Person", "name": "Mirefield Echo"}'))
    assert [name.title() for name in names] == ["Ada Example"]


def test_a_signature_at_the_right_of_the_end_counts() -> None:
    assert found(f'<p>{PROSE}</p><p style="text-align:right;"><strong>Ada Example</strong></p>') == (
        "Ada Example",
    )


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>What happened?</strong></p>",
        "<p><strong>Fares and times</strong></p>",
        "<p>Oldport</p>",
        "<p>By then it was too late</p>",
    ],
)
def test_other_lines_above_a_text_are_no_bylines(line: str) -> None:
    assert found(line, described('{"@type": "Organization", "name": "Mirefield Echo"}')) == (
        "Mirefield Echo",
    )


def test_a_stated_agency_is_believed_before_a_line() -> None:
    head = described('{"@type": "Organization", "name": "Reuters"}')
    assert found("<p><strong>Oldport Harbour</strong></p>", head) == ("Reuters",)
