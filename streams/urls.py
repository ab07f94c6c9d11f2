"""Canonical URLs and sites: the same page under many addresses becomes one address."""

from __future__ import annotations


def canonical(url: str) -> str:
    """The URL under which every variant of ``url`` is known."""
    raise NotImplementedError(url)


def site(url: str) -> str:
    """The registered domain of ``url`` (``news.example.co.uk`` -> ``example.co.uk``), or an empty string."""
    raise NotImplementedError(url)
