"""``crawlmill top``: the live flow, lag and outcomes of the mill on a terminal."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import click
import msgspec
from aiokafka.errors import KafkaError
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from streams.cli import LazySettings
from streams.cli.output.terminal import Terminal
from streams.errors import BrokerUnavailable
from streams.inspector.charts import number, percent, rate
from streams.inspector.render import duration
from streams.inspector.views.overview import OverviewView, overview_view
from streams.runtime.inspector.inspector import Inspector
from streams.runtime.kafka import clients
from streams.settings import Settings
from streams.wording import counted

_SECONDS = 2.0  # between two pictures
_BLOCKS = "▁▂▃▄▅▆▇█"
_SPARK, _BAR = 24, 20  # characters
_OUTCOMES, _NEWEST = 12, 5
_BACKLOG = 2_000


@click.command("top")
@click.option("--once", is_flag=True, help="One picture, and the end; so it is, as JSON, when piped.")
@click.pass_obj
def command(obj: LazySettings, once: bool) -> None:
    """Watch the mill: rates, lag, outcomes, workers, what needs attention. Ctrl-C ends it.

    Rates are taken over half a minute; the first ones appear after some seconds.

    \b
    Example: crawlmill top
             crawlmill top | jq .topics
    """
    asyncio.run(_top(obj.settings(), once))


async def _top(settings: Settings, once: bool) -> None:
    """Show until interrupted, or once. Raises :class:`BrokerUnavailable`."""
    inspector = Inspector(settings, backlog=_BACKLOG)
    following = asyncio.create_task(inspector.follow())
    try:
        if once or not sys.stdout.isatty():
            await _first(following, inspector.follower.caught_up.wait())
            await _first(following, inspector.rates_known.wait())
            _print_once(_view(inspector))
            return
        with Live(console=Terminal(), auto_refresh=False, screen=True) as live:
            while True:
                live.update(_picture(_view(inspector)), refresh=True)
                await _first(following, asyncio.sleep(_SECONDS))
    except KafkaError as error:
        raise BrokerUnavailable(f"following the topics: {clients.why(error)}") from error
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _first(following: asyncio.Task[None], waited: Any) -> None:
    """Wait, unless following ends before with an error, which is raised."""
    waiting = asyncio.ensure_future(waited)
    await asyncio.wait({following, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if following.done():
        waiting.cancel()
        following.result()


def _view(inspector: Inspector) -> OverviewView:
    return overview_view(inspector.store.known(), inspector.flow(), inspector.now())


def _print_once(view: OverviewView) -> None:
    if sys.stdout.isatty():
        Terminal().print(_picture(view))
        return
    flow = view.flow
    said = {
        "topics": {
            name: {"rate": topic.rate, "lag": topic.lag, "lag_seconds": flow.waiting_seconds(name) if topic.lag else topic.lag}
            for name, topic in flow.topics.items()
        },
        "outcomes": {share.label: share.pages for share in view.shares},
        "workers": len(flow.members),
        "attention": [notice.text for notice in view.notices],
        "since": view.reach.oldest,
    }  # fmt: skip
    click.echo(msgspec.json.encode(said).decode())


def _picture(view: OverviewView) -> RenderableType:
    parts: list[RenderableType] = [
        Text.assemble(
            ("crawlmill ", "bold"),
            (time.strftime("%H:%M:%S"), "dim"),
            f"  {counted(len(view.flow.members), 'worker')}",
        )
    ]
    parts += [
        Text(f"{'!' if notice.severe else '·'} {notice.text}", style="red" if notice.severe else "yellow")
        for notice in view.notices
    ]
    parts += [_topics(view), _outcomes(view), _newest(view)]
    return Group(*parts)


def _topics(view: OverviewView) -> Table:
    flow = view.flow
    # On a narrow terminal the curve gives way, not the names and figures.
    whole = [Column(name, no_wrap=True) for name in ("topic", "records", "waiting", "lasts")]
    table = Table(*whole, "last minutes", box=None, pad_edge=False)
    for name, topic in flow.topics.items():
        table.add_row(
            name,
            "–" if topic.rate is None else rate(topic.rate),
            "" if topic.lag is None else number(topic.lag),
            duration(flow.waiting_seconds(name)) if topic.lag else "",
            _one_line(_spark(topic.rates)),
        )
    return table


def _spark(values: list[float]) -> str:
    """The last values as a row of blocks.

    >>> _spark([0, 1, 2])
    '▁▅█'
    """
    shown = values[-_SPARK:]
    most = max(shown, default=0.0) or 1.0
    return "".join(_BLOCKS[min(len(_BLOCKS) - 1, int(value / most * len(_BLOCKS)))] for value in shown)


def _outcomes(view: OverviewView) -> Table:
    table = Table("outcome", "pages", "share", "", box=None, pad_edge=False)
    for share in view.shares[:_OUTCOMES]:
        table.add_row(
            share.label, f"{share.pages:,}", percent(share.part), "█" * max(1, round(share.part * _BAR))
        )
    return table


def _newest(view: OverviewView) -> Table:
    table = Table(Column("newest", no_wrap=True), "", "", box=None, pad_edge=False)
    for entry in view.newest[:_NEWEST]:
        table.add_row(entry.label, _one_line((entry.title or entry.id)[:60]), _one_line(entry.url[:80]))
    return table


def _one_line(text: str) -> Text:
    """Text of a page on one line, cut where there is no room for it."""
    return Text(" ".join(text.split()), no_wrap=True, overflow="ellipsis")
