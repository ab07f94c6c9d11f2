"""What the spans of a message cost a worker: ``python -m benchmarks.stream.spans``.

The spans of a page that was cleaned and deduplicated (four, as docs/monitoring.md shows) are recorded and sent to a collector in another
process. CPU is that of the thread that records them, which is a worker's event loop, and that of the process, in which a thread sends them.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from streams import topics
from streams.execution.results import OutputRecord, Processed, lasted
from streams.records import Message, Stage
from streams.runtime.delivery.outputs import message_output
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.span_export import SpanExport
from streams.runtime.observability.stage_spans import StageSpans
from streams.settings import Settings, Traces

_PARENT = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
_BURST, _SPANS = (
    300,
    4,
)  # messages after which what is full is waited for, so that none is dropped; spans of each
_BATCH = 512  # spans in a request: OTEL_BSP_MAX_EXPORT_BATCH_SIZE
_REQUEST_SECONDS = 30.0
_FORK = multiprocessing.get_context("fork")
_REQUESTS = _FORK.Semaphore(0)  # released for each request that the collector has answered
_LARGEST = 1_000_000


class _Collector(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        _REQUESTS.release()

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=6_000)
    options = parser.parse_args()
    server = HTTPServer(("127.0.0.1", 0), _Collector)
    collector = _FORK.Process(target=server.serve_forever, daemon=True)
    collector.start()
    try:
        _measure(options.messages, f"http://127.0.0.1:{server.server_port}")
    finally:
        collector.terminate()


def _measure(messages: int, address: str) -> None:
    settings, metrics = Settings(traces=Traces(enabled=True, endpoint=address)), Metrics()
    export = SpanExport(settings, metrics)
    stage = StageSpans(export.tracer, Stage.CLEAN, settings)
    message = Message(value=b"x" * 5_000, key=b"k", headers=(("traceparent", _PARENT),), topic=topics.RAW)
    made = (OutputRecord(topics.CLEAN, b"id", b"{}", "CleanDocument"),)
    result = Processed(made, page_type="article", timings=(lasted("clean", 0.05), lasted("dedup", 0.001)))
    answered = 0
    loop, process = time.thread_time(), time.process_time()
    for number in range(messages):
        spans = stage(message)
        context = spans.processed(result)
        spans.delivered(message_output(Stage.CLEAN, message, result, 0, _LARGEST, context))
        if number % _BURST == _BURST - 1:
            answered = _wait_for_collector((number + 1) * _SPANS // _BATCH, answered)
    loop = time.thread_time() - loop
    asyncio.run(export.close(30))
    process = time.process_time() - process
    sent = metrics.registry.get_sample_value("crawlmill_trace_spans_total", {"result": "exported"})
    print(
        f"{1_000 * loop / messages:.2f} ms a message in the event loop, {1_000 * process / messages:.2f} ms with the sending; {sent:.0f} spans sent"
    )


def _wait_for_collector(requests: int, answered: int) -> int:
    """Wait until so many requests are answered, of which some were counted before; return how many are. The waiting takes no CPU."""
    while answered < requests:
        if not _REQUESTS.acquire(timeout=_REQUEST_SECONDS):
            raise SystemExit(f"the collector has not answered for {_REQUEST_SECONDS:.0f} s")
        answered += 1
    return answered


if __name__ == "__main__":
    main()
