"""The English pipeline, loaded once for all tests of the package."""

from __future__ import annotations

import pytest

from streams.nlp import Models


@pytest.fixture(scope="session")
def models() -> Models:
    return Models.load()
