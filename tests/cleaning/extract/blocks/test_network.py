"""Networks over the blocks of a page."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.network import DILATIONS, LAYERS, Networks, Preparation, with_logit

COLUMNS, WIDTH = 5, 4

#: Prints the processor time of the scores of a long page, and how much of it other threads took.
_THREADS = """
import time
import numpy as np
from streams.cleaning.extract.blocks.model import model

networks = model().networks
columns = int(networks.preparation.columns.max())
rows = np.random.default_rng(0).random((3000, columns), np.float32)
whole, own = time.process_time(), time.thread_time()
for _ in range(10):
    networks.scores(rows, rows[:, 0].astype(np.float64))
whole, own = time.process_time() - whole, time.thread_time() - own
print(whole, whole - own)
"""


def arrays(networks: int, seed: int = 0) -> dict[str, npt.NDArray[np.generic]]:
    random = np.random.default_rng(seed)
    found: dict[str, npt.NDArray[np.generic]] = {
        "net_columns": np.arange(COLUMNS),
        "net_low": np.full(COLUMNS, -9.0),
        "net_high": np.full(COLUMNS, 9.0),
        "net_scale": np.zeros(COLUMNS),
        "net_mean": np.zeros(COLUMNS),
        "net_deviation": np.ones(COLUMNS),
    }
    inputs = dict.fromkeys(LAYERS, 2 * WIDTH) | {"input": COLUMNS, "skip": COLUMNS, "last": WIDTH}
    inputs |= {f"around{k}": 3 * WIDTH for k in range(len(DILATIONS))}
    inputs |= {f"out{k}": WIDTH for k in range(len(DILATIONS))}
    for name in LAYERS:
        outputs = 1 if name in ("last", "skip") else WIDTH
        found[f"net_{name}_weights"] = random.normal(size=(networks, inputs[name], outputs))
        found[f"net_{name}_bias"] = random.normal(size=(networks, outputs))
    return found


def page(blocks: int, seed: int = 1) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    return random.normal(size=(blocks, COLUMNS - 1)).astype(np.float32), random.random(blocks)


def test_several_networks_say_their_mean() -> None:
    both, one, other = arrays(2), arrays(2), arrays(2)
    for name in LAYERS:
        for part in ("weights", "bias"):
            key = f"net_{name}_{part}"
            one[key], other[key] = both[key][:1], both[key][1:]
    rows, chance = page(40)
    mean = (Networks(one).scores(rows, chance) + Networks(other).scores(rows, chance)) / 2
    assert np.allclose(Networks(both).scores(rows, chance), mean, atol=1e-4)


def test_pages_shorter_than_the_farthest_step_have_scores() -> None:
    for blocks in range(1, 40):
        assert Networks(arrays(1)).scores(*page(blocks)).shape == (blocks,)


def test_the_order_of_blocks_matters() -> None:
    rows, chance = page(40)
    found = Networks(arrays(1)).scores(rows, chance)
    turned = Networks(arrays(1)).scores(rows[::-1], chance[::-1])[::-1]
    assert not np.allclose(found, turned)


def test_columns_are_cut_off_taken_as_logarithms_and_scaled() -> None:
    some = {
        "columns": [0, 2],
        "low": [0, -1],
        "high": [7, 1],
        "scale": [1, 0],
        "mean": [1, 0.5],
        "deviation": [2, 0.5],
    }
    prepared = Preparation({f"net_{name}": np.array(value) for name, value in some.items()})
    found = prepared.of(np.array([[7.0, 99, 0.75], [50, 99, -3]], np.float32))
    assert np.allclose(found, [[(np.log(8) - 1) / 2, 0.5], [(np.log(8) - 1) / 2, -3]])


def test_the_logit_of_a_sure_block_is_bounded() -> None:
    found = with_logit(np.zeros((3, 1), np.float32), np.array([0.0, 0.5, 1.0]))
    assert np.allclose(found[:, 1], [-9.2102, 0, 9.2102], atol=1e-3)


def test_no_threads_are_woken_for_products_as_small_as_these() -> None:
    variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    command = [sys.executable, "-c", _THREADS]
    said = subprocess.run(
        command, env=os.environ | variables, capture_output=True, text=True, check=True
    ).stdout
    whole, others = map(float, said.split())
    assert others < whole / 20
