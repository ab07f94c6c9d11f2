"""Read what crawlmill has made as typed records, with a group that remembers what it has read.

python examples/consume_typed.py --broker 127.0.0.1:9092 --count 5
"""

from __future__ import annotations

import argparse

from streams.client import Consumer


def consume(broker: str, group: str, count: int) -> None:
    with Consumer("enriched", broker, group=group) as pages:
        for received in pages:
            page = received.record
            if page is None:
                print(f"{received.key} is gone")
            else:
                print(f"{page.site}: {page.title} [{page.language}], quotations: {len(page.quotes)}")
            count -= 1
            if not count:
                break


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--broker", default="127.0.0.1:9092")
    parser.add_argument("--group", default="example-typed")
    parser.add_argument("--count", type=int, default=10, help="stop after so many records")
    given = parser.parse_args()
    consume(given.broker, given.group, given.count)


if __name__ == "__main__":
    main()
