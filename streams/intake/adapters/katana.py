"""Lines of Katana (ProjectDiscovery): ``{timestamp, request {method, endpoint ...}, response {status_code, headers, body}}``."""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import identity
from streams.intake.fields import Fields, Object, shown
from streams.records import RawPage


def recognises(record: Object) -> bool:
    """Whether a JSON object is one: nothing else calls an address ``endpoint`` within a ``request``."""
    request = record.get("request")
    return isinstance(request, dict) and "endpoint" in request


def read(record: Object) -> RawPage:
    """The page. What found the link goes into ``source``, technologies and the rest of the response into ``attrs``.

    Raises :class:`BadRecord`, also for a line without a response, which Katana writes for what it could not fetch.
    """
    fields, request = Fields(record), Fields(record["request"])
    url = request.required_url("endpoint")
    answer = fields.object("response")
    if not answer:
        raise BadRecord(
            f"a Katana line without 'response' (its error: {shown(record.get('error'))}); expected one: nothing was fetched"
        )
    response = Fields(answer)
    content = (response.body("body") or ("", _behind_headers(response.text("raw"))))[1]
    # Katana writes names of headers with underscores, which HTTP hardly has.
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


def _behind_headers(raw: str | None) -> str:
    """The body of a response as it was received."""
    return (raw or "").replace("\r\n", "\n").partition("\n\n")[2]
