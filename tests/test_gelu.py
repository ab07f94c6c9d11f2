"""The Gaussian error linear unit beside its definition."""

from __future__ import annotations

import math

import numpy as np

from streams.gelu import gelu


def test_it_is_x_times_the_normal_distribution_at_x() -> None:
    values = np.linspace(-6, 6, 241, dtype=np.float32)
    expected = [x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in values.tolist()]
    np.testing.assert_allclose(gelu(values), expected, atol=6e-4)  # by tanh it is off by .0005 at most


def test_values_stay() -> None:
    values = np.array([[1.0, -2.0]], np.float32)
    found = gelu(values)
    assert values.tolist() == [[1, -2]]
    assert found.shape == values.shape
    assert found.dtype == np.float32
