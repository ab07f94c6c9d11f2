"""A part of a page is read as its paragraphs; what stands in it and is no text is left out."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.extract.blocks import read

PROSE = "The council of Mirefield voted on Tuesday to reopen the old ferry, eleven years after the last boat sank."
MORE = (
    "Two boats have been ordered from a yard in Oldport, and are to arrive before the summer holidays begin."
)


def paragraphs(html: str) -> list[str]:
    return read(lxml.html.fromstring(f"<article>{html}</article>")).split("\n\n")


@pytest.mark.parametrize(
    "aside",
    [
        '<div class="fact-box"><p>Facts about ferries</p></div>',
        '<x-factbox class="fact-box"><p>Facts about ferries</p></x-factbox>',
        '<div class="expandable-box"><p>Who is who</p></div>',
        '<p class="byline">By Ada Example</p>',
        '<div class="donation-prompt"><p>Give today</p></div>',
        '<div class="embed-wrapper"><p>Show external content</p></div>',
        '<div id="ai-summary"><ul><li>In short</li></ul></div>',
        '<span class="reading-time">3 min</span>',
        '<div style="display: none"><p>For printers</p></div>',
        "<figure><figcaption>The last boat</figcaption></figure>",
    ],
)
def test_boxes_and_labels_named_as_such_are_left_out(aside: str) -> None:
    assert paragraphs(f"<p>{PROSE}</p>\n{aside}\n<p>{MORE}</p>") == [PROSE, MORE]


def test_a_box_that_holds_half_of_the_text_is_text_whatever_its_name() -> None:
    assert paragraphs(f'<div class="fact-box"><p>{PROSE}</p><p>{MORE}</p></div>') == [PROSE, MORE]


def test_a_named_word_in_a_sentence_stays() -> None:
    html = '<p>The ferry, says <span class="author">Ada Example</span>, will be back.</p>'
    assert paragraphs(f"{html}<p>{PROSE}</p>") == ["The ferry, says Ada Example, will be back.", PROSE]


def test_quoted_posts_stay() -> None:
    post = '<blockquote class="twitter-tweet"><p>The ferry is back.</p></blockquote>'
    assert paragraphs(f"<p>{PROSE}</p>{post}") == [PROSE, "The ferry is back."]


def test_a_list_of_links_goes_and_a_list_with_a_link_stays() -> None:
    links = '<ul><li><a href="/a">Bridge closed</a></li><li><a href="/b">Mayor resigns</a></li></ul>'
    mixed = f'<ol><li><a href="/a">The ferry is back in June.</a></li><li>{MORE}</li></ol>'
    assert paragraphs(f"<p>{PROSE}</p>{links}") == [PROSE]
    assert paragraphs(f"<p>{PROSE}</p>{mixed}") == [PROSE, "The ferry is back in June.", MORE]


def test_table_rows_are_read_cell_by_cell() -> None:
    table = "<table><tr><th>Boat</th><th>Year</th></tr><tr><td>Swan</td><td>1961</td></tr></table>"
    assert paragraphs(f"<p>{PROSE}</p>{table}<p>{MORE}</p>") == [PROSE, "Boat | Year", "Swan | 1961", MORE]


def test_line_breaks_part_paragraphs_and_a_heading_with_nothing_below_goes() -> None:
    assert paragraphs(f"{PROSE}<br><br>{MORE}<h2>More news</h2>") == [PROSE, MORE]


def test_a_passage_that_comes_twice_is_read_once() -> None:
    passage = "".join(f"<p>{text}</p>" for text in (PROSE, MORE, "The fare stays the same."))
    assert paragraphs(f"<div>{passage}</div><div>{passage}</div>") == [
        PROSE,
        MORE,
        "The fare stays the same.",
    ]


def test_a_teaser_for_another_article_goes_and_the_entries_of_a_ticker_stay() -> None:
    teaser = "<article><h3>More</h3><p>The mayor resigns over a bridge.</p></article>"
    assert paragraphs(f"<p>{PROSE}</p><p>{MORE}</p>{teaser}<p>{MORE} Soon.</p>") == [
        PROSE,
        MORE,
        f"{MORE} Soon.",
    ]
    ticker = "".join(f"<article><p>{n}. {PROSE}</p></article>" for n in range(4))
    assert len(paragraphs(ticker)) == 4


def test_a_picture_goes_with_all_that_is_said_of_it_and_a_table_in_a_figure_stays() -> None:
    picture = '<figure><img src="boat.jpg"><p>The last boat</p><span>Bo Sample</span></figure>'
    assert paragraphs(f"<p>{PROSE}</p>{picture}<p>{MORE}</p>") == [PROSE, MORE]
    table = "<figure><table><tr><td>Swan</td><td>1961</td></tr></table></figure>"
    assert paragraphs(f"<p>{PROSE}</p>{table}<p>{MORE}</p>") == [PROSE, "Swan | 1961", MORE]
