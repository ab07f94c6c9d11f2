"""What holds for every answer over HTTP: security headers, no request bodies, and the token."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from aiohttp import web

from streams.settings.secret import Secret

# Responses must not be rendered, cached or sniffed for another content type. A page that is to be rendered has a policy of its own.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Server": "crawlmill",  # without aiohttp's and Python's versions
}
_OWN = frozenset({"Cache-Control", "Content-Security-Policy"})  # headers that a handler may set otherwise


@web.middleware
async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Add the security headers to every response; reject requests with a body (413) without reading it."""
    if request.body_exists:
        refused = web.Response(status=413, text="413: no body is expected\n", headers=HEADERS)
        refused.force_close()
        return refused
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPException as error:
        error.headers.update(HEADERS)
        raise
    if not response.prepared:
        add_headers(response)
    return response


def add_headers(response: web.StreamResponse) -> None:
    """Add the security headers; those of :data:`_OWN` where the response has none of its own."""
    for name, value in HEADERS.items():
        if name not in _OWN or name not in response.headers:
            response.headers[name] = value


def allowed(token: Secret, authorization: str) -> bool:
    """Return whether an Authorization header matches the token; an empty token allows every request.

    The token is a bearer token, or the password of HTTP basic authentication with any user name, which browsers ask for.
    """
    if not token:
        return True
    scheme, _, offered = authorization.partition(" ")
    if scheme.lower() == "basic":
        return token.matches(_password(offered.strip()))
    return scheme.lower() == "bearer" and token.matches(offered.strip())


def _password(encoded: str) -> str:
    """The password in a header of basic authentication (RFC 7617); empty where there is none, which matches no token."""
    try:
        pair = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]
