"""The English pipeline, loaded once."""

from __future__ import annotations

import pytest

from streams.nlp import Models


@pytest.fixture(scope="session")
def models() -> Models:
    return Models.load()
