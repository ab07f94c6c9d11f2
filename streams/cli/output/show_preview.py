"""What ``crawlmill feed --dry-run`` prints: what would be fed by kind of record, type and host, and what would be skipped."""

from __future__ import annotations

import sys
from typing import Any

from rich.markup import escape
from rich.table import Table

from streams.cli.output import summary
from streams.feeding import Tally
from streams.feeding.preview import Preview

_HOSTS = 20  # shown in the table
_HOSTS_IN_JSON = 1_000


def show_preview(preview: Preview, tally: Tally, topic: str) -> None:
    """Print a table on a terminal, else a line of JSON."""
    table = Table("would be fed", "what", "pages", "bytes")
    for name in ("kind", "type", "host"):
        found = preview.by(name)
        shown = found[:_HOSTS] if name == "host" else found
        for label, amount in shown:
            table.add_row(f"by {name}", escape(label), f"{amount.pages:,}", f"{amount.bytes:,}")
        if more := found[len(shown) :]:
            pages, size = sum(amount.pages for _, amount in more), sum(amount.bytes for _, amount in more)
            table.add_row(f"by {name}", f"{len(more):,} more", f"{pages:,}", f"{size:,}")
        table.add_section()
    total = preview.total
    table.add_row("in all", "", f"{total.pages:,}", f"{total.bytes:,}", style="bold")
    table.add_section()
    summary.rows(table, tally)
    summary.show(sys.stdout, table, _figures(preview, topic) | summary.figures(tally))


def _figures(preview: Preview, topic: str) -> dict[str, Any]:
    hosts = preview.by("host")
    return {
        "topic": topic,
        "would_feed": preview.total.pages,
        "bytes": preview.total.bytes,
        "kinds": {label: amount.pages for label, amount in preview.by("kind")},
        "types": {label: amount.pages for label, amount in preview.by("type")},
        "hosts": {label: amount.pages for label, amount in hosts[:_HOSTS_IN_JSON]},
        "hosts_in_all": len(hosts),
    }
