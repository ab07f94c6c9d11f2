"""JSON-LD: the node of the article, in any nesting and with common errors of syntax."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.metadata import jsonld

NODE = {"@type": "NewsArticle", "headline": "Pier", "author": {"@type": "Person", "name": "Ada Example"}}


@pytest.mark.parametrize(
    "value",
    [NODE, [NODE], {"@graph": [{"@type": "WebSite"}, NODE]}, {"@type": "WebPage", "mainEntity": NODE}],
)
def test_the_article_is_found_in_any_nesting(value: object) -> None:
    assert jsonld.article((json.dumps(value),))["headline"] == "Pier"


@pytest.mark.parametrize(
    "script",
    [
        '{"a": 1}',
        '<!-- {"a": 1} -->',
        '/*<![CDATA[*/{"a": 1}/*]]>*/',
        '{"a": 1,}',
        '{"a": 1};',
        "{&quot;a&quot;: 1}",
    ],
)
def test_common_errors_are_repaired(script: str) -> None:
    assert jsonld.load(script) == {"a": 1}


@pytest.mark.parametrize("script", ["", "{", "nonsense", "[" * 100_000])
def test_what_does_not_parse_is_none(script: str) -> None:
    assert jsonld.load(script) is None


def test_an_author_by_reference_is_resolved() -> None:
    graph = {
        "@graph": [
            {**NODE, "author": {"@id": "#ada"}},
            {"@id": "#ada", "@type": "Person", "name": "Ada Example"},
        ]
    }
    assert jsonld.names(jsonld.article((json.dumps(graph),))["author"]) == [("Ada Example", "Person")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada", [("Ada", "")]), (["Ada", {"name": "Bo"}], [("Ada", ""), ("Bo", "")]), ({"givenName": "Ada", "familyName": "Example"}, [("Ada Example", "")]),
        ({"@type": "Organization", "name": ["AP"]}, [("AP", "Organization")]), (None, []), (5, []), ({"name": ""}, []),
    ],
)  # fmt: skip
def test_names_are_read_from_strings_objects_and_lists(
    value: object, expected: list[tuple[str, str]]
) -> None:
    assert jsonld.names(value) == expected


def test_the_headline_that_is_a_heading_decides_between_articles() -> None:
    other = {**NODE, "headline": "Ferry", "description": "more fields"}
    assert jsonld.article((json.dumps([other, NODE]),), ("PIER",))["headline"] == "Pier"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["@type", "@id", "@graph", "author", "name", "headline", "image", "url"]), inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@given(VALUES)
def test_any_json_gives_a_node_with_fields_that_can_be_read(value: object) -> None:
    node = jsonld.article((json.dumps(value),))
    assert isinstance(node, dict)
    assert all(isinstance(name, str) and name for name, _ in jsonld.names(node.get("author")))
    assert jsonld.image(node) is None or jsonld.image(node)
    assert jsonld.string(node, "headline", "name") != ""
