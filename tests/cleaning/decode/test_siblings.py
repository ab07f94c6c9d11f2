"""Elements with more children than later steps can walk: what is changed, and that no text is lost."""

from __future__ import annotations

import lxml.html
import pytest
from lxml import etree

from streams.cleaning.decode import siblings
from streams.cleaning.decode.html import parse


def text_of(tree: lxml.html.HtmlElement) -> str:
    return "".join(tree.xpath("//text()"))


def bounded(markup: str) -> lxml.html.HtmlElement:
    tree = lxml.html.document_fromstring(markup)
    siblings.limit_children(tree)
    return tree


@pytest.mark.parametrize(
    "markup",
    [
        "<p>One <b>two</b> three<br>four <a href=/>five</a> six.</p>" * 60,
        "<table><tr>" + "<td>x" * 1_000 + "</table>",
        "<p>" + "line<br>" * 5_000,
        "<!--x--><p>y" * 1_000,
    ],
)
def test_a_page_as_pages_are_stays_as_it_is(markup: str) -> None:
    assert etree.tostring(bounded(markup)) == etree.tostring(lxml.html.document_fromstring(markup))


def test_more_comments_than_any_page_has_go_and_the_text_between_them_stays() -> None:
    tree = bounded("<div>" + "".join(f"<!--c-->word{n} " for n in range(10_001)) + "</div>")
    assert not list(tree.iter(etree.Comment))
    assert text_of(tree) == "".join(f"word{n} " for n in range(10_001))


def test_cells_of_a_row_that_is_no_row_are_divisions() -> None:
    tree = bounded("<table><tbody><tr>" + "".join(f"<td>cell{n}" for n in range(1_001)) + "</table>")
    assert not list(tree.iter("table", "tr", "td"))
    assert text_of(tree) == "".join(f"cell{n}" for n in range(1_001))


def test_text_between_very_many_elements_is_parted_by_paragraphs_so_that_no_more_than_a_little_can_be_joined() -> (
    None
):
    tree = bounded("<form>" + "".join(f"<input>word number {n} " for n in range(4_000)) + "</form>")
    assert text_of(tree) == "".join(f"word number {n} " for n in range(4_000))
    run = longest = 0
    for element in tree.iter("input", "p"):
        run = 0 if element.tag == "p" else run + len(element.tail or "")
        longest = max(longest, run)
    assert 0 < longest <= 1_000


def test_a_page_of_few_tags_is_not_looked_at() -> None:
    tree = parse("<table><tr>" + "<td>x" * 3_000 + "</table>")
    assert tree is not None and tree.find(".//td") is not None
