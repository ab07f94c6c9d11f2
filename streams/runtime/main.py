"""The module for Faust's own command line, with the app of the loaded settings: ``faust -A streams.runtime.main worker``."""

from __future__ import annotations

from streams.runtime.app import create
from streams.settings import load

app = create(load())
