"""A stage of your own: pages.enriched -> pages.by_place, one short record for each place that a page names.

    CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 faust -A examples.add_a_stage worker --without-web

It is a Faust app beside the mill, in a consumer group of its own, so it can be added, stopped and replaced without
touching the mill, and reads the topic from its beginning when it is new.
"""

from __future__ import annotations

from typing import Any

import faust
import msgspec

from streams.records import Enriched, decode
from streams.settings import load

settings = load()
kafka = settings.kafka

app = faust.App(
    f"{kafka.topic_prefix}by-place",
    broker=";".join(f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",")),
    key_serializer="raw",
    value_serializer="raw",
    consumer_auto_offset_reset="earliest",
    consumer_max_fetch_size=kafka.max_message_bytes,
    broker_session_timeout=kafka.session_timeout_seconds,  # Faust's own is 60: partitions of a dead stage wait for so long
    topic_disable_leader=True,
)
enriched = app.topic(f"{kafka.topic_prefix}pages.enriched", value_type=bytes, value_serializer="raw")
by_place = app.topic(
    f"{kafka.topic_prefix}pages.by_place", value_type=bytes, value_serializer="raw", partitions=1
)  # on a cluster, add replicas=3


@app.agent(enriched)
async def name_places(stream: Any) -> None:
    """Send a record for each place; ``await`` until the broker has it, or Faust acknowledges the page too early."""
    await by_place.maybe_declare()  # Faust waits for ever for a topic that neither it nor the broker creates
    async for value in stream:
        page = decode(value, Enriched)
        for place in (entity for entity in page.entities if entity.label in ("GPE", "LOC")):
            record = {
                "place": place.text,
                "url": page.url,
                "title": page.title,
                "mentions": len(place.mentions),
            }
            sent = await by_place.send(key=place.text.encode(), value=msgspec.json.encode(record))
            await sent
