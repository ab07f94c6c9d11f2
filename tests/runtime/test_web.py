"""Who may read the metrics."""

from __future__ import annotations

import pytest

from streams.runtime.web import allowed
from streams.secret import Secret


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
