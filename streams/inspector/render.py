"""Fills the templates: everything from pages is escaped, and characters that nobody sees are made visible."""

from __future__ import annotations

import functools
import shlex
from importlib import resources
from typing import Any

import jinja2

from streams import __version__
from streams.inspector import charts, flow_picture
from streams.inspector.views.links import outward, page_link
from streams.inspector.visible import visible
from streams.wording import noun


def moment(at: int | None) -> str:
    """Milliseconds since the epoch as date and time in UTC; nothing for None."""
    if at is None:
        return ""
    return charts.utc(at).strftime("%Y-%m-%d %H:%M:%S")


def duration(seconds: float | None) -> str:
    """Seconds in the unit that fits them.

    >>> [duration(seconds) for seconds in (0.00042, 0.0123, 3.21, 600.0, None)]
    ['0.4 ms', '12 ms', '3.2 s', '10 min', '–']
    """
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1_000:.{0 if seconds >= 0.01 or not seconds else 1}f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def size(number: float) -> str:
    """Bytes in kB or MB.

    >>> size(32_000_000)
    '32 MB'
    """
    return f"{number / 1e6:.3g} MB" if number >= 1e6 else f"{number / 1e3:.3g} kB"


@functools.cache
def environment() -> jinja2.Environment:
    """The templates with their filters. Autoescape is on for all of them, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("streams.inspector"),
        autoescape=True,
        finalize=visible,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        {
            "moment": moment,
            "duration": duration,
            "size": size,
            "shell": shlex.quote,
            "link": page_link,
            "outward": outward,
            "tone": charts.tone,
            "percent": charts.percent,
            "number": charts.number,
            "noun": noun,
            "rate": charts.rate,
            "clock": charts.clock,
        }
    )
    made.globals.update(
        {
            "sparkline": charts.sparkline,
            "share_bar": charts.share_bar,
            "bar": charts.bar,
            "stacked": charts.stacked,
            "stack_order": charts.order,
            "flow_picture": flow_picture.flow_picture,
            "version": __version__,
        }
    )
    return made


def render(template: str, **values: Any) -> str:
    """The template ``<template>.html`` filled with these values."""
    return environment().get_template(f"{template}.html").render(values)


def static(name: str) -> bytes:
    """The bytes of a static file. Raises ``FileNotFoundError``."""
    return (resources.files("streams.inspector") / "static" / name).read_bytes()
