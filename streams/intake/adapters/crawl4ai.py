"""Crawl4AI's ``CrawlResult`` records.

``{url, html, success, cleaned_html, markdown, status_code, response_headers, redirected_url ...}``
"""

from __future__ import annotations

from streams.intake import identity, names
from streams.intake.fields import Fields, Object
from streams.intake.markdown import plain_text
from streams.records import RawPage

_HTML = ("html", "cleaned_html", "fit_html")
_OTHER_FORMS = ("markdown", "fit_markdown", "screenshot", "pdf", "mhtml", "extracted_content")
_DISTINCTIVE = ("cleaned_html", "fit_html", "dispatch_result", "js_execution_result", "ssl_certificate")


def recognises(record: Object) -> bool:
    """Whether a record has ``url``, ``html``, ``success`` and a field that only Crawl4AI writes."""
    return (
        "url" in record
        and "html" in record
        and "success" in record
        and any(name in record for name in _DISTINCTIVE)
    )


def read(record: Object) -> RawPage:
    """The page: its HTML, else its cleaned HTML, else the text of its Markdown. Raises :class:`BadRecord`."""
    fields = Fields(record)
    url = fields.required_url("url")
    answered = fields.url("redirected_url")
    found = fields.body(*_HTML)
    content = found[1] if found is not None else _from_markdown(fields)
    headers = fields.headers("response_headers")
    fetched_at = fields.time(*names.TIME)
    fields.drop(*_HTML, *_OTHER_FORMS)
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        form="html" if found is not None else "text",
        final_url=answered if answered != url else None,
        status=fields.status("status_code"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=headers.get("content-type") if found is not None else None,
        shape="crawl4ai",
        attrs=fields.rest(),
    )


def _from_markdown(fields: Fields) -> str:
    """The text of the ``markdown`` field, which is a string or an object with several versions."""
    versions = Fields(fields.object("markdown"))
    written = versions.text("raw_markdown", "fit_markdown") or fields.text("markdown", "fit_markdown")
    return plain_text(written or "")
