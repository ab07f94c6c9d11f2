"""Writes Grafana's dashboards: ``make dashboards``.

A dashboard is rows of panels; a panel is a title, a unit and PromQL queries with their legends. Positions, ids and the options that all
panels share are added here, so that a change of a query is a change of one line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "dashboards"
_WIDTH = 24  # Grafana's grid
# The variable of that name: any Prometheus that Grafana has, at first its default.
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_OF = '{instance=~"$instance"}'
_STAGE = '{instance=~"$instance", stage=~"$stage"}'
_SITE = '{instance=~"$instance", site=~"$site"}'


class Panel(NamedTuple):
    """A panel. ``queries``: PromQL and legend. ``kind``: Grafana's panel type."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    text: str = ""
    kind: str = "timeseries"
    stacked: bool = False
    red_above: float | None = None  # of a single figure


class Dashboard(NamedTuple):
    """A dashboard: rows of panels, each with its height, and variables: name, and the query of its values."""

    uid: str
    title: str
    rows: tuple[tuple[int, tuple[Panel, ...]], ...]
    variables: tuple[tuple[str, str], ...] = (("instance", "label_values(crawlmill_build_info, instance)"),)


def stat(title: str, unit: str, query: str, text: str = "", red_above: float | None = None) -> Panel:
    """A panel that shows one figure."""
    return Panel(title, unit, ((query, ""),), text, "stat", red_above=red_above)


def rate(name: str, by: str, window: str = "5m", of: str = _OF) -> str:
    """The rate of a counter a second, summed by labels."""
    return f"sum by ({by}) (rate({name}{of}[{window}]))"


def quantiles(name: str, by: str = "") -> tuple[tuple[str, str], ...]:
    """The median and the 95th and 99th percentile of a histogram."""
    labels = ", ".join(filter(None, ("le", by)))
    legend = f"{{{{{by}}}}} " if by else ""
    return tuple(
        (
            f"histogram_quantile({q}, sum by ({labels}) (rate({name}_bucket{_STAGE if by == 'stage' else _OF}[5m])))",
            f"{legend}p{q * 100:g}",
        )
        for q in ((0.95,) if by else (0.5, 0.95, 0.99))
    )


_PAGES = "crawlmill_pages_total"
_NO_COPIES = 'instance=~"$instance", reason!~"duplicate_.*"'

OVERVIEW = Dashboard(
    "crawlmill",
    "crawlmill: overview",
    (
        (
            4,
            (
                stat("Workers", "none", "count(crawlmill_build_info)"),
                stat("Pages a second", "cps", f"sum(rate({_PAGES}{_OF}[5m]))"),
                stat(
                    "Enriched", "percentunit",
                    f'sum(rate({_PAGES}{{instance=~"$instance", disposition="enriched"}}[5m])) / sum(rate({_PAGES}{_OF}[5m]))',
                ),
                stat(
                    "Error pages", "percentunit",
                    f'sum(rate({_PAGES}{{disposition="rejected", {_NO_COPIES}}}[5m])) / sum(rate({_PAGES}{{{_NO_COPIES}}}[5m]))',
                    "Of pages that are no duplicates.",
                ),
                stat("Behind", "s", "max(crawlmill_lag_seconds)", "Age of the oldest page that is not finished.", red_above=3_600),
                stat("Latency, p95", "s", f"histogram_quantile(0.95, sum by (le) (rate(crawlmill_page_latency_seconds_bucket{_OF}[5m])))"),
                stat("Dead letters, 1 h", "none", f'sum(increase({_PAGES}{{instance=~"$instance", disposition="deadletter"}}[1h]))', red_above=1),
                stat("Alerts", "none", 'count(ALERTS{alertname=~"Crawlmill.*", alertstate="firing"}) or vector(0)', red_above=1),
            ),
        ),
        (
            8,
            (
                Panel("Pages by disposition", "cps", ((rate(_PAGES, "disposition"), "{{disposition}}"),), stacked=True),
                Panel(
                    "Rejections by reason", "cps",
                    ((rate(_PAGES, "reason", of='{instance=~"$instance", disposition="rejected"}') + " > 0", "{{reason}}"),), stacked=True,
                ),
            ),
        ),
        (
            8,
            (
                Panel("Behind, by topic", "s", (("max by (topic) (crawlmill_lag_seconds)", "{{topic}}"),), "Age of the oldest message that is not finished."),
                Panel("Lag by topic", "none", (("crawlmill:lag_messages:sum", "{{topic}}"),), "Messages not yet committed; from kafka_exporter too, where it is scraped."),
                Panel("Latency from arrival to disposition", "s", quantiles("crawlmill_page_latency_seconds")),
            ),
        ),
    ),
)  # fmt: skip

STAGES = Dashboard(
    "crawlmill-stages",
    "crawlmill: stages",
    (
        (
            8,
            (
                Panel("Messages received", "cps", ((rate("crawlmill_messages_in_total", "stage", of=_STAGE), "{{stage}}"),)),
                Panel("Records sent", "cps", ((rate("crawlmill_messages_out_total", "topic"), "{{topic}}"),)),
                Panel("Bytes sent", "Bps", ((rate("crawlmill_bytes_out_total", "topic"), "{{topic}}"),)),
            ),
        ),
        (
            8,
            (
                Panel("Waiting before a stage, p95", "s", quantiles("crawlmill_queue_seconds", "stage"), "From the production of a message to the start of its processing."),
                Panel("Time in a stage, p95", "s", quantiles("crawlmill_stage_seconds", "stage"), "From receiving a message to the acknowledgement of its last record."),
                Panel("Local dedup", "s", quantiles("crawlmill_local_dedup_seconds")),
            ),
        ),
        (
            8,
            (
                Panel("In flight", "none", ((f"sum by (stage) (crawlmill_in_flight_messages{_STAGE})", "{{stage}}"),)),
                Panel("In flight, bytes", "bytes", ((f"sum by (stage) (crawlmill_in_flight_bytes{_STAGE})", "{{stage}}"),)),
                Panel("Seconds since the last success", "s", ((f"time() - max by (stage) (crawlmill_last_success_timestamp_seconds{_STAGE} > 0)", "{{stage}}"),)),
            ),
        ),
        (
            8,
            (
                Panel("Faults", "cps", ((rate("crawlmill_faults_total", "stage, fault", of=_STAGE) + " > 0 or sum(rate(crawlmill_pages_read_total[5m])) * 0", "{{stage}} {{fault}}"),), "Messages that became dead letters."),
                Panel("Retries", "cps", ((rate("crawlmill_retries_total", "stage, cause", of=_STAGE), "{{stage}} {{cause}}"),)),
                Panel("Not acknowledged", "cps", ((rate("crawlmill_not_acknowledged_total", "stage", of=_STAGE), "{{stage}}"),), "Left to redelivery, as their partition was revoked."),
            ),
        ),
        (
            8,
            (
                Panel("Dedup lookups", "cps", ((f"sum(rate(crawlmill_dedup_lookups_total{_OF}[5m]))", "lookups"),)),
                Panel("Documents forgotten by full buckets", "cps", ((f"sum(rate(crawlmill_dedup_evicted_total{_OF}[5m]))", "evicted"),)),
            ),
        ),
    ),
    (
        ("instance", "label_values(crawlmill_build_info, instance)"),
        ("stage", "label_values(crawlmill_messages_in_total, stage)"),
    ),
)  # fmt: skip

QUALITY = Dashboard(
    "crawlmill-quality",
    "crawlmill: sources and quality",
    (
        (
            8,
            (
                Panel("Share of error pages", "percentunit", (("crawlmill:error_share:ratio1h", "last hour"), ("crawlmill:error_share:usual or crawlmill:error_share:ratio1h", "usual")), "Of pages that are no duplicates. Usual: the mean of the past week."),
                Panel("Share of duplicates", "percentunit", ((f'sum by (reason) (rate({_PAGES}{{instance=~"$instance", reason=~"duplicate_.*"}}[1h])) / on () group_left () sum(rate({_PAGES}{_OF}[1h]))', "{{reason}}"),), stacked=True),
            ),
        ),
        (
            8,
            (
                Panel("Kept pages by type", "cps", ((rate("crawlmill_page_types_total", "page_type"), "{{page_type}}"),), stacked=True),
                Panel("Enriched pages by language", "cps", (("topk(12, " + rate("crawlmill_page_languages_total", "language") + ")", "{{language}}"),), stacked=True),
                Panel("Size of pages", "bytes", quantiles("crawlmill_page_bytes")),
            ),
        ),
        (
            10,
            (
                Panel("Sites: share of error pages", "percentunit", ((f"max by (site) (crawlmill_site_error_share{_SITE})", "{{site}}"),), "Those that changed, then the busiest: worker.metrics_sites of each worker."),
                Panel("Sites: above the usual share", "percentunit", ((f"max by (site) (crawlmill_site_error_share{_SITE}) - max by (site) (crawlmill_site_usual_error_share{_SITE})", "{{site}}"),)),
                Panel("Sites: pages lately", "none", ((f"sum by (site) (crawlmill_site_pages{_SITE})", "{{site}}"),), "Decayed with a half-life of 15 minutes."),
            ),
        ),
    ),
    (
        ("instance", "label_values(crawlmill_build_info, instance)"),
        ("site", "label_values(crawlmill_site_pages, site)"),
    ),
)  # fmt: skip

WORKERS = Dashboard(
    "crawlmill-workers",
    "crawlmill: workers",
    (
        (
            8,
            (
                Panel("CPU of workers' own processes", "none", ((f"sum by (instance) (rate(process_cpu_seconds_total{_OF}[5m]))", "{{instance}}"),), "Cores."),
                Panel("CPU of pools", "none", ((rate("crawlmill_pool_cpu_seconds_total", "instance"), "{{instance}}"),), "Cores, of all processes of a pool."),
                Panel("Processes replaced", "cps", ((rate("crawlmill_pool_processes_replaced_total", "cause"), "{{cause}}"),)),
            ),
        ),
        (
            8,
            (
                Panel("Memory of workers' own processes", "bytes", ((f"process_resident_memory_bytes{_OF}", "{{instance}}"),)),
                Panel("Memory of pool processes", "bytes", ((f"crawlmill_pool_resident_memory_bytes{_OF}", "{{instance}} {{process}}"),), "What they share is counted in each."),
                Panel("Free disk of the dedup table", "percentunit", ((f"crawlmill_state_disk_free_bytes{_OF} / crawlmill_state_disk_size_bytes{_OF}", "{{instance}}"),)),
            ),
        ),
        (
            8,
            (
                Panel("Commits", "cps", ((rate("crawlmill_commits_total", "instance, result"), "{{instance}} {{result}}"),)),
                Panel("Rebalances, 1 h", "none", ((f"sum by (instance) (increase(crawlmill_rebalances_total{_OF}[1h]))", "{{instance}}"),)),
                Panel("Age of the last heartbeat", "s", ((f"crawlmill_heartbeat_age_seconds{_OF}", "{{instance}}"),)),
            ),
        ),
        (
            8,
            (
                Panel("Changelog records still to restore", "none", ((f"sum by (instance) (crawlmill_recovery_remaining_messages{_OF}) or sum by (instance) (crawlmill_build_info{_OF}) * 0", "{{instance}}"),)),
                Panel("State not as expected", "none", ((f"sum by (instance, event) (crawlmill_state_events_total{_OF})", "{{instance}} {{event}}"),)),
                Panel("Partitions", "none", (("max by (topic) (crawlmill_topic_partitions)", "{{topic}}"), ("max by (topic) (crawlmill_unused_partitions)", "{{topic}} unused"))),
                Panel("Pool processes", "none", ((f"crawlmill_pool_processes{_OF}", "{{instance}}"),)),
            ),
        ),
        (
            8,
            (
                Panel("Spans", "cps", ((rate("crawlmill_trace_spans_total", "result"), "{{result}}"),), "What became of the spans of traces; none without traces.enabled."),
            ),
        ),
    ),
)  # fmt: skip

DASHBOARDS = (OVERVIEW, STAGES, QUALITY, WORKERS)


def render(dashboard: Dashboard) -> str:
    """The dashboard as Grafana's JSON."""
    panels: list[dict[str, Any]] = []
    y = 0
    for height, row in dashboard.rows:
        for number, panel in enumerate(row):
            left, right = (_WIDTH * at // len(row) for at in (number, number + 1))
            place = {"h": height, "w": right - left, "x": left, "y": y}
            panels.append(_panel(panel, len(panels) + 1, place))
        y += height
    document = {
        "uid": dashboard.uid, "title": dashboard.title, "tags": ["crawlmill"], "timezone": "browser", "schemaVersion": 41,
        "refresh": "10s", "time": {"from": "now-1h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["crawlmill"], "title": "crawlmill", "asDropdown": False, "includeVars": True, "keepTime": True}],
        "templating": {"list": [_CHOICE, *(_variable(*variable) for variable in dashboard.variables)]},
        "panels": panels,
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


_CHOICE = {
    "name": "datasource", "label": "data source", "type": "datasource", "query": "prometheus",
    "current": {"text": "default", "value": "default"},
}  # fmt: skip


def _variable(name: str, query: str) -> dict[str, Any]:
    return {
        "name": name, "label": name, "type": "query", "datasource": _SOURCE, "query": {"query": query, "refId": name},
        "refresh": 2, "sort": 1, "includeAll": True, "multi": True, "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
    }  # fmt: skip


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0}
    if panel.kind == "stat":
        steps = [{"color": "green", "value": None}]
        if panel.red_above is not None:
            steps.append({"color": "red", "value": panel.red_above})  # type: ignore[dict-item]
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
        options: dict[str, Any] = {"reduceOptions": {"calcs": ["lastNotNull"]}, "graphMode": "area"}
    else:
        defaults["custom"] = {"fillOpacity": 20, "stacking": {"mode": "normal" if panel.stacked else "none"}}
        options = {
            "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull"]},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    return {
        "id": number, "title": panel.title, "type": panel.kind, "description": panel.text, "datasource": _SOURCE, "gridPos": place,
        "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options, "targets": _targets(panel.queries),
    }  # fmt: skip


def _targets(queries: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"refId": chr(ord("A") + number), "expr": expression, "legendFormat": legend, "exemplar": "_bucket" in expression}
        for number, (expression, legend) in enumerate(queries)
    ]  # fmt: skip


def main() -> None:
    """Write all dashboards."""
    for dashboard in DASHBOARDS:
        (FOLDER / f"{dashboard.uid}.json").write_text(render(dashboard), "utf-8")


if __name__ == "__main__":
    main()
