"""Elements that suggest an author or a date are found by class, link and first words."""

from __future__ import annotations

import lxml.html

from streams.cleaning.decode.outline import outline_of
from streams.cleaning.metadata.marked import Suggestions, described_elements, suggested_elements


def suggested(body: str) -> Suggestions:
    return suggested_elements(outline_of(lxml.html.document_fromstring(f"<html><body>{body}</body></html>")))


def test_class_names_are_split_at_capitals() -> None:
    found = suggested('<p class="storyByline">Ada</p>')
    assert [one.names.strip() for one in found.named] == ["story-byline"]


def test_a_line_begins_with_a_label_or_stands_beside_one() -> None:
    found = suggested("<div><p>By Ada Example</p></div><div><span>Written by:</span> <b>Bo Sample</b></div>")
    assert [one.text for one in found.labelled] == ["By Ada Example", "Written by: Bo Sample"]


def test_long_text_after_a_label_is_no_byline() -> None:
    assert suggested(f"<p>By {'rowing and sailing ' * 9}</p>").labelled == ()


def test_links_to_authors_pages_count_outside_of_menus() -> None:
    found = suggested(
        '<a href="/author/ada/">Ada</a><a href="/authors">All</a><nav><a href="/author/bo">Bo</a></nav>'
    )
    assert [one.text for one in found.linked] == ["Ada"]


def test_elements_know_whether_they_follow_the_headline_and_which_stand_together() -> None:
    link = '<a href="/author/{0}">{0}</a>'.format
    found = suggested(
        f"<p>{link('ada')}</p><h1>Ferry</h1><section><div><p>{link('bo')}, {link('cy')}</p></div></section>"
    )
    above, first, second = found.linked
    assert (above.below, first.below, second.below) == (False, True, True)
    assert above.group != first.group == second.group


def test_short_text_with_a_year_in_an_element_of_a_dates_class_is_collected() -> None:
    found = suggested(
        '<p class="post-date">3 May 2021</p><p class="post-date">today</p><p class="postDate">May 4, 2021</p>'
    )
    assert [one.text for one in found.dated] == ["3 May 2021", "May 4, 2021"]


def test_microdata_has_the_type_of_its_item_and_the_name_of_its_person() -> None:
    person = '<i itemprop="author" itemscope itemtype="https://schema.org/Person">Rank 7 <b itemprop="name">Ada</b></i>'
    tree = lxml.html.document_fromstring(
        f'<div itemscope itemtype="https://schema.org/Comment"><p>{person}</p></div>'
    )
    assert [(one.scope, one.text) for one in described_elements(outline_of(tree))] == [("comment", "Ada")]
