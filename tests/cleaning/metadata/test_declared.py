"""Declared metadata, collected in document order from an unmodified tree."""

from __future__ import annotations

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.metadata.declared import DeclaredMetadata, collect_declared


def collected(html: str) -> DeclaredMetadata:
    tree = lxml.html.document_fromstring(html)
    before = lxml.html.tostring(tree)
    found = collect_declared(tree)
    assert lxml.html.tostring(tree) == before
    return found


def test_the_head_of_a_page_is_collected() -> None:
    found = collected(
        "<html lang=en><title>Pier</title><meta property='OG:Title' content=Pier><meta name=author content=Ada>"
        "<link rel=canonical href=/pier><script type='application/ld+json'>{}</script><h1>Pier reopens</h1>"
    )
    assert (found.title, found.canonical, found.language, found.jsonld) == ("Pier", "/pier", "en", ("{}",))
    assert (
        found.first("og:title") == "Pier"
        and found.first("missing", "author") == "Ada"
        and found.first("x") is None
    )
    assert [heading.text for heading in found.headings] == ["Pier reopens"]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Crate <b>ferry</b><button>Copy path</button> 2.0", "Crate ferry 2.0"),
        ("<style>.pier{color:red}</style>The pier<!-- new --> is back", "The pier is back"),
        ("<svg><title>Icon</title></svg>Pier", "Pier"),
        ("<button>All piers</button>", "All piers"),
    ],
)
def test_buttons_styles_and_drawings_are_no_part_of_a_heading(heading: str, text: str) -> None:
    assert [found.text for found in collected(f"<h1>{heading}</h1>").headings] == [text]


def test_elements_with_author_markup_are_collected_with_their_role() -> None:
    found = collected(
        "<p itemprop=author>Ada</p><a rel=author href=/bo>Bo</a><span class=byline>By Cy</span>"
    )
    assert [(one.tag, one.role, one.text) for one in found.marked] == [
        ("p", "author", "Ada"), ("a", "author", "Bo"),
    ]  # fmt: skip
    assert [(one.tag, one.names.strip(), one.text) for one in found.suggested.named] == [
        ("span", "byline", "By Cy")
    ]


def test_class_names_are_ignored_where_json_ld_names_an_author() -> None:
    script = '<script type="application/ld+json">{"author": {"name": "Ada"}}</script>'
    assert collected(f"{script}<span class=byline>By Cy</span>").marked == ()


def test_short_lines_below_the_headline_end_at_the_first_paragraph() -> None:
    found = collected(
        f"<h1>Pier</h1><p><b>Ada Example</b></p><div>3 May 2024</div><p>{'word ' * 40}</p><p>Later</p>"
    )
    assert [(line.text, line.strong) for line in found.lines] == [
        ("Ada Example", True),
        ("3 May 2024", False),
    ]


PIECES = ["<h1>", "</h1>", "<p>", "<time datetime=x>", "</time>", "<meta name=a content=b>", "<title>", "</title>", "<svg>", "</svg>", "<i itemprop=author>", "</i>", "words "]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_page_has_bounded_declarations(pieces: list[str]) -> None:
    tree = parse("".join(pieces))
    if tree is not None:
        found = collect_declared(tree)
        assert all(heading.text for heading in found.headings) and all(
            3 < len(line.text) <= 90 for line in found.lines
        )
