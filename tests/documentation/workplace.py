"""A folder in which a reader's commands are run: with the files that the documentation names, and the programs on PATH.

``crawlmill`` is this checkout. A program that runs until it is stopped (a worker, ``tail`` without ``--exit``) is interrupted when it
has done what it is for: :mod:`documentation.lasting`. ``make`` shows what it would do, for many targets take hours; ``duckdb`` is the
library, whose command line is no Python package; ``pip`` installs nothing, and fails for an extra that there is not.
"""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from backports import zstd
from documentation.blocks import ROOT, Block

_PROGRAMS = {
    "crawlmill": f'exec {sys.executable} -m documentation.lasting crawlmill "$@"',
    "python": f'exec {sys.executable} "$@"',
    "faust": f'exec {sys.executable} -m documentation.lasting faust "$@"',
    "prometheus": f'exec {sys.executable} -m documentation.lasting prometheus "$@"',
    "scrapy": f'exec {sys.executable} -m scrapy "$@"',
    "duckdb": f'exec {sys.executable} -m documentation.duckdb_line "$@"',
    "pip": f'exec {sys.executable} -m documentation.pip_line "$@"',
    "make": f'exec /usr/bin/env -i PATH=/usr/bin:/bin make --dry-run --silent -C {ROOT} "$@" > /dev/null',
}
_SPIDER = """
import scrapy


class Page(scrapy.Spider):
    name = "page"
    start_urls = ["file://FOLDER/page.html"]

    def parse(self, response):
        yield {"url": "https://spider.example/page", "status": 200, "html": response.text}
"""
_SECONDS = 600  # of patience, with a machine on which much else runs


def prepare(folder: Path) -> None:
    """Fill ``folder`` with the programs and the sample files."""
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, command in _PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{command}\n", "utf-8")
        (programs / name).chmod(0o755)
    (programs / "activate").write_text("", "utf-8")
    for name in ("seeds", "config", "examples"):
        (folder / name).symlink_to(ROOT / name)
    article = ROOT / "seeds/page-article.html"
    pages = "".join((ROOT / "seeds/articles.jsonl").read_text("utf-8").splitlines(keepends=True)[:3]).encode()
    for name in ("page.html", "article.html"):
        shutil.copyfile(article, folder / name)
    (folder / "crawl").mkdir()
    shutil.copyfile(ROOT / "seeds/page-error.html", folder / "crawl/page.html")
    shutil.copyfile(ROOT / "seeds/crawl.warc.gz", folder / "crawl.warc.gz")
    (folder / "pages.jsonl").write_bytes(pages)
    (folder / "pages.jsonl.gz").write_bytes(gzip.compress(pages))
    (folder / "pages.jsonl.zst").write_bytes(zstd.compress(pages))
    with zipfile.ZipFile(folder / "archive.wacz", "w") as archive:
        archive.write(ROOT / "seeds/crawl.warc.gz", "archive/crawl.warc.gz")
    (folder / "spider.py").write_text(_SPIDER.replace("FOLDER", str(folder)), "utf-8")
    for path in (ROOT / "config/prometheus").glob("*.yml"):
        shutil.copyfile(path, folder / path.name)


def run(
    block: Block,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
) -> str:
    """Run a block of shell commands in ``folder`` and return its standard output.

    Questions are answered with yes. The first command that fails ends it, and fails the test with what was printed. ``instead`` are
    replacements in its text: addresses of the documentation by those of the test.
    """
    text = block.text
    for written, meant in (instead or {}).items():
        text = text.replace(written, meant)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CRAWLMILL_")},
        "PATH": f"{folder / '.venv/bin'}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
        "HOME": str(folder),
        "CRAWLMILL_WORKER_PROCESSES": "1",
        **(variables or {}),
    }
    limit = ["timeout", "25"] if block.needs.endswith("without end") else []
    process = subprocess.Popen(
        [*limit, "bash", "-e", "-u", "-o", "pipefail", "-c", text],
        cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        printed, complaints = process.communicate("y\n" * 20, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        # All that the block started, or a worker would live on and disturb the blocks after it.
        os.killpg(process.pid, signal.SIGKILL)
        printed, complaints = process.communicate()
    assert process.returncode == (124 if limit else 0), (
        f"{block.name} ends with {process.returncode}:\n{text}\n{printed[-2_000:]}\n{complaints[-4_000:]}"
    )
    return printed


def programs_of(block: Block) -> set[str]:
    """The programs that a block calls, of those that are not everywhere."""
    return {name for name in ("jq", "kcat", "curl", "prometheus", "mvn") if name in block.text.split()}
