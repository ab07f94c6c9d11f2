"""The title is the candidate that the learnt weights rank first: mostly the h1, never the name of the site beside one."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.data import table
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.metadata import choose
from streams.cleaning.metadata.ranking import Candidate, best
from streams.cleaning.metadata.title import scores
from streams.cleaning.metadata.title_features import FEATURES

URL = "https://echo.example/2024/mirefield-brings-its-old-ferry-back"
TITLE = "Mirefield brings its old ferry back"


def chosen(head: str = "", body: str = "", url: str = URL) -> str | None:
    site = '<meta property="og:site_name" content="Mirefield Echo">'
    page = f"<html><head>{site}{head}</head><body>{body}<p>Text.</p></body></html>"
    return choose(collect_declared(lxml.html.document_fromstring(page)), url).title


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


def test_the_heading_that_readers_see_outweighs_two_statements_that_differ() -> None:
    heading = "The 10 ferries worth waiting for"
    head = f"<title>Best ferries of the year | Mirefield Echo</title>{og('10 best ferries 2024')}"
    body = f"<main><h1 class='entry-title'>{heading}</h1></main>"
    assert chosen(head, body, "https://echo.example/10-ferries-worth-waiting-for") == heading


@pytest.mark.parametrize("first", ["Mirefield Echo", "Menu", '<a href="/">Echo</a>', "Home"])
def test_a_heading_that_names_the_site_or_its_menu_is_no_title(first: str) -> None:
    assert chosen(f"<title>{TITLE} | Mirefield Echo</title>{og(TITLE)}", f"<h1>{first}</h1>") == TITLE


def test_the_second_heading_is_the_title_when_the_first_names_the_site() -> None:
    body = f"<header><h1><a href='/'>Mirefield Echo</a></h1></header><main><h1>{TITLE}</h1></main>"
    assert chosen(f"<title>{TITLE} – Mirefield Echo</title>", body) == TITLE


@pytest.mark.parametrize("separator", [" | ", " - ", " – ", "｜", " :: ", " · "])
def test_the_name_of_the_site_is_cut_off_without_a_heading(separator: str) -> None:
    assert chosen(f"<title>{TITLE}{separator}Mirefield Echo</title>") == TITLE


@pytest.mark.parametrize("sign", ["¶", " #", "\uf0c1", "§"])
def test_a_permalink_sign_is_no_part_of_a_title(sign: str) -> None:
    assert (
        chosen(
            "",
            f"<h1>Quickstart for ferries<a href='#quickstart'>{sign}</a></h1>",
            "https://docs.example/quickstart",
        )
        == "Quickstart for ferries"
    )


def test_a_sharp_stays_in_the_name_of_a_language() -> None:
    assert chosen("", "<h1>Ten years of C#</h1>") == "Ten years of C#"


def test_a_page_without_any_statement_has_no_title() -> None:
    assert chosen() is None


def test_equal_scores_go_to_the_first_candidate() -> None:
    first, second = Candidate("one", {"og": 1.0}), Candidate("two", {"og": 1.0})
    assert best([first, second], {"og": 0.5}) is first
    assert best([], {}) is None


def test_the_packaged_weights_cover_every_feature() -> None:
    assert list(table("title_weights")["weights"]) == list(FEATURES)


def test_every_candidate_has_a_finite_score() -> None:
    found = [
        Candidate("one", {"og": 1.0, "agree": 1.0}),
        Candidate("two", {}),
        Candidate("three", {"og": 1.0, "agree": 1.0}),
    ]
    first, _, third = scores(found)
    assert first == third
    assert all(abs(score) < 50 for score in scores(found))
