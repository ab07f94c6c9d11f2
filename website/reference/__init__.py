"""The pages of the reference, each generated from the code or from the file that is its only source."""

from __future__ import annotations

from website.reference import client, commands, labels, metrics, records, settings, topics


def pages() -> dict[str, str]:
    """Every page in Markdown, by its file name."""
    return {
        "client.md": client.page(),
        "commands.md": commands.page(),
        "labels.md": labels.page(),
        "metrics.md": metrics.page(),
        "records.md": records.page(),
        "settings.md": settings.page(),
        "topics.md": topics.page(),
    }
