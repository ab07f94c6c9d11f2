"""What a consumer is asked for is checked before it connects."""

from __future__ import annotations

from typing import Any

import pytest

from streams.client import Consumer
from streams.errors import BadInput


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"topic": "qoutes"}, "topic 'qoutes': expected one of deadletter, enriched, .*quotes"),
        (
            {"start": "yesterday"},
            "start 'yesterday': expected 'earliest', 'latest', a datetime or a timedelta",
        ),
    ],
)
def test_a_mistake_is_told_with_what_is_expected(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Consumer(**asked)
