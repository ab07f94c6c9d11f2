"""``<noscript>`` is shown where most of the page's text is in it, and stays hidden elsewhere."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.decode.html import parse
from streams.cleaning.decode.noscript import show_noscript

POST = "<div><p>The ferry to Gull Island runs again from Monday, five weeks after a storm broke the landing stage.</p></div>"
ASK = "You need to enable JavaScript to run this app."


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (f"<div id=main></div><noscript><h1>Ferry</h1>{POST * 3}</noscript>", True),
        (f"<p>Menu</p><noscript><ul><li>{POST}</li><li>{POST * 2}</li></ul></noscript>", True),
        (f"<noscript><img src=a.png></noscript>{POST * 3}", False),
        (f"{POST * 4}<noscript>{POST * 3}</noscript>", False),
        (f"<div id=root></div><noscript>{ASK}</noscript>", False),
        (f"<div id=root></div><noscript>{ASK * 9}</noscript>", False),
        ("<p>Pier</p>", False),
    ],
)
def test_noscript_is_shown_if_it_holds_most_of_the_text(html: str, shown: bool) -> None:
    tree = lxml.html.document_fromstring(html)
    assert show_noscript(tree) is shown
    assert (tree.find(".//noscript") is None) == (shown or "noscript" not in html)


def test_scripts_and_styles_inside_are_no_text() -> None:
    tree = lxml.html.document_fromstring(
        f"<p>Pier</p><noscript><style>{'p{} ' * 90}</style><i></i><b></b><u></u></noscript>"
    )
    assert not show_noscript(tree)


def test_a_page_inside_an_unclosed_noscript_is_read() -> None:
    tree = parse(f"<html><body><noscript><img src=a><h1>Ferry</h1>{POST * 3}")
    assert tree is not None and tree.find(".//noscript") is None
    assert "Gull Island" in tree.text_content()
