"""The demo's choice of an article, its settings and its account."""

from __future__ import annotations

import collections
import io
import socket
from pathlib import Path

import pytest
from cli.run import ROOT, invoke

from streams import feeding
from streams.cli.local import demo
from streams.cli.output.terminal import Terminal
from streams.records import Enriched, Event, Quote, Residue, ResidueKind
from streams.settings import load


def _article(quotes: int, events: int, residue: bool = False) -> Enriched:
    return Enriched(
        id="a", url="u", text="x",
        quotes=(Quote(quote="x", start=0, end=1),) * quotes,
        events=(Event(action="open", kind="change", start=0, end=1, sentence_start=0, sentence_end=1),) * events,
        residue=(Residue(kind=ResidueKind.SHARE, text="x", at=0, evidence="x"),) * residue,
    )  # fmt: skip


def test_the_sample_pages_are_found_and_can_be_fed() -> None:
    assert len(list(feeding.read([demo.samples()]))) > 20


def test_an_article_with_removed_text_and_more_in_it_is_richer() -> None:
    assert demo._richness(_article(2, 2)) > demo._richness(_article(1, 2))
    assert demo._richness(_article(0, 0, residue=True)) > demo._richness(_article(9, 9))


def test_the_demo_uses_its_own_broker_port_and_folder_and_no_password(tmp_path: Path) -> None:
    environ = {
        "CRAWLMILL_KAFKA_SECURITY": "sasl_ssl",
        "CRAWLMILL_KAFKA_SASL_USERNAME": "a",
        "CRAWLMILL_KAFKA_SASL_PASSWORD": "b",
    }
    settings = load(ROOT / "config/crawlmill.toml", environ, ["dedup.window_hours=7"])
    changed = demo._for_demo(settings, "127.0.0.1:1", tmp_path)
    assert (changed.kafka.bootstrap_servers, changed.kafka.security) == ("127.0.0.1:1", "plaintext")
    assert not changed.kafka.sasl_password
    assert changed.worker.data_dir == str(tmp_path / "tables")
    assert changed.dedup.window_hours == 7


def test_the_demo_is_where_a_worker_would_be_unless_that_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        settings = load(None, {}, [f"worker.web_port={port}"])
        assert demo._for_demo(settings, "127.0.0.1:1", tmp_path).worker.web_port not in (0, port)
    assert demo._for_demo(settings, "127.0.0.1:1", tmp_path).worker.web_port == port


@pytest.mark.parametrize(("fed", "complete"), [(3, True), (4, False)])
def test_the_account_is_right_only_if_every_page_has_a_result(fed: int, complete: bool) -> None:
    terminal = Terminal(file=io.StringIO(), width=120)
    counts = collections.Counter({("enriched", "none"): 2, ("rejected", "soft_404"): 1})
    assert demo._report(terminal, counts, fed, _article(1, 1)) == complete
    assert isinstance(terminal.file, io.StringIO)
    assert "soft_404" in terminal.file.getvalue()


def test_a_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    done = invoke("demo", "--seeds", str(tmp_path))
    assert done.exit_code == 1
    assert "no pages in it" in done.output
