"""``crawlmill inspect``: the inspector beside the workers, on a port of its own."""

from __future__ import annotations

import asyncio
import signal

import click

from streams.cli import LazySettings
from streams.settings import Settings

_PORT = 6068


@click.command("inspect")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=_PORT, show_default=True, help="0: a free one."
)
@click.option(
    "--backlog",
    type=click.IntRange(min=0),
    default=20_000,
    show_default=True,
    help="Dispositions to read that are on the topics already.",
)
@click.pass_obj
def command(obj: LazySettings, host: str, port: int, backlog: int) -> None:
    """See the mill in a browser: its flow, every page with its reason, sites, quality. Reads topics, writes nothing.

    Each worker serves the same on its own port. This one reads every disposition, however many workers there are.

    \b
    Example: crawlmill inspect
             crawlmill --set worker.inspector_bytes=500000000 inspect --backlog 200000
    """
    asyncio.run(_serve(obj.settings(), host, port, backlog))


async def _serve(settings: Settings, host: str, port: int, backlog: int) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from streams.runtime.inspector.inspector import Inspector
    from streams.runtime.inspector.server import require_protected, serving

    require_protected(settings, host)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    inspector = Inspector(settings, backlog=backlog)
    async with serving(inspector, host, port) as address:
        click.echo(f"crawlmill: open {address}/ in a browser; Ctrl-C stops it", err=True)
        await stopping.wait()
