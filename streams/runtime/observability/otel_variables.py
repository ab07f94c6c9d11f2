"""Checks the variables that OpenTelemetry reads its collector's address and headers from, before it does.

It logs a header that it does not understand with its value, a secret, and goes on without it; a wrong address fails at each batch.
Our messages name the variable and repeat nothing of it. https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from streams.errors import SettingsError

# What may hold credentials of the collector: pool processes, which read untrusted pages, must not inherit it.
SECRETS = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
_ADDRESSES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_VALUE = re.compile(r"[ -~]*")  # as it stands in the variable: printable ASCII
_NO_VALUE = re.compile(r"[\x00-\x1f\x7f]|[^\x00-\xff]")  # as it is sent: no control characters, ISO 8859-1


def check(variables: Mapping[str, str]) -> None:
    """Raise :class:`SettingsError` for an address that cannot be one, and for headers that are not pairs of name and value."""
    for name in _ADDRESSES:
        if (address := variables.get(name, "").strip()) and not is_address(address):
            raise SettingsError(
                f"{name}: expected the address of an OTLP collector over HTTP, such as http://collector:4318, with a port up to 65535"
            )
    for name in SECRETS:
        pairs = [pair.strip() for pair in variables.get(name, "").split(",")]
        for number, pair in enumerate(pairs, 1):
            if pair and not _is_header(pair):
                raise SettingsError(
                    f"{name}: header {number} of {len(pairs)} is not name=value; expected such pairs with commas between them, "
                    "values percent-encoded, such as authorization=Bearer%20TOKEN"
                )


def is_address(text: str) -> bool:
    """Whether a text is an HTTP URL with a host, and a port from 1 to 65535 or none."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_header(pair: str) -> bool:
    name, equals, value = pair.partition("=")
    value = value.strip()
    return (
        bool(equals)
        and _TOKEN.fullmatch(unquote(name).strip()) is not None
        and _VALUE.fullmatch(value) is not None
        and not set(value) & set('";\\')  # OpenTelemetry leaves out such a header
        and _NO_VALUE.search(unquote(value)) is None
    )
