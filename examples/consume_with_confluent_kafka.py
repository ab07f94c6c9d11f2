"""Read pages.quotes with confluent-kafka, as plain JSON: nothing of crawlmill is imported.

pip install confluent-kafka
python examples/consume_with_confluent_kafka.py --broker 127.0.0.1:9092 --count 5
"""

from __future__ import annotations

import argparse
import json

from confluent_kafka import Consumer, KafkaException


def consume(broker: str, topic: str, group: str, count: int) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",  # no difference at least once; needed with exactly_once
        }
    )
    consumer.subscribe([topic])
    try:
        while count > 0:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            # Keys name the fact: a compacted topic keeps the newest version of each. A null value deletes one.
            value = message.value()
            if value is not None:
                fact = json.loads(value)
                said = fact["quote"]
                print(f"{said['speaker'] or 'somebody'}: {said['quote']} ({fact['title']}, {fact['site']})")
                count -= 1
            consumer.commit(message=message, asynchronous=False)
    finally:
        consumer.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--broker", default="127.0.0.1:9092")
    parser.add_argument("--topic", default="pages.quotes")
    parser.add_argument("--group", default="example-confluent")
    parser.add_argument("--count", type=int, default=10, help="stop after so many records")
    given = parser.parse_args()
    consume(given.broker, given.topic, given.group, given.count)


if __name__ == "__main__":
    main()
