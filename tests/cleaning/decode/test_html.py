"""The tree of a page: its limits on depth, attributes and tags, of which none costs text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode import html as module
from streams.cleaning.decode.html import parse

PIECES = ["<p>", "</p>", "x", " ", "\n", "<", "<!--", "-->", "<script>", "</script>", "<b a=\"<i>\" c='>'>", "</b >", "</br>", "</body>", "</HTML\n>", "<template>", "<template shadowrootmode=open>", "</template>", '<a b="']  # fmt: skip


def words(html: str) -> list[str]:
    tree = parse(html)
    return "".join(map(str, tree.itertext())).split() if tree is not None else []


def depth(html: str) -> int:
    tree = parse(html)
    assert tree is not None
    return max(sum(1 for _ in element.iterancestors()) for element in tree.iter())


@pytest.mark.parametrize("html", ["", "   ", "\n"])
def test_an_empty_page_has_no_tree(html: str) -> None:
    assert parse(html) is None


def test_the_root_is_always_html() -> None:
    for html in ("x", "<p>x", "<body>x", "<!doctype html><html><p>x"):
        tree = parse(html)
        assert tree is not None and tree.tag == "html"


def test_nesting_is_flattened_beyond_80_levels_and_kept_up_to_them() -> None:
    assert depth("<div>" * 70 + "x") > 70
    deep = "".join(f"<div>word{n} " for n in range(500)) + "</div>" * 500 + "end"
    assert depth(deep) < 90
    assert words(deep) == [*(f"word{n}" for n in range(500)), "end"]


def test_elements_without_end_tags_do_not_count_as_levels() -> None:
    tree = parse("<ul>" + "<li>x" * 200 + "</ul>")
    assert tree is not None and len(tree.findall(".//li")) == 200


def test_only_an_element_with_more_than_250_attributes_loses_them() -> None:
    few = " ".join(f"attribute{n}=1" for n in range(250))
    tree = parse(f"<div id=a {few[: few.rindex(' ')]}>one</div><div id=b {few} more=1>two</div>")
    assert tree is not None
    assert [len(element.attrib) for element in tree.iter("div")] == [250, 0]
    assert "".join(map(str, tree.itertext())) == "onetwo"


def test_attributes_are_counted_whatever_brackets_their_values_hold() -> None:
    tree = parse(
        "<p>" + "".join(f'<b data-{n}="<b>">' for n in range(3)) + "<i" + ' a="></i>"' * 251 + ">x</i>"
    )
    assert tree is not None
    assert [len(element.attrib) for element in tree.iter("b", "i")] == [1, 1, 1, 0]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_tags_that_are_passed_over_at_once_are_those_that_nothing_is_done_to(parts: list[str]) -> None:
    whole = module._within_limits("".join(parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ORDINARY", re.compile(""))  # each tag is looked at
        assert module._within_limits("".join(parts)) == whole


def test_tags_after_the_first_100_000_are_dropped_and_their_text_is_not() -> None:
    found = words("<b>a </b>" * 60_000)
    assert found == ["a"] * 60_000
    tree = parse("<b>a </b>" * 60_000)
    assert tree is not None and len(tree.findall(".//b")) <= 50_000


@pytest.mark.parametrize("reference", ["&#1;", "&#x1F;", "&#0;", "&#xFFFE;", "&#65535", "&#x0000b;"])
def test_references_to_characters_that_xml_forbids_are_removed(reference: str) -> None:
    assert words(f"<p>a{reference}b") == ["ab"]


@pytest.mark.parametrize(
    ("reference", "character"), [("&#65;", "A"), ("&#x1F600;", "\U0001f600"), ("&#10;x", "x")]
)
def test_other_references_are_resolved(reference: str, character: str) -> None:
    assert words(f"<p>{reference}") == [character]


@given(
    st.lists(
        st.sampled_from(
            ["<div>", "</div>", "<p>", "<li>", "<b>", "</b>", "<br>", "<td>", "<table>", "</table>"]
        ),
        max_size=400,
    )
)
def test_no_word_is_lost_in_any_order_of_tags(tags: list[str]) -> None:
    html = "".join(f"{tag} word{n} " for n, tag in enumerate(tags))
    assert sorted(words(html)) == sorted(f"word{n}" for n in range(len(tags)))


@given(st.text(st.sampled_from("<>/!-= \"'abscriptp&#x1;"), max_size=200))
def test_any_characters_give_a_tree_or_none(text: str) -> None:
    tree = parse(text)
    assert tree is None or tree.tag == "html"
