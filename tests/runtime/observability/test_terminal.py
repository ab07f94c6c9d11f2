"""Untrusted text is shown on a terminal without control characters."""

from __future__ import annotations

from streams.runtime.observability.terminal import harmless


def test_escape_sequences_and_bidirectional_controls_are_removed() -> None:
    assert harmless("a\x1b[31mb\x9bc\u202ed\u2066e") == "a[31mbcde"


def test_tabs_line_feeds_and_other_scripts_remain() -> None:
    assert harmless("a\tb\nмир 中文") == "a\tb\nмир 中文"
