"""Links within the inspector, and out of it."""

from __future__ import annotations

import pytest

from streams.inspector.views.links import outward, page_link


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("en-harbour-strike", "/pages/en-harbour-strike"),
        ("a.b~c_D-9", "/pages/a.b~c_D-9"),
        ("..", "/pages?id=.."),
        ("pages.raw/0/17", "/pages?id=pages.raw%2F0%2F17"),
        ("//evil.example", "/pages?id=%2F%2Fevil.example"),
        ("?q=<b>&x", "/pages?id=%3Fq%3D%3Cb%3E%26x"),
        ("ü", "/pages?id=%C3%BC"),
    ],
)
def test_an_id_leads_to_its_page_and_nowhere_else(page: str, link: str) -> None:
    assert page_link(page) == link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x",
        "http:",
        "",
        None,
        "http://[",
        "vbscript:x",
    ],
)
def test_only_addresses_of_the_web_are_links(url: str | None) -> None:
    assert outward(url) is None


def test_an_address_of_the_web_is_a_link() -> None:
    assert outward("https://a.example/x?y=1#z") == "https://a.example/x?y=1#z"
