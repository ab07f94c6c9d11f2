"""Records of ProjectDiscovery's Katana (``katana -jsonl``).

``{timestamp, request {method, endpoint ...}, response {status_code, headers, body}}``
"""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import identity
from streams.intake.fields import Fields, Object, shown
from streams.records import RawPage


def recognises(record: Object) -> bool:
    """Whether a record has ``request.endpoint``, which no other known crawler writes."""
    request = record.get("request")
    return isinstance(request, dict) and "endpoint" in request


def read(record: Object) -> RawPage:
    """The page. The request (how the link was found) becomes ``source``; other fields of record and response become ``attrs``.

    Raises :class:`BadRecord`, also for a record without a response, which Katana writes for a failed request.
    """
    fields, request = Fields(record), Fields(record["request"])
    url = request.required_url("endpoint")
    answer = fields.object("response")
    if not answer:
        raise BadRecord(
            f"a Katana line without 'response' (its error: {shown(record.get('error'))}); expected one: nothing was fetched"
        )
    response = Fields(answer)
    content = (response.body("body") or ("", _body_of_raw(response.text("raw"))))[1]
    # Katana replaces the hyphens in names of headers by underscores.
    headers = {name.replace("_", "-"): value for name, value in response.headers("headers").items()}
    fetched_at = fields.time("timestamp")
    request.drop("raw", "headers", "body")
    response.drop("raw")
    fields.drop("request")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        status=response.status("status_code"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=headers.get("content-type"),
        shape="katana",
        source=request.rest(),
        attrs=fields.rest() | response.rest(),
    )


def _body_of_raw(raw: str | None) -> str:
    """The body in the text of a whole HTTP response."""
    return (raw or "").replace("\r\n", "\n").partition("\n\n")[2]
