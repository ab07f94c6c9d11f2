"""Settings of LightGBM that several models share: what makes a training repeatable, and what small sets of examples need."""

from __future__ import annotations

from typing import Any

#: The same trees in each run and on each machine: one thread, and sums always taken in the same order.
REPEATABLE: dict[str, Any] = {
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}
#: Trees over some thousand examples at most: each sees a part of them, and leaves of few examples say little.
FEW_EXAMPLES: dict[str, Any] = {
    **REPEATABLE,
    "min_data_in_leaf": 20,
    "lambda_l2": 5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
}
