"""Selection of the matrix multiplication for the models: the faster of BLIS and NumPy's BLAS on this CPU.

spaCy ships BLIS, which has tuned kernels for some CPUs and one generic kernel for all others. With the generic kernel
en_core_web_sm 3.8 takes 1.3 to 1.4 times as long as with NumPy's OpenBLAS (40 news articles, one thread). On a CPU
for which BLIS has a tuned kernel the order may be reversed, so each process times both before it loads its models.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.language import Language

# Shape of the most expensive product in spaCy's small and medium models: a window of three vectors of width 96
# (288 columns), multiplied by the weights of 96 maxout units of 3 pieces. 256 rows stand for a batch of tokens.
_ROWS, _WIDTH = 256, 288
_TRIES = 5  # the minimum counts: other processes only ever add time


def use_faster(nlp: Language) -> None:
    """Set the operations of every CPU layer of a pipeline to those that :func:`faster` chose."""
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
    """Return thinc's operations with the faster multiplication on this CPU. Measured once per process, in milliseconds."""
    from thinc.api import NumpyOps

    return min((NumpyOps(use_blis=True), NumpyOps(use_blis=False)), key=seconds)


def seconds(ops: Any) -> float:
    """Return the duration of one multiplication of typical size with these operations: the minimum of several tries."""
    left, right = ops.alloc2f(_ROWS, _WIDTH), ops.alloc2f(_WIDTH, _WIDTH)
    left += 0.5  # neither zero nor denormal: those take a different time
    right += 0.25
    best = float("inf")
    for _ in range(_TRIES):
        started = time.perf_counter()
        ops.gemm(left, right)
        best = min(best, time.perf_counter() - started)
    return best


def product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the matrix product. A row of it does not depend on the other rows of ``left``, nor on their number: for a
    single row NumPy would call another routine (``gemv``), whose last bits differ."""
    result: NDArray[np.float32] = np.dot(np.repeat(left, 2, axis=0) if len(left) == 1 else left, right)
    return result[: len(left)]
