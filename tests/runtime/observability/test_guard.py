"""Who is let in, and what every answer carries."""

from __future__ import annotations

import base64

import pytest
from aiohttp import web

from streams.runtime.observability.guard import HEADERS, add_headers, allowed
from streams.settings.secret import Secret


@pytest.mark.parametrize("header", ["", "Bearer anything", "Basic x"])
def test_without_a_token_nobody_is_asked_for_one(header: str) -> None:
    assert allowed(Secret(), header)


@pytest.mark.parametrize(
    ("header", "may"),
    [
        ("Bearer s3cret", True),
        ("bearer  s3cret ", True),
        ("", False),
        ("Bearer", False),
        ("Bearer s3cre", False),
        ("Bearer s3crets", False),
        ("Basic s3cret", False),
        ("s3cret", False),
    ],
)
def test_with_a_token_only_the_whole_token_opens(header: str, may: bool) -> None:
    assert allowed(Secret("s3cret"), header) is may


def _basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.mark.parametrize(
    ("header", "may"),
    [
        (_basic("anyone:s3cret"), True),
        (_basic(":s3cret"), True),
        (_basic("s3cret"), False),
        (_basic("s3cret:"), False),
        (_basic("anyone:s3cre"), False),
        ("Basic %%%", False),
        ("Basic /w==", False),
    ],
)
def test_a_browser_gives_the_token_as_a_password(header: str, may: bool) -> None:
    assert allowed(Secret("s3cret"), header) is may


def test_a_page_keeps_its_own_policy_and_nothing_else_of_the_headers() -> None:
    response = web.Response(headers={"Content-Security-Policy": "default-src 'self'", "Server": "mine"})
    add_headers(response)
    assert response.headers["Content-Security-Policy"] == "default-src 'self'"
    assert {name: response.headers[name] for name in HEADERS if name != "Content-Security-Policy"} == {
        name: value for name, value in HEADERS.items() if name != "Content-Security-Policy"
    }
