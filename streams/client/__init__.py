"""For programs that read what crawlmill has made: typed records of its topics.

>>> from streams.client import Consumer
>>> with Consumer("enriched", "127.0.0.1:9092", to_end=True) as pages:    # doctest: +SKIP
...     titles = [received.record.title for received in pages]
"""

from streams.client.consumer import Consumer
from streams.client.reader import Start
from streams.client.received import RECORDS, Received

__all__ = ["RECORDS", "Consumer", "Received", "Start"]
