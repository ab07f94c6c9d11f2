"""The stream as a picture: topics and stages with their rates, what waits, and what left on the way. SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from streams import topics
from streams.inspector.charts import number, tone
from streams.inspector.charts import rate as rate_of
from streams.inspector.flow import Flow
from streams.inspector.tally import Share
from streams.records import Disposition, Stage
from streams.wording import noun

_WIDTH, _HEIGHT = 1000, 330
_TOPIC_W, _STAGE_W, _BOX_H = 132, 96, 54


class _Box(NamedTuple):
    x: int
    y: int
    width: int

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + _BOX_H // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + self.width, self.y + _BOX_H // 2

    @property
    def bottom(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + _BOX_H


_ROW = 120
_TOPICS = {
    topics.RAW: _Box(4, _ROW, _TOPIC_W),
    topics.CANDIDATES: _Box(290, _ROW - 96, _TOPIC_W),
    topics.CLEAN: _Box(548, _ROW, _TOPIC_W),
    topics.ENRICHED: _Box(860, 4, _TOPIC_W),
    topics.ENTITIES: _Box(860, 72, _TOPIC_W),
    topics.QUOTES: _Box(860, 140, _TOPIC_W),
    topics.EVENTS: _Box(860, 208, _TOPIC_W),
    topics.REJECTED: _Box(290, 268, _TOPIC_W),
    topics.DEADLETTER: _Box(548, 268, _TOPIC_W),
}
_STAGES = {
    Stage.CLEAN: _Box(168, _ROW, _STAGE_W),
    Stage.DEDUP: _Box(424, _ROW, _STAGE_W),
    Stage.ENRICH: _Box(720, _ROW, _STAGE_W),
}


def flow_picture(flow: Flow, shares: list[Share]) -> Markup:
    """The picture. ``shares`` are those of the dispositions and reasons known, for the widths of what left on the way."""
    parts = [_arrows(shares)]
    parts += [_topic(flow, name, box) for name, box in _TOPICS.items()]
    parts += [_stage(flow, name, box) for name, box in _STAGES.items()]
    return Markup(
        '<svg class="flow" viewBox="0 0 {w} {h}" role="img" aria-label="{said}">{parts}</svg>'
    ).format(w=_WIDTH, h=_HEIGHT, said=_spoken(flow), parts=Markup("").join(parts))


def _arrows(shares: list[Share]) -> Markup:
    at, stage = _TOPICS, _STAGES
    parts = _parts(shares)
    lines = [
        _line(at[topics.RAW].right, stage[Stage.CLEAN].left),
        _line(stage[Stage.CLEAN].right, stage[Stage.DEDUP].left),
        _line((264, _ROW + 10), (300, 78)),
        _line((412, 78), (444, _ROW)),
        _line(stage[Stage.DEDUP].right, at[topics.CLEAN].left),
        _line(at[topics.CLEAN].right, stage[Stage.ENRICH].left),
    ]
    for name in (topics.ENRICHED, *topics.FACTS):
        wide = parts["enriched"] if name == topics.ENRICHED else 0.0
        lines.append(_line(stage[Stage.ENRICH].right, at[name].left, wide, "good"))
    lines += [
        _line(stage[Stage.CLEAN].bottom, (330, 268), parts["cleaned out"], "error1"),
        _line(stage[Stage.DEDUP].bottom, (390, 268), parts["copies"], "copy2"),
        _line((250, _ROW + _BOX_H), (570, 268), parts["dead"], "fault"),
        _line(stage[Stage.ENRICH].bottom, (660, 268), 0.0, "fault"),
    ]
    return Markup("").join(lines)


def _parts(shares: list[Share]) -> Mapping[str, float]:
    """The shares of the four ways in which a page may leave."""
    found = dict.fromkeys(("enriched", "copies", "cleaned out", "dead"), 0.0)
    for share in shares:
        if share.label == Disposition.ENRICHED:
            found["enriched"] += share.part
        elif share.label.startswith("duplicate"):
            found["copies"] += share.part
        elif tone(share.label) == "fault":
            found["dead"] += share.part
        else:
            found["cleaned out"] += share.part
    return found


def _line(start: tuple[int, int], end: tuple[int, int], part: float = 0.0, colour: str = "plain") -> Markup:
    """A curve from one point to another, as wide as its share."""
    (x1, y1), (x2, y2) = start, end
    across = abs(x2 - x1) >= abs(y2 - y1)
    middle_x, middle_y = (x1 + x2) // 2, (y1 + y2) // 2
    one, two = ((middle_x, y1), (middle_x, y2)) if across else ((x1, middle_y), (x2, middle_y))
    return Markup(
        '<path class="way s-{colour}" d="M{x1},{y1} C{a},{b} {c},{d} {x2},{y2}" stroke-width="{width:.1f}"/>'
    ).format(
        colour=colour, x1=x1, y1=y1, x2=x2, y2=y2,
        a=one[0], b=one[1], c=two[0], d=two[1], width=1.5 + 12 * part,
    )  # fmt: skip


def _topic(flow: Flow, name: str, box: _Box) -> Markup:
    found = flow.topics.get(name)
    rate = "–" if found is None or found.rate is None else rate_of(found.rate)
    waiting = "" if found is None or found.lag is None else f"{number(found.lag)} waiting"
    warn = bool(found and found.lag and (flow.waiting_seconds(name) or 0) > 60)
    return _drawn(box, "topic warn" if warn else "topic", name, rate, waiting, 8)


def _stage(flow: Flow, name: str, box: _Box) -> Markup:
    load = flow.stages.get(name)
    held = "" if load is None else f"{number(load.messages)} in hand"
    source = next(topic for topic, stage in topics.STAGES.items() if stage == name)
    rate = flow.read.get(source)
    return _drawn(box, "stage", name, "–" if rate is None else rate_of(rate), held, 26)


def _drawn(box: _Box, kind: str, name: str, first: str, second: str, radius: int) -> Markup:
    middle = box.x + box.width // 2
    return Markup(
        '<g class="{kind}"><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}"/>'
        '<text class="name" x="{m}" y="{y1}" text-anchor="middle">{name}</text>'
        '<text class="figure" x="{m}" y="{y2}" text-anchor="middle">{first}</text>'
        '<text class="small" x="{m}" y="{y3}" text-anchor="middle">{second}</text></g>'
    ).format(
        kind=kind, x=box.x, y=box.y, w=box.width, h=_BOX_H, r=radius, m=middle,
        y1=box.y + 17, y2=box.y + 34, y3=box.y + 48, name=name, first=first, second=second,
    )  # fmt: skip


def _spoken(flow: Flow) -> str:
    said = []
    for name in topics.NAMES:
        found = flow.topics.get(name)
        if found is not None and found.rate is not None:
            waiting = "" if found.lag is None else f", {found.lag} waiting"
            said.append(f"{name} {number(found.rate)} {noun(found.rate, 'record')} a second{waiting}")
    return "The stream: " + ("; ".join(said) or "no figures yet")
