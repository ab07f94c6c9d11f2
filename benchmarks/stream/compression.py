"""What Kafka's codecs cost and save on raw pages: ``python -m benchmarks.stream.compression [FILE ...]``.

Each page alone in a batch, built and read as aiokafka does it. CPU milliseconds a page, of writing and of reading, and
the bytes on the wire over those of the page. Codecs in turn, three rounds; a page's time is the best of its rounds.
"""

from __future__ import annotations

import statistics
import sys
import time

from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from benchmarks.harness import pages

_CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}  # Kafka's protocol
_ROUNDS = 3
_PAGES = 60


def main() -> None:
    """Measure and print."""
    values = [page.message.value or b"" for page in pages.load(sys.argv[1:])][:_PAGES]
    writing = {name: [float("inf")] * len(values) for name in _CODECS}
    reading = {name: [float("inf")] * len(values) for name in _CODECS}
    wire = dict.fromkeys(_CODECS, 0)
    for number in range(_ROUNDS):
        for at, value in enumerate(values):
            for name, codec in _CODECS.items():
                started = time.process_time()
                batch = _written(value, codec)
                written = time.process_time()
                for _record in DefaultRecordBatch(batch):
                    pass
                writing[name][at] = min(writing[name][at], 1_000 * (written - started))
                reading[name][at] = min(reading[name][at], 1_000 * (time.process_time() - written))
                wire[name] += len(batch) if not number else 0
    total = sum(map(len, values))
    print(f"{len(values)} pages of {total / len(values) / 1_000:,.0f} kB")
    for name in _CODECS:
        print(
            f"{name:7} {wire[name] / total:6.3f} of the bytes  {statistics.fmean(writing[name]):6.2f} ms to write  "
            f"{statistics.fmean(reading[name]):6.2f} ms to read"
        )


def _written(value: bytes, codec: int) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=codec, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
        batch_size=2 * len(value) + 10_000,
    )  # fmt: skip
    builder.append(0, timestamp=1, key=b"key", value=value, headers=[])
    return bytes(builder.build())


if __name__ == "__main__":
    main()
