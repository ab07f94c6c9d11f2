"""The plot of a soak: memory, file descriptors and threads, pages and backlog, over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt

if TYPE_CHECKING:
    from benchmarks.soak.soak import Report


def draw(report: Report, path: Path) -> None:
    """Write the plot as SVG."""
    mpl.rcParams["svg.hashsalt"] = "crawlmill"  # the same figures make the same file
    minutes = [sample.seconds / 60 for sample in report.samples]
    chart, (memory, counts, work) = plt.subplots(3, 1, figsize=(7, 7), sharex=True)
    memory.plot(minutes, [sample.worker / 1e6 for sample in report.samples], label="worker")
    memory.plot(minutes, [sample.fork_server / 1e6 for sample in report.samples], label="fork server")
    for pid in sorted({pid for sample in report.samples for pid in sample.pool}):
        points = [(s.seconds / 60, s.pool[pid] / 1e6) for s in report.samples if pid in s.pool]
        memory.plot(*zip(*points, strict=True), color="#999999", linewidth=0.8)
    memory.plot([], [], color="#999999", label="pool processes, each until it is replaced")
    memory.set_ylabel("MB (PSS)")
    counts.plot(minutes, [sample.files for sample in report.samples], label="worker's files and sockets")
    counts.plot(minutes, [sample.tables for sample in report.samples], label="worker's open tables")
    counts.plot(minutes, [sample.threads for sample in report.samples], label="worker's threads")
    counts.plot(minutes, [sample.pool_files for sample in report.samples], label="a pool process's files")
    counts.set_ylabel("number")
    work.plot(minutes, [sample.ended / 1_000 for sample in report.samples], label="thousand pages ended")
    work.plot(minutes, [sample.waiting / 1_000 for sample in report.samples], label="thousand pages waiting")
    work.set_xlabel("minutes")
    for axes in (memory, counts, work):
        axes.set_ylim(0, 1.3 * axes.get_ylim()[1])  # room for the legend above the lines
        axes.legend(fontsize=7, frameon=False, loc="upper left", ncols=2)
        axes.spines[["top", "right"]].set_visible(False)
    chart.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.savefig(path, metadata={"Date": None})
    plt.close(chart)
