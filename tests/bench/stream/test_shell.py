"""The two rates of a worker's own process are the plane through what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.stream import shell
from benchmarks.stream.mill_run import Streamed


def test_pages_and_records_are_told_apart() -> None:
    def run(pages: int, records: float) -> Streamed:
        values: dict[str, Any] = dict.fromkeys(Streamed.__struct_fields__, 0)
        return Streamed(
            **values
            | {"pages": pages, "records": records, "cpu_workers": (5 * pages + 0.4 * records) / 1_000}
        )

    assert shell.fitted([run(40, 80), run(20, 900), run(40, 80), run(20, 1_000)]) == pytest.approx((5, 0.4))
