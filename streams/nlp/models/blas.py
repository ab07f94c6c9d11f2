"""Which matrix multiplication a model uses: the faster of spaCy's own and NumPy's, measured on this processor.

spaCy brings BLIS, which has tuned kernels for some processors and one generic kernel for all others; with that one
en_core_web_sm 3.8 needs 1.3 to 1.4 times as long as with NumPy's OpenBLAS (40 news articles, one thread). On a
processor that BLIS knows it may be the other way round, so a process tries both before it loads its models.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

# What costs most in spaCy's small and medium models: a window of three 96-wide vectors times 96 x 3 maxout pieces.
_ROWS, _WIDTH = 256, 288
_TRIES = 5  # the fastest counts: the others met somebody else's work


def use_faster(nlp: Language) -> None:
    """Have every layer of a pipeline that computes on the processor multiply by :func:`faster`."""
    from thinc.api import NumpyOps

    ops = faster()
    for _name, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is None or not hasattr(model, "walk"):
            continue
        for node in model.walk():
            if isinstance(node.ops, NumpyOps):
                node.ops = ops


@functools.cache
def faster() -> Any:
    """thinc's operations with the multiplication that took less time here just now; some milliseconds, once a process."""
    from thinc.api import NumpyOps

    return min((NumpyOps(use_blis=True), NumpyOps(use_blis=False)), key=seconds)


def seconds(ops: Any) -> float:
    """What one multiplication of the usual size takes with these operations: the fastest of a few."""
    left, right = ops.alloc2f(_ROWS, _WIDTH), ops.alloc2f(_WIDTH, _WIDTH)
    left += 0.5  # of numbers that are neither zero nor denormal
    right += 0.25
    best = float("inf")
    for _ in range(_TRIES):
        started = time.perf_counter()
        ops.gemm(left, right)
        best = min(best, time.perf_counter() - started)
    return best
