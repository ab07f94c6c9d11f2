"""Python runs this at its start where the folder is on its path: the wall clock is wrong by CRAWL_CLOCK_SHIFT seconds.

What is shifted is what our code and aiokafka ask, ``time.time`` and ``time.time_ns``; RocksDB's own clock is not.
"""

from __future__ import annotations

import os
import time

_SHIFT = float(os.environ["CRAWL_CLOCK_SHIFT"])
_time, _time_ns = time.time, time.time_ns
time.time = lambda: _time() + _SHIFT
time.time_ns = lambda: _time_ns() + int(_SHIFT * 1e9)
