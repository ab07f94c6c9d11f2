"""The block tree: every text of a page once, in order, with the place where it stands."""

from __future__ import annotations

import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.tree import BlockTree, read_blocks


def blocks(body: str) -> BlockTree:
    tree = parse(f"<html><head><title>Ferry</title></head><body>{body}</body></html>")
    assert tree is not None
    return read_blocks(tree)


def test_inline_elements_stay_within_their_block() -> None:
    assert blocks("<p>The <b>old</b> <a href=/f>ferry</a> is back.</p>").texts == ["The old ferry is back."]


def test_headings_items_cells_and_captions_are_blocks_of_their_own() -> None:
    found = blocks(
        "<h2><a href=#x>Fares</a></h2><ul><li>One</li><li><p>Two</p></li></ul>"
        "<table><tr><td>Child</td><td>2</td></tr></table><figure><figcaption>The pier</figcaption></figure>"
    )
    assert found.texts == ["Fares", "One", "Two", "Child", "2", "The pier"]
    assert [found.tags[home] for home in found.homes] == ["h2", "li", "p", "td", "td", "figcaption"]


def test_text_between_block_elements_is_a_block() -> None:
    assert blocks("<div>Before<p>inside</p>behind</div>").texts == ["Before", "inside", "behind"]


def test_line_breaks_part_blocks_and_say_so() -> None:
    found = blocks("<p>First line<br>second line</p>")
    assert found.texts == ["First line", "second line"]
    assert found.broken == [False, True]


def test_code_keeps_its_lines() -> None:
    assert blocks("<pre>for x in y:\n    print(x)\n</pre>").texts == ["for x in y:\n    print(x)"]


def test_scripts_styles_and_titles_are_no_blocks() -> None:
    assert blocks(
        "<script>let a</script><style>p{}</style><svg><title>Icon</title></svg><p>Text</p>"
    ).texts == ["Text"]


def test_what_follows_a_comment_or_a_script_is_read() -> None:
    assert blocks("<p>One <!-- ad -->two<script>x</script> three</p>").texts == ["One two three"]


def test_hidden_parts_are_read_and_marked() -> None:
    found = blocks('<div style="display: none"><p>Tab</p></div><div hidden>More</div><p>Shown</p>')
    assert found.texts == ["Tab", "More", "Shown"]
    assert [found.hidden[home] for home in found.homes] == [True, True, False]


def test_links_are_measured() -> None:
    found = blocks("<p>See <a href=/a>the fares</a> and <a href=#b>below</a>.</p>")
    assert (found.linked, found.links, found.anchors) == ([14], [2], [1])


def test_a_link_around_blocks_links_each_of_them() -> None:
    assert blocks("<a href=/x><h3>Title</h3><p>Teaser text</p></a>").linked == [5, 11]


def test_the_blocks_of_a_node_are_a_range() -> None:
    found = blocks("<div><p>One</p><p>Two</p></div><p>Three</p>")
    at = found.tags.index("div")
    assert found.texts[found.starts[at] : found.ends[at]] == ["One", "Two"]


_TEXT = st.text("ab ", min_size=1, max_size=6)
_BODY = st.recursive(
    _TEXT,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["div", "p", "ul", "li", "b", "a", "span", "section", "table", "td", "pre", "h2"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(st.lists(_BODY, max_size=5))
def test_no_letter_is_lost_or_doubled_and_ranges_nest(parts: list[str]) -> None:
    tree = lxml.html.document_fromstring(f"<html><body>{''.join(parts)}</body></html>")
    found = read_blocks(tree)
    assert "".join("".join(found.texts).split()) == "".join(str(tree.text_content()).split())
    for node, parent in enumerate(found.parents):
        assert found.starts[node] <= found.ends[node]
        if parent >= 0:
            assert found.starts[parent] <= found.starts[node]
            assert found.ends[node] <= found.ends[parent]
    for block, home in enumerate(found.homes):
        assert found.starts[home] <= block < found.ends[home]


def test_the_words_of_texts_are_read_once_but_for_long_ones() -> None:
    found = blocks(f"<p>Old STRASSE 5</p><p>Old STRASSE 5</p><p>{'long ' * 100}</p>")
    assert found.words == {"Old STRASSE 5": ["old", "strasse", "5"]}
    assert found.folded[:2] == ["old strasse 5"] * 2
