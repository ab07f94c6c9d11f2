"""The share of error pages by site, of lately and as usual, for the sites that matter most at a scrape.

Sites come from pages, so that their number has no bound: a fixed number is remembered, the least recently seen is forgotten, and
fewer still are exported. Counts decay exponentially, as in a moving average: a page of one half-life ago counts half.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_REMEMBERED = 5_000  # sites: about 2 MB
_LATELY_SECONDS, _USUAL_SECONDS = 900.0, 86_400.0  # half-lives


class _Site:
    """Decayed numbers of pages and of error pages of one site."""

    __slots__ = ("at", "errors", "pages", "usual_errors", "usual_pages")

    def __init__(self, at: float) -> None:
        self.at = at
        self.pages = self.errors = self.usual_pages = self.usual_errors = 0.0

    def decay(self, now: float) -> None:
        """Bring the counts to ``now``."""
        passed = max(0.0, now - self.at)
        lately, usual = (math.exp2(-passed / half) for half in (_LATELY_SECONDS, _USUAL_SECONDS))
        self.pages *= lately
        self.errors *= lately
        self.usual_pages *= usual
        self.usual_errors *= usual
        self.at = now

    def add(self, is_error: bool) -> None:
        """Count one page."""
        self.pages += 1
        self.usual_pages += 1
        self.errors += is_error
        self.usual_errors += is_error

    @property
    def jump(self) -> float:
        """By how much the share of errors is above the usual one, weighted by the number of pages it is seen on."""
        if not self.pages:
            return 0.0
        return (self.errors / self.pages - self.usual_errors / self.usual_pages) * min(1.0, self.pages / 20)


class SiteShares(Collector):
    """Counts the pages of each site and exports ``shown`` sites: first those whose share of errors jumped, then the busiest."""

    def __init__(self, shown: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._shown = shown
        self._clock = clock
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    def add(self, site: str, is_error: bool) -> None:
        """Count a page that was enriched, or rejected as an error page; duplicates say nothing about a site."""
        if not self._shown or not site:
            return
        now = self._clock()
        known = self._sites.pop(site, None) or _Site(now)
        self._sites[site] = known
        if len(self._sites) > _REMEMBERED:
            self._sites.popitem(last=False)
        known.decay(now)
        known.add(is_error)

    def collect(self) -> Iterable[Metric]:
        """The gauges of the sites shown."""
        pages = GaugeMetricFamily(
            "crawlmill_site_pages",
            "Pages of a site lately, decayed with a half-life of 15 minutes.",
            labels=("site",),
        )
        share = GaugeMetricFamily(
            "crawlmill_site_error_share",
            "Share of error pages among the pages of a site lately.",
            labels=("site",),
        )
        usual = GaugeMetricFamily(
            "crawlmill_site_usual_error_share",
            "Share of error pages among the pages of a site, decayed with a half-life of a day.",
            labels=("site",),
        )
        now = self._clock()
        for known in self._sites.values():
            known.decay(now)
        ranked = sorted(
            self._sites.items(), key=lambda item: (-max(0.0, item[1].jump), -item[1].pages, item[0])
        )
        for site, known in ranked[: self._shown]:
            if known.pages > 0 and known.usual_pages > 0:
                pages.add_metric((site,), known.pages)
                share.add_metric((site,), known.errors / known.pages)
                usual.add_metric((site,), known.usual_errors / known.usual_pages)
        return (pages, share, usual)
