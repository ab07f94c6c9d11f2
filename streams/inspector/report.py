"""A report on a crawl: one HTML file that needs nothing else. Counts are of all pages, however many; samples are kept of each outcome."""

from __future__ import annotations

import base64
import hashlib
import heapq
from collections import Counter, defaultdict
from typing import NamedTuple

import msgspec
from markupsafe import Markup

from streams.inspector.entries import Entry
from streams.inspector.render import render, static
from streams.inspector.tally import MINUTE, OTHER, Share, Tally, Timeline, shares
from streams.records import Disposition, Evidence

_SAMPLES = 5  # of each outcome
_SITES, _MOST_SITES = 30, 20_000  # shown, and counted apart
_CLUSTERS, _MOST_CLUSTERS, _MEMBERS = 20, 50_000, 8  # shown, counted apart, and shown of each
_SLOWEST = 10
_EXCERPT = 400  # characters of a sample's text
_STEPS = 48  # columns over time at most
_PERCENTILES = (50, 95, 99)
_TIMES = 100_000  # CPU times kept of each stage, of the newest pages, for percentiles


class _Shown(msgspec.Struct):
    """What a sample shows of its record."""

    evidence: list[Evidence] = []
    text: str = ""
    excerpt: str = ""


class Sample(NamedTuple):
    """A page as an example of its outcome."""

    entry: Entry
    evidence: list[Evidence]
    text: str


class SiteShares(NamedTuple):
    """What became of one site's pages."""

    name: str
    pages: int
    shares: list[Share]


class StageTime(NamedTuple):
    """CPU seconds of one stage: in all, a page on average, and percentiles."""

    stage: str
    total: float
    mean: float
    percentiles: dict[int, float]


class Cluster(NamedTuple):
    """Copies of one another: how many, and some of them."""

    name: str
    pages: int
    entries: list[Entry]


class Report:
    """Collects entries, of any number in bounded memory, and writes the file."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.unread = 0  # lines or records that are no dispositions
        self._sites: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._samples: defaultdict[str, list[Entry]] = defaultdict(list)
        self._clusters: Counter[str] = Counter()
        self._members: defaultdict[str, list[Entry]] = defaultdict(list)
        self._minutes: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._times: dict[str, list[float]] = {"clean": [], "enrich": []}
        self._slowest: list[tuple[float, int, Entry]] = []

    def add(self, entry: Entry) -> None:
        """Count one page."""
        self.tally.add(entry)
        site = entry.site if entry.site in self._sites or len(self._sites) < _MOST_SITES else OTHER
        if site:
            self._sites[site][entry.label] += 1
        if entry.at:
            self._minutes[entry.label][entry.at // MINUTE] += 1
        self._time(entry)
        self._cluster(entry)
        if not self._sample(entry):
            entry.value = None

    def _time(self, entry: Entry) -> None:
        for stage, seconds in (("clean", entry.clean_seconds), ("enrich", entry.enrich_seconds)):
            times = self._times[stage]
            if seconds and len(times) < _TIMES:
                times.append(seconds)
        item = (entry.clean_seconds + entry.enrich_seconds, self.tally.pages, entry)
        (heapq.heappush if len(self._slowest) < _SLOWEST else heapq.heappushpop)(self._slowest, item)

    def _cluster(self, entry: Entry) -> None:
        name = entry.cluster
        if not name or (name not in self._clusters and len(self._clusters) >= _MOST_CLUSTERS):
            return
        self._clusters[name] += 1
        if len(self._members[name]) < _MEMBERS:
            self._members[name].append(entry)

    def _sample(self, entry: Entry) -> bool:
        """Keep an entry with its record as a sample; one of a new site takes the place of a second one of a site."""
        kept = self._samples[entry.label]
        if len(kept) < _SAMPLES:
            kept.append(entry)
            return True
        sites = [one.site for one in kept]
        if entry.site in sites:
            return False
        double = next((number for number, site in enumerate(sites) if sites.count(site) > 1), None)
        if double is None:
            return False
        kept[double].value = None
        kept[double] = entry
        return True

    def html(self, title: str) -> str:
        """The report as one HTML file."""
        css = static("style.css").decode()
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        return render(
            "report",
            title=title,
            css=Markup(css),  # nosec B704 - our own file, the same for every report
            policy=f"default-src 'none'; style-src 'sha256-{digest}'",
            report=self,
            shares=shares(self.tally.labels),
            timeline=self._timeline(),
            types=shares(self.tally.types),
            languages=shares(self.tally.languages, 30),
            statuses=shares(self.tally.statuses, 20),
            sites=self._site_rows(),
            samples=[
                (share, [_shown(entry) for entry in self._samples[share.label]])
                for share in shares(self.tally.labels)
            ],
            clusters=self._cluster_rows(),
            times=[time for stage in self._times if (time := self._stage_time(stage)) is not None],
            slowest=[entry for seconds, _, entry in sorted(self._slowest, reverse=True) if seconds],
        )

    def _site_rows(self) -> list[SiteShares]:
        largest = heapq.nlargest(_SITES, self._sites.items(), key=lambda item: item[1].total())
        return [SiteShares(name, counts.total(), shares(counts)) for name, counts in largest]

    def _cluster_rows(self) -> list[Cluster]:
        return [
            Cluster(name, pages, self._members[name])
            for name, pages in self._clusters.most_common(_CLUSTERS)
            if pages > 1
        ]

    def _stage_time(self, stage: str) -> StageTime | None:
        times = sorted(self._times[stage])
        if not times:
            return None
        at = {percent: times[min(len(times) - 1, len(times) * percent // 100)] for percent in _PERCENTILES}
        return StageTime(stage, sum(times), sum(times) / len(times), at)

    def _timeline(self) -> Timeline | None:
        """The pages over time; None where all are of one minute, or of none."""
        known = {minute for counts in self._minutes.values() for minute in counts}
        if len(known) < 2:
            return None
        first, last = min(known), max(known)
        step = -(-(last - first + 1) // _STEPS)
        labels = {}
        for label, counts in self._minutes.items():
            columns = [0] * ((last - first) // step + 1)
            for minute, number in counts.items():
                columns[(minute - first) // step] += number
            labels[label] = columns
        return Timeline(first * MINUTE, step * MINUTE, labels)


def _shown(entry: Entry) -> Sample:
    """A sample with its evidence and the beginning of its text."""
    if entry.value is None or entry.disposition == Disposition.DEADLETTER:
        return Sample(entry, [], "")
    try:
        found = msgspec.json.decode(entry.value, type=_Shown)
    except msgspec.MsgspecError:
        return Sample(entry, [], "")
    return Sample(entry, found.evidence, (found.text or found.excerpt)[:_EXCERPT])
