"""An OTLP/HTTP collector in this process, which keeps the spans that it takes, refuses them, or lets senders wait."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple, Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Span(NamedTuple):
    """A span as it arrived; ids in hexadecimal digits, attributes by name. ``service`` is that of its resource."""

    name: str
    kind: int
    trace: str
    id: str
    parent: str
    state: str
    attributes: dict[str, Any]
    error: str  # the status' message where it is an error
    seconds: float
    service: str


class Collector:
    """Serves /v1/traces. ``status``: what it answers; ``hangs``: whether it answers at all."""

    def __init__(self, status: int = 200, hangs: bool = False) -> None:
        self.spans: list[Span] = []
        self.headers: list[dict[str, str]] = []  # of each request
        self.address = ""
        self.status = status
        self._hangs = hangs
        self._released = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.headers.append(dict(request.headers))
        if self._hangs:
            await self._released.wait()
            return web.Response(status=503)
        if self.status != 200:
            return web.Response(status=self.status)
        self.spans += _parsed(body)
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, content_type="application/x-protobuf")


def _parsed(body: bytes) -> list[Span]:
    found = []
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = _attributes(resource.resource.attributes)["service.name"]
        for scope in resource.scope_spans:
            for span in scope.spans:
                found.append(
                    Span(
                        span.name, span.kind, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
                        span.trace_state, _attributes(span.attributes), span.status.message if span.status.code == 2 else "",
                        (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9, service,
                    )
                )  # fmt: skip
    return found


def _attributes(pairs: Any) -> dict[str, Any]:
    found = {}
    for pair in pairs:
        kind = pair.value.WhichOneof("value")
        value = getattr(pair.value, kind)
        found[pair.key] = [each.string_value for each in value.values] if kind == "array_value" else value
    return found
