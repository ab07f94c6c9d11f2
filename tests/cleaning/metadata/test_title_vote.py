"""The title is what most of a page's statements agree on, without the site's name."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.title_vote import vote

HOUSE = ("Mirefield Echo", "echo.example", "echo")
TITLE = "Mirefield brings its old ferry back"


def found(head: str = "", body: str = "") -> str | None:
    page = f"<html><head>{head}</head><body>{body}<p>Text.</p></body></html>"
    signals = collect_declared(lxml.html.document_fromstring(page))
    return vote(
        signals, jsonld.article(signals.jsonld, tuple(heading.text for heading in signals.headings)), HOUSE
    )


@pytest.mark.parametrize(
    "head",
    [
        f"{TITLE} | Mirefield Echo",
        f"{TITLE} - Mirefield Echo",
        f"{TITLE} – News – Mirefield Echo",
        f"Mirefield Echo: {TITLE}".replace(": ", " » "),
        f"{TITLE}｜Mirefield Echo",
        f"{TITLE} :: echo.example",
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(head: str) -> None:
    assert found(f"<title>{head}</title>", f"<h1>{TITLE}</h1>") == TITLE


def test_a_dash_in_a_title_stays() -> None:
    dashed = "The ferry is back - and the fare stays what it was"
    assert found(f"<title>{dashed} | Mirefield Echo</title>", f"<h1>{dashed}</h1>") == dashed


def test_what_most_statements_agree_on_wins() -> None:
    head = f'<title>Ferry</title><meta property="og:title" content="{TITLE}">'
    assert found(head, f"<h1>{TITLE}</h1>") == TITLE


def test_a_title_that_stands_alone_loses_its_short_tail() -> None:
    assert found(f"<title>{TITLE} today | Riverside</title>") == f"{TITLE} today"


@pytest.mark.parametrize("first", ["Home", "Mirefield Echo"])
def test_a_heading_that_names_the_site_or_nothing_is_no_title(first: str) -> None:
    assert found(f"<title>{TITLE}</title>", f"<h1>{first}</h1>") == TITLE


def test_two_kickers_before_the_same_words_are_no_part_of_the_title() -> None:
    head = f'<meta property="og:title" content="Storm on the river: {TITLE}">'
    assert found(head, f"<h1>Crossing by boat - {TITLE}</h1>") == TITLE


def test_a_page_without_statements_has_no_title() -> None:
    assert found() is None
