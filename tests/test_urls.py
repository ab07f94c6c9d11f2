from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.urls import canonical, site


@pytest.mark.parametrize(
    ("variant", "name"),
    [
        ("http://example.com", "https://example.com/"),
        ("HTTP://WWW.Example.COM:80/", "https://example.com/"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("//example.com/a/b/../c/", "https://example.com/a/c"),
        ("https://example.com/Story?b=2&a=1&utm_source=mail&fbclid=x", "https://example.com/Story?a=1&b=2"),
        ("https://example.com/story?a=1&amp;b=2", "https://example.com/story?a=1&b=2"),
        ("https://m.example.com/story", "https://example.com/story"),
        ("https://amp.example.co.uk/story", "https://example.co.uk/story"),
        ("https://en.m.example.org/wiki/Mill", "https://en.example.org/wiki/Mill"),
        ("https://example.com/story/amp/", "https://example.com/story"),
        ("https://example.com/story.amp.html?amp=1", "https://example.com/story.html"),
        ("https://example.com/amp/story", "https://example.com/story"),
        ("https://www.google.com/amp/s/www.example.com/story", "https://example.com/story"),
        ("https://example-com.cdn.ampproject.org/c/s/example.com/story", "https://example.com/story"),
        ("https://example.com/a;jsessionid=0A1B?PHPSESSID=77", "https://example.com/a"),
        ("https://example.com/a?sid=8f7d0aa1b2c3d4e5f6a7b8c9", "https://example.com/a"),
        ("https://example.com/(S(a1b2c3d4e5f6a7b8c9d0e1f2))/page.aspx", "https://example.com/page.aspx"),
        ("https://example.com/%7emill/%e4%b8%ad", "https://example.com/~mill/%E4%B8%AD"),
        ("https://example.com/中 文?q=ä b", "https://example.com/%E4%B8%AD%20%E6%96%87?q=%C3%A4+b"),
        ("https://example.com/50%off", "https://example.com/50%25off"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://example.com/a#comments", "https://example.com/a"),
        ("https://example.com/#!/story/7", "https://example.com/#!/story/7"),
        ("https://example.com/section/index.html", "https://example.com/section"),
        ("https://example.com//a///b", "https://example.com/a/b"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("http://[::1]:80/a", "https://[::1]/a"),
    ],
)
def test_variants_of_an_address_have_one_name(variant: str, name: str) -> None:
    assert canonical(variant) == name


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/story?id=7",
        "https://example.com/forum?mod=viewthread&tid=9",
        "https://example.com/news?sid=123",
        "https://example.com/search?keyword=mill",
        "https://example.com/g?gallery=5",
        "https://m.com/a",
        "https://amp.dev/about",
        "https://example.com/page?p=2",
        "https://example.com/amp",
    ],
)
def test_what_chooses_the_page_stays(address: str) -> None:
    assert canonical(address) == address


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "not a url",
        "mailto:a@example.com",
        "http://",
        "http://exa mple.com/",
        "data:,x",
        "http://example.com:99999/",
    ],
)
def test_what_is_no_web_address_is_returned_stripped(nothing: str) -> None:
    assert canonical(f"  {nothing}\n") == nothing


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://news.example.co.uk/a", "example.co.uk"),
        ("https://example.com", "example.com"),
        ("https://alice.github.io/x", "alice.github.io"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://intranet/", "intranet"),
        ("https://www.müller.de/", "xn--mller-kva.de"),
        ("nonsense", ""),
    ],
)
def test_the_site_is_the_registered_domain(address: str, home: str) -> None:
    assert site(address) == home


_PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "//",
        "www.",
        "m.",
        "amp.",
        "example.com",
        "a.co.uk",
        "xn--",
        "[::1]",
        ":",
        "80",
        "/",
        "/amp",
        "/amp.html",
        ".amp",
        ";",
        "jsessionid=1",
        "?",
        "&",
        "=",
        "#",
        "#!",
        "utm_a=1",
        "&amp;",
        "%",
        "%2e",
        "%2F",
        "..",
        ".",
        "index.html",
        "ü",
        "ß",
        "中",
        "(",
        ")",
        "@",
        "\\",
        "amp=1",
        "google.com/amp/s/",
        "ampproject.org/c/",
    ]
)


@given(
    st.one_of(
        st.text(), st.lists(_PIECES, max_size=14).map("".join), st.text().map("https://example.com/{}".format)
    )
)
def test_naming_never_raises_and_a_name_is_its_own_name(text: str) -> None:
    name = canonical(text)
    assert canonical(name) == name
    assert isinstance(site(text), str)
