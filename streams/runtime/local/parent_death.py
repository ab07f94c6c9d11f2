"""Kills a child process when its parent dies, even by SIGKILL (Linux: PR_SET_PDEATHSIG)."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Loaded here: between fork and exec nothing may be loaded, since another thread may have held the loader's lock.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def preexec() -> Callable[[], None] | None:
    """Return a ``preexec_fn`` for :class:`subprocess.Popen` that has the child killed when this process dies; None if unsupported.

    The child is killed when the *thread* that started it ends (prctl(2)), so start it from a thread that lives as long as the process.
    """
    return _die_with_parent if _LIBC is not None else None


def _die_with_parent() -> None:
    """Run in the child between fork and exec."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
