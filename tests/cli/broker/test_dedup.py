"""The dedup table on the command line."""

from __future__ import annotations

import pytest
from cli.run import NO_BROKER, invoke


def test_the_table_is_emptied_only_when_that_is_confirmed() -> None:
    done = invoke(*NO_BROKER, "dedup", "forget", stdin="n\n")
    assert done.exit_code == 1
    assert "Aborted" in done.output


@pytest.mark.parametrize("arguments", [("forget", "--yes"), ("warm",)])
def test_without_a_broker_the_exit_code_is_3(arguments: tuple[str, ...]) -> None:
    assert invoke(*NO_BROKER, "dedup", *arguments).exit_code == 3
