"""The outline of a tree has each element, comment and instruction of it, in document order, with its place."""

from __future__ import annotations

import lxml.html
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from streams.cleaning.decode.outline import COMMENT, INSTRUCTION, Outline, outline_of


def outline(body: str) -> Outline:
    return outline_of(lxml.html.document_fromstring(f"<html><body>{body}</body></html>"))


def test_each_entry_has_its_text_and_the_text_behind_it() -> None:
    found = outline('<p class="a" id=b>One <b>two</b> three<br></p>four')
    assert list(zip(found.tags, found.texts, found.tails, strict=True))[2:] == [
        ("p", "One ", "four"),
        ("b", "two", " three"),
        ("br", None, None),
    ]
    assert found.attributes[2] == {"class": "a", "id": "b"}
    assert found.attributes[3] == {}


def test_comments_and_instructions_have_names_that_no_element_has() -> None:
    tree = lxml.html.document_fromstring("<html><body><p>One<!-- two -->three</p></body></html>")
    tree[0][0].append(etree.ProcessingInstruction("four", "five"))
    found = outline_of(tree)
    assert found.tags[3:] == [COMMENT, INSTRUCTION]
    assert found.tails[3:] == ["three", None]


@given(st.recursive(st.just(""), lambda inner: st.lists(inner, max_size=4).map(lambda kids: "".join(f"<div>{kid}x</div>" for kid in kids)), max_leaves=20))  # fmt: skip
def test_parents_and_ends_are_those_of_the_tree(body: str) -> None:
    found = outline(body)
    numbers = {element: at for at, element in enumerate(found.elements)}
    for at, element in enumerate(found.elements):
        parent = element.getparent()
        assert found.parents[at] == (numbers[parent] if parent is not None else -1)
        assert found.ends[at] == at + sum(1 for _ in element.iter())
