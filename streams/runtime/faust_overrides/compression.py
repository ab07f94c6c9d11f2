"""Compresses batches with zstd by one context that is kept, instead of a new one for each batch.

Replaces ``zstd_encode`` where aiokafka 0.14 builds batches: see :func:`keep_context`. aiokafka makes a context of some hundred
kilobytes for each batch, which takes as long as compressing ten kilobytes; a page causes several batches, most of them smaller.

Upstream patch: a compressor kept by each ``DefaultRecordBatchBuilder``'s owner.
"""

from __future__ import annotations

import sys
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from backports.zstd import ZstdCompressor

_LEVEL = 3  # zstd's own default, and aiokafka's (KIP-390)
_compressor = ZstdCompressor(level=_LEVEL)  # locked by itself while it compresses


def keep_context() -> None:
    """Have all producers of this process compress with :func:`zstd`, from now on."""
    module = sys.modules[DefaultRecordBatchBuilder.__module__]  # compiled, or in Python where that is missing
    vars(module)["zstd_encode"] = zstd


def zstd(payload: Any, level: int | None = None) -> bytes:
    """The payload as one frame; ``level`` is the default one, as aiokafka passes none."""
    if level not in (None, _LEVEL):
        raise ValueError(f"zstd level {level}: batches are compressed at level {_LEVEL}")
    return bytes(_compressor.compress(payload, ZstdCompressor.FLUSH_FRAME))
