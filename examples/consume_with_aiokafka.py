"""Read pages.enriched with aiokafka, as typed records.

python examples/consume_with_aiokafka.py --broker 127.0.0.1:9092 --count 5
"""

from __future__ import annotations

import argparse
import asyncio

from aiokafka import AIOKafkaConsumer

from streams.records import Enriched, decode


async def consume(broker: str, topic: str, group: str, count: int) -> None:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,  # committed below, when a batch is dealt with
    )
    await consumer.start()
    try:
        while count > 0:
            batches = await consumer.getmany(timeout_ms=1_000, max_records=count)
            for message in (message for batch in batches.values() for message in batch):
                # At least once: the same page can come again after a crash, with the same id and the same content.
                page = decode(message.value, Enriched)
                names = ", ".join(entity.text for entity in page.entities[:3])
                print(f"{page.site}: {page.title} [{page.language}] {names}")
                count -= 1
            if batches:
                await consumer.commit()
    finally:
        await consumer.stop()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--broker", default="127.0.0.1:9092")
    parser.add_argument("--topic", default="pages.enriched")
    parser.add_argument("--group", default="example-aiokafka")
    parser.add_argument("--count", type=int, default=10, help="stop after so many records")
    given = parser.parse_args()
    asyncio.run(consume(given.broker, given.topic, given.group, given.count))


if __name__ == "__main__":
    main()
