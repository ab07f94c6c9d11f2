"""The comparison of a state on disk with its changelog."""

from __future__ import annotations

import pytest

from streams.runtime.state.changelog_check import Copy, Log, Verdict, compare

NOW, WINDOW = 1_800_000_000.0, 2_592_000.0
OLD, YOUNG = NOW - 2 * WINDOW, NOW - 60


@pytest.mark.parametrize(
    ("copy", "log", "verdict"),
    [
        (Copy(None), Log(0, 0), Verdict.FITS),
        (Copy(None), Log(0, 50, candidates=40), Verdict.FITS),
        (Copy(None), Log(0, 0, candidates=40), Verdict.LOST),
        (Copy(49, "l", "d", YOUNG), Log(0, 50, "l", "d"), Verdict.FITS),
        (Copy(20, "l", "d", YOUNG), Log(0, 50, "l", "d"), Verdict.FITS),
        (Copy(20, "l", "d", YOUNG), Log(21, 50, "l", "d"), Verdict.FITS),
        (Copy(20, "l", "d", YOUNG), Log(30, 50, "l", "d"), Verdict.GAP),
        (
            Copy(20, "l", "d", OLD),
            Log(30, 50, "l", "d"),
            Verdict.FITS,
        ),  # the missing records were older than the window
        (Copy(50, "l", "d", YOUNG), Log(0, 50, "l", "d"), Verdict.AHEAD),
        (Copy(50), Log(0, 0), Verdict.AHEAD),  # a broker without ids
        (Copy(49, "l", "d", YOUNG), Log(0, 80, "m", "d"), Verdict.AHEAD),  # created again, and longer by now
        (Copy(49, "l", "d", YOUNG), Log(0, 80, "m", "d", emptied=True), Verdict.FORGOTTEN),
        (Copy(49, "l", "d", YOUNG), Log(0, 8, "m", "d", emptied=True), Verdict.FORGOTTEN),
        (Copy(49, "l", "d", YOUNG), Log(0, 80, "l", "d", emptied=True), Verdict.FITS),
        (Copy(49, "l", "d", YOUNG), Log(0, 0, "m", "e"), Verdict.GONE),
        (Copy(49, "l", "d", YOUNG), Log(0, 80, "m", "e"), Verdict.GONE),
        (Copy(49, "l", "d", YOUNG), Log(0, 50, "l", "e"), Verdict.FITS),
        (Copy(49, "", "", YOUNG), Log(0, 50, "l", "d"), Verdict.FITS),
    ],
)
def test_the_verdict_of_comparing_a_state_with_its_changelog(copy: Copy, log: Log, verdict: Verdict) -> None:
    assert compare(copy, log, NOW, WINDOW) is verdict
