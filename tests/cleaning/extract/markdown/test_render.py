"""A page's blocks as Markdown: what a parser of it sees is the document's text, and the structure of the page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_markdown import plain

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.markdown.render import render, render_text
from streams.cleaning.extract.markdown.runs import read_inline
from streams.cleaning.extract.passages import Passages, assemble

URL = "https://example.org/a/b"


def both(body: str, kept: list[bool] | None = None) -> tuple[str, str]:
    """The text and the Markdown of a page, of all blocks or of those kept."""
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    mask = (
        np.ones(len(blocks.texts), bool)
        if kept is None
        else np.resize(np.array(kept, bool), len(blocks.texts))
    )
    passages = assemble(blocks, mask)
    made = render(passages, URL)
    assert made is not None
    return passages.text, made


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h1>A</h1><h3>B <b>c</b></h3><p>d", "# A\n\n### B c\n\nd"),
        ("<a href=x><h2>A</h2><p>b</p></a>", "## [A](https://example.org/a/x)\n\n[b](https://example.org/a/x)"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul><p>e", "- a\n- b\n  - c\n- d\n\ne"),
        ("<ol start=9><li>a<li>b<p>c</ol>", "9. a\n10. b\n\n    c"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b"),
        ("<ol><li>a<ol start=3><li>b</ol></ol>", "1. a\n\n   3. b"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote><p>c", "> a\n>\n> > b\n\nc"),
        ("<pre><code class=language-py>def f():\n    pass\n</code></pre>", "```py\ndef f():\n    pass\n```"),
        ("<pre>a\n```\n\nb</pre>", "````\na\n```\n\nb\n````"),
        ("<ul><li><pre>a\n\n b</pre></ul>", "- ```\n  a\n\n   b\n  ```"),
        ("<table><caption>C<tr><th>A<th>B<tr><td>1|2<td>3</table>", "C\n\n| A | B |\n| --- | --- |\n| 1&#124;2 | 3 |"),
        ("<table><tr><td colspan=2>A<td>B<tr><td>1<td>2<td>3</table>", "| A |  | B |\n| --- | --- | --- |\n| 1 | 2 | 3 |"),
        ("<table><tr><td><h4>A</h4><td><h4>B</h4><tr><td>1<td>2</table>", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("<table><tr><td>menu<td><h2>T</h2><p>text<tr><td>x<td>y</table>", "menu\n\n## T\n\ntext\n\nx | y"),
        ("<table><tr><td>a<td><ul><li>b</ul><tr><td>x<td>y</table>", "a\n\n- b\n\nx | y"),
        ("<table><tr><td>a<td>b</table>", "a | b"),
        ("<p>a<img alt=B src=b.png>c", "a![B](https://example.org/a/b.png)c"),
        ("<p>a<figure><img alt=B src=b.png></figure><p>c", "a\n\n![B](https://example.org/a/b.png)\n\nc"),
        ("<figure><img alt=B data-src=b.png src='data:,'><figcaption>c</figcaption></figure>", "![B](https://example.org/a/b.png)\n\nc"),
        ("<p>a<p><img src=b.png><p><img alt=B src=b.png width=1><p>c", "a\n\nc"),
        ("<img alt=B src=b.png><p>a", "a"),
        ("<p>Let <math><mi>x</mi><mo>=</mo><msup><mi>y</mi><mn>2</mn></msup></math>.", "Let x=y^2."),
        ("<p>1. a<p># b<p>- c<p>+ d<p>&gt; e<p>***<p>&lt;i>f", "1\\. a\n\n\\# b\n\n\\- c\n\n\\+ d\n\n\\> e\n\n\\*\\*\\*\n\n\\<i>f"),
    ],
)  # fmt: skip
def test_the_structure_of_a_page_is_kept(body: str, expected: str) -> None:
    assert both(body)[1] == expected


def test_only_the_kept_blocks_are_there() -> None:
    body = "<nav><ul><li>menu<li>more</ul></nav><p>a</p><div><img alt=ad src=x><p>buy</p></div><ol><li>b<li>c</ol>"
    kept = [False, False, True, False, False, True]
    assert both(body, kept) == ("a\n\nc", "a\n\n2. c")


def test_addresses_follow_the_base_of_the_page() -> None:
    tree = parse("<html><head><base href=/base/></head><body><p><a href=x>a</a></body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    passages = assemble(blocks, np.ones(1, bool))
    assert render(passages, URL) == "[a](https://example.org/base/x)"


def test_plain_text_is_escaped() -> None:
    text = "# not a heading\n\nsome *stars*\n  and an indented line"
    found = render_text(text)
    assert found == "\\# not a heading\n\nsome \\*stars\\*\nand an indented line"
    assert plain(found).split() == text.split()


def test_markdown_that_no_message_would_take_is_left_out() -> None:
    assert render_text("word " * 250_000) is None
    tree = parse("<p>a")
    assert tree is not None
    assert render(Passages(read_blocks(tree), "a" * 1_000_001, (0,), (0,), (1,)), URL) is None


TEXT = st.one_of(
    st.text("ab *_`[]()!<>&~\\#-+=|1.:\n\t", min_size=1, max_size=10),
    st.sampled_from(
        ["Words of it.", "1. a", "- b", "```", "---", "a\n    b\n\n\nc", "x | y", "\u00a0", "![a](b)"]
    ),
).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
VOID = st.sampled_from(
    ["<br>", "<hr>", "<img alt='a]b' src='c d'>", "<!-- c -->", "<script>x</script>", "<div></div>"]
)
TAGS = st.sampled_from(
    [
        "p",
        "div",
        "h1",
        "h4",
        "ul",
        "ol",
        "li",
        "li",
        "blockquote",
        "pre",
        "table",
        "tr",
        "tr",
        "td",
        "td",
        "th",
        "caption",
        "b",
        "i",
        "code",
        "a",
        "section",
        "span",
        "dl",
        "dd",
        "figure",
        "figcaption",
        "svg",
    ]
)
PAGE = st.recursive(
    TEXT | VOID,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}{' href=/x' if tag == 'a' else ''}>{''.join(parts)}</{tag}>",
        TAGS,
        st.lists(inner, max_size=5),
    ),
    max_leaves=30,
)


@given(st.lists(PAGE, max_size=6), st.lists(st.booleans() | st.just(True), min_size=1, max_size=9))
def test_a_parser_sees_the_text(parts: list[str], kept: list[bool]) -> None:
    text, made = both("".join(parts), kept)
    # Cells are parted by signs of their own in the text, and by the columns of a table in Markdown.
    assert "".join(plain(made).split()).replace("|", "") == "".join(text.split()).replace("|", "")


@given(st.lists(PAGE, max_size=6), st.lists(st.booleans(), min_size=1, max_size=9))
def test_the_runs_of_a_block_are_its_text(parts: list[str], kept: list[bool]) -> None:
    tree = parse(f"<html><body>{''.join(parts)}</body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    numbers = [number for number in range(len(blocks.texts)) if kept[number % len(kept)]]
    found = read_inline(blocks, numbers)
    assert sorted(found.runs) == numbers
    for number in numbers:
        texts = [run.text for run in found.runs[number] if run.source is None]
        assert "".join(texts).split() == blocks.texts[number].split()
