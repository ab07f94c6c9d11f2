"""The poison test: send random malformed messages among good pages through a worker, and report their outcomes.

    make poison-test MESSAGES=20000 SEED=1

Every message must get exactly one disposition, every good page must be enriched, and the worker must not exit. Uses the
embedded broker unless --broker names Apache Kafka; see docs/reliability.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from live.brokers import own
from poison.run import Poisoned


def main() -> None:
    """Run the test, print its report, exit with 1 when something is wrong."""
    parser = argparse.ArgumentParser(
        prog="make poison-test", description="Send random poison among good pages."
    )
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--broker", choices=("embedded", "apache"), default="embedded")
    parser.add_argument(
        "--exactly-once", action="store_true", help="with transactions: needs --broker apache"
    )
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    print(f"seed {seed}, {arguments.messages} messages on the {arguments.broker} broker", flush=True)
    folder, started = Path(tempfile.mkdtemp(prefix="crawlmill-poison-")), time.monotonic()
    guarantee = "exactly_once" if arguments.exactly_once else "at_least_once"
    with own(arguments.broker, folder) as broker:
        run = Poisoned(broker.address, folder, seed, processing_guarantee=guarantee)
        report = asyncio.run(run.run(arguments.messages))
    minutes = round((time.monotonic() - started) / 60, 1)
    print(json.dumps(report._asdict() | {"minutes": minutes, "log": str(folder / "worker-0.log")}, indent=2))
    if report.wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
