"""Redirects to the front page, and the path where a redirect ended."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.classify.redirects import is_sent_home, redirect_target

ARTICLE = "https://example.org/news/pier-to-be-rebuilt"


@pytest.mark.parametrize(
    "final",
    [
        "https://example.org/",
        "https://www.example.org",
        "http://m.example.org/en/",
        "https://example.org/index.html",
    ],
)
def test_a_deep_page_that_ended_on_the_front_page_of_its_site_was_sent_home(final: str) -> None:
    assert is_sent_home(ARTICLE, final)


@pytest.mark.parametrize(
    ("url", "final"),
    [
        (ARTICLE, None), (ARTICLE, ARTICLE), (ARTICLE, "https://example.com/"), (ARTICLE, "https://example.org/?page=2"),
        (ARTICLE, "https://example.org/news/"), ("https://example.org/about", "https://example.org/"),
        ("https://example.org/index.html", "https://example.org/"), (ARTICLE, "https://[example.org/"),
    ],
)  # fmt: skip
def test_no_other_redirect_is_one_to_the_front_page(url: str, final: str | None) -> None:
    assert not is_sent_home(url, final)


@pytest.mark.parametrize(
    ("final", "expected"),
    [
        (None, ""), (ARTICLE, ""), (f"{ARTICLE}/", ""), ("https://www.example.org/news/Pier-to-be-rebuilt", ""),
        ("https://example.org/404", "///404/"), ("https://login.example.org/x", "//login.example.org/x/"), ("https://[", ""),
    ],
)  # fmt: skip
def test_the_target_is_the_new_path_with_the_host_if_it_changed(final: str | None, expected: str) -> None:
    assert redirect_target(ARTICLE, final) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_strings_are_compared_without_an_error(url: str, final: str) -> None:
    assert is_sent_home(url, final) in (True, False)
    assert redirect_target(url, final) == "" or redirect_target(url, final).startswith("//")
