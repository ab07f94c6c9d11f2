"""The Gaussian error linear unit (Hendrycks and Gimpel 2016), by its approximation with tanh: what networks put between their layers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_CUBIC, _ROOT = 0.044715, 0.7978845608

Floats = npt.NDArray[np.float32]


def gelu(values: Floats) -> Floats:
    """Return the unit of each value. ``values`` are not changed."""
    found = values * values  # in place from here on: a new array for each step takes half as long again
    found *= _CUBIC
    found += 1
    found *= values
    found *= _ROOT
    np.tanh(found, out=found)
    found += 1
    found *= values
    found *= 0.5
    return found
