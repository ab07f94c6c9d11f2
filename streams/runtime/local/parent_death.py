"""Processes that end with the one that started them, also when that one is killed and cannot say so (Linux)."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Looked up here: between fork and exec nothing may be loaded, another thread may have held the loader's lock.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def preexec() -> Callable[[], None] | None:
    """For :class:`subprocess.Popen`'s ``preexec_fn``: have the child killed when we die; None where the system cannot.

    It is killed when the *thread* that starts it ends (prctl(2)), so that has to be one that lives as long as we do.
    """
    return _die_with_parent if _LIBC is not None else None


def _die_with_parent() -> None:
    """In the child, before exec."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
