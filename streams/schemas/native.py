"""The native record of a crawler on pages.raw, for its schema alone: intake reads it field by field."""

from __future__ import annotations

from typing import Any

import msgspec


class NativePage(msgspec.Struct, kw_only=True):
    """A raw page as crawlmill's native record (pages.raw). One of html, text, body (base64) or a status is required.
    Unknown fields are kept in attrs."""

    url: str  # Address of the page.
    id: str | int | None = None  # Id of the page, as the crawler has it.
    final_url: str | None = None  # Address after redirects.
    status: int | str | None = None  # Status of the HTTP response.
    # Headers of the HTTP response, as an object or as pairs.
    headers: dict[str, str | list[str]] | list[tuple[str, str]] | None = None
    # When it was fetched: text, or a number since the epoch.
    fetched_at: str | float | None = None
    content_type: str | None = None  # Media type of the body.
    encoding: str | None = None  # Charset of the body.
    html: str | None = None  # The page as decoded HTML.
    text: str | None = None  # The page as plain text, where it is no HTML.
    body: str | None = None  # The page's bytes in base64.
    source: dict[str, Any] | None = None  # What the crawler says of itself; kept unchanged.
    attrs: dict[str, Any] | None = None  # Anything else to keep unchanged.
