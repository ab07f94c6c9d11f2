"""Both fuzzers over every target, each in a process of its own with limits: ``make fuzz MINUTES=15``.

A finding is printed with the input that breaks the target, stays under ``build/fuzz``, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from pathlib import Path

from fuzz.targets import TARGETS

_SECONDS_PER_INPUT = 10
_MEMORY = 2_048  # MB a process may hold; one that has imported everything holds 200
_ADDRESSES = 8_000_000_000  # bytes of address space for the process without libFuzzer's own limit
_GRACE = 120  # seconds beyond its time after which a process counts as hung


def main() -> None:
    """Run them all, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=15, help="for each of the runs")
    parser.add_argument("--target", choices=sorted(TARGETS), action="append", help="all when none is named")
    parser.add_argument(
        "--engine", choices=("shapes", "coverage"), action="append", help="both when none is named"
    )
    arguments = parser.parse_args()
    broken = [
        f"{engine} {target}"
        for target in arguments.target or sorted(TARGETS)
        for engine in arguments.engine or ("shapes", "coverage")
        if not _run(engine, target, int(60 * arguments.minutes))
    ]
    if broken:
        raise SystemExit(f"broken: {', '.join(broken)}; the output above and build/fuzz hold the inputs")


def _run(engine: str, target: str, seconds: int) -> bool:
    """True when the target stood it."""
    folder = Path("build/fuzz") / target
    folder.mkdir(parents=True, exist_ok=True)
    if engine == "shapes":
        command = ["fuzz.shapes", target, str(seconds), str(_SECONDS_PER_INPUT)]
    else:
        limits = [f"-max_total_time={seconds}", f"-timeout={_SECONDS_PER_INPUT}", f"-rss_limit_mb={_MEMORY}"]
        more = [
            "-max_len=40000",
            f"-artifact_prefix={folder}/found-",
            f"-dict={Path(__file__).parent / 'html.dict'}",
        ]
        command = ["fuzz.coverage", target, str(folder / "corpus"), *limits, *more]
    print(f"== {engine} {target}, {seconds} s", flush=True)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", *command],
            timeout=seconds + _GRACE,
            check=False,
            preexec_fn=_limit_memory if engine == "shapes" else None,
        )
    except subprocess.TimeoutExpired:
        print(f"== {engine} {target} hangs", flush=True)
        return False
    return ended.returncode == 0


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))


if __name__ == "__main__":
    main()
