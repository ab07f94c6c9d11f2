"""Scrapy: a pipeline that sends the pages of a crawl to pages.raw, and the item that a spider yields for one.

In the settings of a Scrapy project, with ``pip install crawlmill[scrapy]``::

    ITEM_PIPELINES = {"streams.scrapy.KafkaPipeline": 900}

and in a spider::

    from streams.scrapy import page

    def parse(self, response):
        yield page(response)

Items of one's own are sent too where they have an address and a body under a usual name (docs/intake.md); others are passed on
untouched and counted. Where to send is the settings file's, the environment's, or Scrapy's ``CRAWLMILL_CONFIG`` and
``CRAWLMILL_SET`` (a list of ``section.name=value``).
"""

from __future__ import annotations

import asyncio
import base64
import datetime
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from streams import intake, topics
from streams.errors import BadRecord, BrokerUnavailable
from streams.feeding.address import host_key
from streams.feeding.fit import fit
from streams.records import Message
from streams.runtime.kafka import clients
from streams.settings import Settings, load

log = logging.getLogger(__name__)

_IN_FLIGHT = 256  # pages sent and not acknowledged: beyond it the crawl waits for the broker
_NOT_A_PAGE, _TOO_LARGE, _SENT, _REFUSED = (
    f"crawlmill/{name}" for name in ("not_a_page", "too_large", "pages", "refused")
)


def page(response: Response, **attrs: Any) -> dict[str, Any]:
    """The item for a response: address before and after redirects, status, headers, time, body. ``attrs`` are carried through."""
    request = response.request
    meta: Mapping[str, Any] = {} if request is None else request.meta
    redirects = list(meta.get("redirect_urls", ()))
    headers: dict[str, list[str]] = {}
    for name, values in response.headers.items():
        headers[name.decode("latin-1").lower()] = [value.decode("latin-1") for value in values]
    found: dict[str, Any] = {
        "url": redirects[0] if redirects else response.url,
        "final_url": response.url,
        "status": response.status,
        "headers": headers,
        "fetched_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        "body": base64.b64encode(response.body).decode("ascii"),
        "source": {
            "crawler": "scrapy",
            "depth": meta.get("depth"),
            "redirects": redirects,
            "referer": _referer(response),
        },
    }
    return found | ({"attrs": attrs} if attrs else {})


def _referer(response: Response) -> str | None:
    value = None if response.request is None else response.request.headers.get("Referer")
    return None if value is None else value.decode("latin-1")


class KafkaPipeline:
    """Sends items that are pages to pages.raw. The crawl waits while the broker is slow, and ends when all is acknowledged.

    Statistics: ``crawlmill/pages`` acknowledged, ``crawlmill/not_a_page``, ``crawlmill/too_large``, ``crawlmill/refused``. When the
    broker fails, the spider is closed with the reason ``broker_unavailable``.
    """

    def __init__(self, crawler: Crawler, settings: Settings) -> None:
        self._crawler = crawler
        self._settings = settings
        self._topic = topics.full_name(settings, topics.RAW)
        self._producer: AIOKafkaProducer | None = None
        self._opening: asyncio.Lock | None = None
        self._room: asyncio.Semaphore | None = None
        self._waiting: set[asyncio.Future[object]] = set()
        self._failed = False
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it with Scrapy's settings. Raises :class:`NotConfigured` without asyncio's reactor."""
        if crawler.settings.get("TWISTED_REACTOR", "").rpartition(".")[2] != "AsyncioSelectorReactor":
            raise NotConfigured(
                "streams.scrapy.KafkaPipeline needs asyncio: set TWISTED_REACTOR = "
                '"twisted.internet.asyncioreactor.AsyncioSelectorReactor", which is the default of new projects'
            )
        path = crawler.settings.get("CRAWLMILL_CONFIG")
        overrides = crawler.settings.getlist("CRAWLMILL_SET")
        return cls(crawler, load(Path(path) if path else None, overrides=overrides))

    async def process_item(self, item: Any, spider: Spider | None = None) -> Any:
        """Send an item; returns it, for the pipelines behind. Waits while too many pages are not acknowledged."""
        message = self._message(item)
        if message is None or self._failed:
            return item
        try:
            producer, room = await self._open()
            await room.acquire()
            sent = await producer.send(
                self._topic, message.value, key=message.key, headers=list(message.headers)
            )
        except (KafkaError, BrokerUnavailable) as error:
            self._give_up(error)
            return item
        self._waiting.add(sent)
        sent.add_done_callback(self._acknowledged)
        return item

    async def close_spider(self, spider: Spider | None = None) -> None:
        """Wait for all acknowledgements and disconnect."""
        if self._producer is None:
            return
        await asyncio.gather(*self._waiting, return_exceptions=True)
        await self._producer.stop()

    async def _open(self) -> tuple[AIOKafkaProducer, asyncio.Semaphore]:
        """Connect with the first page, in the running loop."""
        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            if self._producer is None:
                _quieten()
                producer = AIOKafkaProducer(**clients.producer_options(self._settings), linger_ms=5)
                try:
                    await producer.start()
                except (TimeoutError, KafkaError, OSError) as error:
                    await producer.stop()
                    raise await clients.unavailable(self._settings, error) from error
                self._room = asyncio.Semaphore(_IN_FLIGHT)
                self._producer = producer
        if self._room is None:
            raise BrokerUnavailable("the pipeline is closed")
        return self._producer, self._room

    def _message(self, item: Any) -> Message | None:
        """The item as a message for pages.raw; None, counted, where it is no page, or too large even gzipped."""
        fields = {
            name: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
            for name, value in ItemAdapter(item).asdict().items()
        }
        try:
            value = msgspec.json.encode(fields, enc_hook=str)
            url = intake.read(Message(value=value)).url
        except (BadRecord, TypeError, ValueError) as error:
            self._count(_NOT_A_PAGE)
            log.debug("not sent: %s", error)
            return None
        message = fit(Message(value=value, key=host_key(url)), self._settings.kafka.max_message_bytes)
        if message is None:
            self._count(_TOO_LARGE)
            log.warning("not sent, larger than kafka.max_message_bytes even gzipped: %s", url)
        return message

    def _acknowledged(self, sent: asyncio.Future[object]) -> None:
        self._waiting.discard(sent)
        if self._room is not None:
            self._room.release()
        if sent.cancelled() or (error := sent.exception()) is None:
            self._count(_SENT)
        elif isinstance(error, KafkaError):
            self._count(_REFUSED)
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Close the spider: what it would fetch from now on would be lost."""
        if self._failed:
            return
        self._failed = True
        log.error("pages cannot be sent, the crawl ends: %s", error)
        engine = self._crawler.engine
        if engine is not None:
            self._closing = asyncio.ensure_future(_closed(engine, self._crawler.spider))

    def _count(self, name: str) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(name)


def _quieten() -> None:
    """Keep aiokafka's debug records, which have each message whole, out of Scrapy's log, whose level is DEBUG by default."""
    kafka = logging.getLogger("aiokafka")
    if kafka.level == logging.NOTSET:
        kafka.setLevel(logging.INFO)


async def _closed(engine: Any, spider: Any) -> None:
    reason = "broker_unavailable"
    if hasattr(engine, "close_spider_async"):
        await engine.close_spider_async(reason=reason)
    else:  # Scrapy before 2.14
        engine.close_spider(spider, reason)
