"""Candidates for a title: every statement of the page, its parts between separators, and their features."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.ranking import Candidate
from streams.cleaning.metadata.title_candidates import candidates
from streams.cleaning.metadata.title_features import FEATURES

URL = "https://echo.example/news/old-ferry-returns.html"


def found(head: str, body: str = "", url: str = URL) -> dict[str, Candidate]:
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return {
        c.text: c for c in candidates(collect_declared(tree), {}, ("Mirefield Echo", "echo.example"), url)
    }


def test_each_statement_and_each_part_of_it_is_a_candidate() -> None:
    texts = found("<title>Old ferry returns | News | Mirefield Echo</title>", "<h1>The ferry is back</h1>")
    assert {
        "Old ferry returns",
        "Old ferry returns | News | Mirefield Echo",
        "Mirefield Echo",
        "The ferry is back",
    } <= set(texts)


def test_equal_texts_of_two_sources_are_one_candidate_in_the_wording_of_title() -> None:
    texts = found("<title>The ferry's back</title>", "<h1>The ferry’s back</h1>")
    features = texts["The ferry's back"].features
    assert len(texts) == 1
    assert features["h1_first"] == features["head"] == features["agree"] == features["h1_lone"] == 1


def test_the_name_of_the_site_is_marked() -> None:
    texts = found("<title>Old ferry returns | Mirefield Echo</title>")
    assert texts["Mirefield Echo"].features["site_name"] == 1
    assert "site_name" not in texts["Old ferry returns"].features
    assert texts["Old ferry returns | Mirefield Echo"].features["has_site_name"] == 1


def test_shared_words_with_the_address_are_counted_without_its_extension() -> None:
    features = found("<title>Old ferry returns home</title>")["Old ferry returns home"].features
    assert features["slug_in_words"] == 1 and features["words_in_slug"] == 0.75


def test_a_heading_without_a_word_of_the_other_statements_stands_alone() -> None:
    assert found("<title>Old ferry returns</title>", "<h1>Menu</h1>")["Menu"].features["alone"] == 1


def test_what_a_template_leaves_at_the_edges_is_no_part_of_a_title() -> None:
    assert {"Boats of 2024", "Old ferry"} <= set(
        found("<title>Boats of 2024 |</title>", "<h1>## Old ferry</h1>")
    )
    assert {"#ferry", "Ferry -a- C++"} <= set(found("<title>#ferry</title>", "<h1>Ferry -a- C++</h1>"))


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("The ferry is « back for good »", "The ferry is « back for good »"),
        ("The ferry is «back»", "The ferry is «back»"),
        ("The ferry is back »", "The ferry is back"),
        ("The ferry is back ()", "The ferry is back"),
        ("The ferry (1902)", "The ferry (1902)"),
    ],
)
def test_a_quotation_at_the_end_of_a_title_keeps_its_sign(stated: str, title: str) -> None:
    assert next(iter(found(f"<title>{stated}</title>"))) == title


def test_a_part_is_trimmed_as_a_whole_title_is() -> None:
    assert "Decorating clips" in found("<title>Decorating clips () - Parts</title>")


def test_an_underscore_parts_words_of_scripts_without_spaces_only() -> None:
    assert set(found("<title>Module ngx_http_rewrite_module</title>")) == {"Module ngx_http_rewrite_module"}
    assert "渡船归来" in found("<title>渡船归来_回声报</title>")


def test_the_first_heading_that_shares_a_word_with_other_statements_leads() -> None:
    texts = found("<title>Old ferry returns</title>", "<h1>Mirefield Echo</h1><h1>Menu</h1><h1>A ferry</h1>")
    assert [text for text, one in texts.items() if "lead" in one.features] == ["A ferry"]
    assert texts["Old ferry returns"].features["beside_lead"] == 1


def test_a_part_knows_how_much_of_its_statement_it_leaves_away() -> None:
    part = found("<title>Ferry | News</title>")["Ferry"].features
    assert part["cut"] == pytest.approx(4 / 9)


def test_what_the_title_element_does_not_say_is_written_as_in_the_heading() -> None:
    texts = found(
        "<title>Boats</title><meta property='og:title' content='Pads - a guide'>", "<h1>Pads – a guide</h1>"
    )
    assert "Pads – a guide" in texts


def test_on_news_pages_alone_statements_count_as_those_of_news() -> None:
    def features(kind: str) -> dict[str, float]:
        node = {"@type": kind, "headline": "Old ferry"}
        declared = collect_declared(lxml.html.document_fromstring("<h1>Old ferry</h1>"))
        return candidates(declared, node, (), URL)[0].features

    assert features("NewsArticle")["jsonld_news_type"] == features("NewsArticle")["h1_news_type"] == 1
    assert "jsonld_news_type" not in features("BlogPosting")


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=40))
def test_features_are_known_and_small_whatever_a_page_says(title: str, heading: str, path: str) -> None:
    tree = lxml.html.document_fromstring("<html><head><title></title></head><body><h1></h1></body></html>")
    printable = [("".join(ch for ch in text if ch.isprintable())) for text in (title, heading)]
    tree.find(".//title").text, tree.find(".//h1").text = printable
    for candidate in candidates(collect_declared(tree), {}, (), f"https://echo.example/{path}"):
        assert candidate.text and set(candidate.features) <= set(FEATURES)
        assert all(0 < value < 2 for value in candidate.features.values())
