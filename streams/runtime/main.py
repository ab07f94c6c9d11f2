"""The app for the settings in force, for Faust's own command line: ``faust -A streams.runtime.main worker``."""

from __future__ import annotations

from streams.runtime.app import create
from streams.settings import load

app = create(load())
