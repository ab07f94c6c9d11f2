"""Charts as SVG. Colours are classes of the stylesheet, since the content security policy allows no ``style`` attribute."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from markupsafe import Markup

from streams.inspector.tally import MINUTE, Share, Timeline
from streams.inspector.visible import visible
from streams.records import Disposition, Fault, Reason
from streams.wording import counted

# A colour for each label, by what it has in common with its neighbours: tones of a stylesheet, .c-<tone>.
_TONES = {
    Disposition.ENRICHED: "good",
    Reason.DUPLICATE_URL: "copy1",
    Reason.DUPLICATE_EXACT: "copy2",
    Reason.DUPLICATE_NEAR: "copy3",
    Reason.HTTP_ERROR: "error1",
    Reason.SOFT_404: "error2",
    Reason.MAINTENANCE: "error3",
    Reason.BOT_WALL: "wall1",
    Reason.LOGIN_WALL: "wall2",
    Reason.CONSENT_WALL: "wall3",
    Reason.PAYWALL_STUB: "wall4",
    Reason.TOO_SHORT: "thin1",
    Reason.EMPTY_SHELL: "thin2",
    **{str(fault): "fault" for fault in Fault},
}
_OTHER_TONE = "other"


def tone(label: str) -> str:
    """The colour class of a disposition, reason or fault.

    >>> tone("soft_404")
    'error2'
    """
    return _TONES.get(label, _OTHER_TONE)


def order(label: str) -> tuple[int, str]:
    """The key by which labels are stacked: those of one colour beside one another."""
    tones = list(dict.fromkeys([*_TONES.values(), _OTHER_TONE]))
    return tones.index(tone(label)), label


def sparkline(values: Sequence[float], name: str, width: int = 160, height: int = 36) -> Markup:
    """A line over equal steps, from zero to its largest value. ``name`` says for those who do not see it what it is."""
    most = max(values, default=0.0) or 1.0
    steps = max(1, len(values) - 1)
    points = [
        (round(width * number / steps, 1), round(height - 2 - (height - 4) * value / most, 1))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    said = f"{name}: now {number(values[-1])}, at most {number(most)}" if values else f"{name}: nothing yet"
    area = f"0,{height} {line} {width},{height}" if points else ""
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" aria-label="{said}">'
        '<polygon class="area" points="{area}"/><polyline class="line" points="{line}"/></svg>'
    ).format(w=width, h=height, said=visible(said), area=area, line=line)


def share_bar(shares: Sequence[Share], name: str) -> Markup:
    """One bar divided by label, in the order of :func:`order`."""
    parts, x = [], 0.0
    for share in sorted(shares, key=lambda share: order(share.label)):
        width = share.part * 100
        parts.append(
            Markup(
                '<rect class="c-{tone}" x="{x:.3f}" y="0" width="{width:.3f}" height="10"><title>{said}</title></rect>'
            ).format(
                tone=tone(share.label),
                x=x,
                width=width,
                said=f"{share.label} {share.pages} ({percent(share.part)})",
            )
        )
        x += width
    return Markup(
        '<svg class="sharebar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{said}">{parts}</svg>'
    ).format(said=visible(f"{name}: {spoken(shares)}"), parts=Markup("").join(parts))


def bar(part: float, tone_name: str = "plain") -> Markup:
    """A short bar beside a figure that says the same: hidden from screen readers."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rail" x="0" y="0" width="100" height="8"/>'
        '<rect class="c-{tone}" x="0" y="0" width="{width:.2f}" height="8"/></svg>'
    ).format(tone=tone_name, width=100 * min(1.0, max(0.0, part)))


_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 180, 44, 22, 8


def stacked(series: Timeline, name: str) -> Markup:
    """Columns over time, each divided by label, with a scale and times."""
    totals = series.totals() or [0]
    most = _round_up(max(totals))
    inner_w, inner_h = _WIDTH - _LEFT, _HEIGHT - _BOTTOM - _TOP
    step = inner_w / len(totals)
    parts = [_grid(most, inner_h)]
    labels = sorted(series.labels, key=order)
    for column in range(len(totals)):
        y = float(_HEIGHT - _BOTTOM)
        for label in labels:
            value = series.labels[label][column]
            if value:
                height = inner_h * value / most
                y -= height
                parts.append(_rect(label, value, _LEFT + column * step + 1, y, max(1.0, step - 2), height))
    parts += [_time(series, column, step) for column in range(0, len(totals), max(1, len(totals) // 6))]
    said = f"{name}: {counted(sum(totals), 'page')} in {counted(len(totals), 'step')} of {series.step // MINUTE} min, at most {max(totals)} in one"
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{said}">{parts}</svg>'
    ).format(w=_WIDTH, h=_HEIGHT, said=visible(said), parts=Markup("").join(parts))


def _rect(label: str, value: int, x: float, y: float, width: float, height: float) -> Markup:
    return Markup(
        '<rect class="c-{tone}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"><title>{said}</title></rect>'
    ).format(tone=tone(label), x=x, y=y, w=width, h=height, said=f"{label} {value}")


def _grid(most: float, inner_h: int) -> Markup:
    lines = []
    for part in (0.0, 0.5, 1.0):
        y = _HEIGHT - _BOTTOM - inner_h * part
        lines.append(
            Markup(
                '<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
                '<text class="tick" x="{at}" y="{ty:.1f}" text-anchor="end">{value}</text>'
            ).format(left=_LEFT, right=_WIDTH, y=y, at=_LEFT - 6, ty=y + 4, value=number(most * part))
        )
    return Markup("").join(lines)


def _time(series: Timeline, column: int, step: float) -> Markup:
    at = series.start + column * series.step
    return Markup('<text class="tick" x="{x:.1f}" y="{y}">{said}</text>').format(
        x=_LEFT + column * step, y=_HEIGHT - 6, said=clock(at, series.step)
    )


def clock(at: int, step: int = MINUTE) -> str:
    """A time of milliseconds since the epoch, in UTC: hours and minutes, or the date where steps are hours.

    >>> clock(0)
    '00:00'
    """
    return utc(at).strftime("%H:%M" if step < 60 * MINUTE else "%d %b %H:%M")


_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_000  # what a date can be, milliseconds since the epoch


def utc(at: int) -> datetime.datetime:
    """Milliseconds since the epoch as a date; the first or last possible one where a record's time is none.

    >>> utc(10**18).year
    9999
    """
    return datetime.datetime.fromtimestamp(min(max(at, _FIRST), _LAST) / 1_000, datetime.UTC)


def number(value: float) -> str:
    """A figure with three digits at most, and a unit of thousands.

    >>> [number(value) for value in (0, 0.25, 12.3, 1234, 5_600_000)]
    ['0', '0.25', '12.3', '1.23 k', '5.6 M']
    """
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g}"


def rate(value: float) -> str:
    """A rate, given in something a second; below one a second by the minute.

    >>> [rate(value) for value in (12.3, 0.25, 0)]
    ['12.3/s', '15/min', '0/s']
    """
    return f"{number(value * 60)}/min" if 0 < value < 1 else f"{number(value)}/s"


def percent(part: float) -> str:
    """A share as a percentage: of less than a tenth with one digit behind the point.

    >>> [percent(part) for part in (0.5, 0.031, 0)]
    ['50 %', '3.1 %', '0 %']
    """
    return f"{100 * part:.0f} %" if part >= 0.1 or part == 0 else f"{100 * part:.1f} %"


def spoken(shares: Sequence[Share]) -> str:
    """Shares as words, for those who do not see the bar."""
    return ", ".join(f"{share.label} {percent(share.part)}" for share in shares) or "nothing yet"


def _round_up(value: float) -> float:
    """The next round figure at or above a value; at least 2, since half of it stands on the scale."""
    size = 1.0
    while True:
        for factor in (2, 5, 10):
            if size * factor >= value:
                return size * factor
        size *= 10
