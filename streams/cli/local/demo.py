"""``crawlmill demo``: an embedded broker and a worker on this machine process the sample pages."""

from __future__ import annotations

import asyncio
import collections
from importlib import resources
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from streams import feeding
from streams.cli import LazySettings
from streams.cli.output.show import article
from streams.cli.output.terminal import Terminal
from streams.cli.termination import end_at_sigterm
from streams.errors import BadInput
from streams.records import Disposition, Enriched, Message, decode
from streams.runtime.inspector.server import web_address
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.feed import feed
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import ENDS, Ended, ended_page
from streams.runtime.local import scratch
from streams.runtime.local.embedded_broker import EmbeddedBroker, free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Kafka, Settings

_IDLE_SECONDS = 120.0  # without a result, after which the demo gives up
Counts = collections.Counter[tuple[str, str]]


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave it running and say what to try; Ctrl-C stops it.")
@click.option(
    "--seeds", "folder", type=click.Path(path_type=Path), help="Feed these pages instead of the samples."
)
@click.pass_obj
def command(obj: LazySettings, keep: bool, folder: Path | None) -> None:
    """Start a broker and a worker, feed the sample pages, and show what became of every one of them.

    Nothing needs to be installed or configured, and everything is stopped at the end. Exits 0 only if every page
    fed is accounted for.

    \b
    Example: crawlmill demo
             crawlmill demo --keep
    """
    try:
        complete = asyncio.run(_demo(obj.settings(), folder or samples(), keep))
    except (KeyboardInterrupt, asyncio.CancelledError):
        click.echo("stopped", err=True)
        raise SystemExit(130) from None
    raise SystemExit(0 if complete else 1)


def samples() -> Path:
    """The folder of sample pages: in the package when installed, beside it in a checkout."""
    installed = Path(str(resources.files("streams"))) / "_seeds"
    for folder in (installed, installed.parent.parent / "seeds"):
        if folder.is_dir():
            return folder
    raise BadInput(f"no sample pages at {installed}; name some with --seeds")


async def _demo(settings: Settings, folder: Path, keep: bool) -> bool:
    end_at_sigterm()  # also where a shell runs it in the background, in which SIGINT is ignored
    console = Terminal()
    items = list(feeding.read([folder]))
    if not items:
        raise BadInput(f"{folder}: no pages in it")
    with scratch.folder("crawlmill-demo-") as scratch_folder:
        async with EmbeddedBroker() as broker:
            settings = _for_demo(settings, broker.address, scratch_folder)
            web = web_address(settings.worker.web_host, settings.worker.web_port)
            console.print(
                f"embedded broker at [bold]{broker.address}[/] (in memory; no transactions, no compaction)"
            )
            await topic_admin.create(settings)
            worker = WorkerProcess(settings, scratch_folder / "worker.log")
            try:
                with console.status("starting a worker: loading models, joining the consumer group"):
                    await worker.start()
                counts, best = await _run(settings, items, console)
                complete = _report(console, counts, len(items), best)
                if keep:
                    await _wait_for_interrupt(console, settings, web)
                else:
                    console.print("everything stops now; to look around while it runs: crawlmill demo --keep")
            finally:
                worker.stop()
    return complete


def _for_demo(settings: Settings, address: str, folder: Path) -> Settings:
    """The settings with the embedded broker, a free web port (that of the settings where it is free), and tables in ``folder``."""
    kafka = Kafka(
        bootstrap_servers=address,
        partitions=4,
        max_message_bytes=settings.kafka.max_message_bytes,
        session_timeout_seconds=6.0,  # the embedded broker waits half of it for more members of a new group
    )
    web_port = free_port(settings.worker.web_port)
    worker = msgspec.structs.replace(settings.worker, data_dir=str(folder / "tables"), web_port=web_port)
    return msgspec.structs.replace(settings, kafka=kafka, worker=worker)


async def _run(
    settings: Settings, items: list[feeding.Item], console: Console
) -> tuple[Counts, Enriched | None]:
    """Feed the pages and wait for the result of each. Returns counts by disposition and reason, and one article to show."""
    counts: Counts = collections.Counter()
    ended: set[str] = set()
    best: Enriched | None = None
    columns = (SpinnerColumn(), TextColumn("pages"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("pages", total=len(items))
        feeder = asyncio.create_task(feed(settings, items))
        outcomes = follow(settings, ENDS, from_start=True)
        try:
            while len(ended) < len(items):
                async with asyncio.timeout(_IDLE_SECONDS):
                    message = await anext(outcomes)
                end = ended_page(settings, message)
                if end is not None and end.page not in ended:
                    ended.add(end.page)
                    counts[end.disposition, end.reason] += 1
                    best = _richer(best, message, end)
                    progress.update(task, completed=len(ended))
        except TimeoutError:
            console.print(f"[red]no page ended for {_IDLE_SECONDS:.0f} s[/]")
        finally:
            await outcomes.aclose()
        await feeder
    return counts, best


def _richer(best: Enriched | None, message: Message, end: Ended) -> Enriched | None:
    """The richer article of ``best`` and the one in ``message``: of three counts (quotes, events, entities) the least is larger."""
    if end.disposition != Disposition.ENRICHED:
        return best
    record = decode(message.value or b"", Enriched)
    return record if best is None or _richness(record) > _richness(best) else best


def _richness(record: Enriched) -> tuple[bool, int, int]:
    parts = (len(record.quotes), len(record.events), len(record.entities) // 2)
    return bool(record.residue), min(parts), sum(parts)


def _report(console: Console, counts: Counts, fed: int, best: Enriched | None) -> bool:
    """Print an article and the table of counts. Returns whether every page is accounted for."""
    if best is not None:
        console.print(article(best))
    table = Table("disposition", "reason", "pages", title="what became of the pages", title_justify="left")
    for (disposition, reason), number in sorted(
        counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
    ):
        table.add_row(disposition, "" if reason == "none" else reason, str(number))
    accounted = sum(counts.values())
    table.add_section()
    table.add_row("pages in", "", str(fed), style="bold")
    table.add_row("accounted for", "", str(accounted), style="bold green" if accounted == fed else "bold red")
    console.print(table)
    return accounted == fed


async def _wait_for_interrupt(console: Console, settings: Settings, web: str) -> None:
    """Print commands to try, and wait for Ctrl-C."""
    name = f"CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS={settings.kafka.bootstrap_servers}"
    console.print(f"""
running until Ctrl-C. See it in a browser: [bold]{web}/[/]
In another terminal:
  curl {web}/metrics
  export {name}
  crawlmill tail pages.enriched --from-start
  crawlmill feed page.html""", highlight=False)  # fmt: skip
    await asyncio.Event().wait()
