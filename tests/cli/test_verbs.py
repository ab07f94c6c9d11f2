"""The verbs that need no broker, as a user runs them: their output, their errors, their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from live.mill import article

from streams.cli import VERBS
from streams.settings import Settings, load

ROOT = Path(__file__).parents[2]


def crawlmill(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "streams", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=240, cwd=ROOT)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    done = crawlmill(verb, "--help")
    assert done.returncode == 0
    assert b"Example: crawlmill " in done.stdout


def test_help_does_not_load_the_models_library() -> None:
    code = "import sys, streams.cli; streams.cli.main(['--help'], standalone_mode=False); sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).returncode == 0


def test_settings_prints_a_file_that_loads_to_the_same_settings(tmp_path: Path) -> None:
    done = crawlmill("--config", "config/crawlmill.toml", "--set", "kafka.partitions=32", "settings")
    path = tmp_path / "crawlmill.toml"
    path.write_bytes(done.stdout)
    assert load(path, environ={}) == load(ROOT / "config/crawlmill.toml", {}, ["kafka.partitions=32"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "kafka.partition=4", "settings"), b"no setting 'partition' in 'kafka'"),
        (("--config", "nowhere.toml", "settings"), b"nowhere.toml"),
        (("process", "nowhere.html"), b"nowhere.html"),
        (
            ("--set", 'nlp.models={ en = "no_such_model" }', "process", "seeds"),
            b"spacy download no_such_model",
        ),
    ],
)
def test_a_mistake_is_one_line_that_names_it_and_exit_code_1(arguments: tuple[str, ...], said: bytes) -> None:
    done = crawlmill(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_without_a_broker_the_exit_code_is_3_and_the_remedy_is_named() -> None:
    done = crawlmill("--set", "kafka.bootstrap_servers=127.0.0.1:9", "topics", "check")
    assert done.returncode == 3
    assert b"kafka.bootstrap_servers" in done.stderr


def test_process_reads_standard_input_and_writes_json_lines_to_standard_output() -> None:
    texts = {"a": article(1), "b": article(1).rsplit(" ", 8)[0] + " today."}
    lines = [
        {"id": name, "url": f"https://news.example/{name}", "text": text} for name, text in texts.items()
    ]
    done = crawlmill("process", "-", stdin="\n".join(map(json.dumps, lines)).encode())
    assert done.returncode == 0, done.stderr.decode()
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], first["disposition"]) == ("a", "enriched")
    assert (second["id"], second["reason"], second["duplicate_of"]) == ("b", "duplicate_near", "a")


def test_explain_tells_a_rejected_page_s_reason_and_evidence() -> None:
    done = crawlmill("explain", "seeds/errors.jsonl", "--id", "err-soft404-fr")
    assert done.returncode == 0, done.stderr.decode()
    told = done.stdout.decode()
    assert "soft_404" in told
    assert "introuvable" in told


def test_explain_tells_what_was_found_in_an_article() -> None:
    done = crawlmill("explain", "seeds/articles.jsonl")
    assert done.returncode == 0, done.stderr.decode()
    assert "PERSON" in done.stdout.decode()


def test_settings_of_the_environment_win_over_the_file() -> None:
    assert load(ROOT / "config/crawlmill.toml", {"CRAWLMILL_KAFKA_PARTITIONS": "3"}).kafka.partitions == 3
    assert Settings().kafka.partitions != 3


def _planned(*arguments: str) -> dict[str, float]:
    done = crawlmill("plan", "--json", *arguments)
    assert done.returncode == 0, done.stderr.decode()
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def test_a_plan_by_the_month_is_that_of_a_thirtieth_a_day() -> None:
    assert _planned("--pages-per-month", "3G") == _planned("--pages-per-day", "100M")


def test_a_rate_that_was_measured_elsewhere_changes_the_plan() -> None:
    given = _planned("--pages-per-day", "1M", "--rate", "enrich_ms_per_word=0.5")
    assert given["cores"] > _planned("--pages-per-day", "1M")["cores"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--pages-per-day or --pages-per-month"),
        (("--pages-per-day", "1M", "--pages-per-month", "30M"), "--pages-per-day or --pages-per-month"),
        (("--pages-per-day", "many"), "expected a number such as 1M"),
        (("--pages-per-day", "1M", "--rate", "speed=2"), "expected NAME=VALUE with one of"),
    ],
)
def test_a_plan_for_nothing_or_for_two_loads_says_what_to_give(arguments: tuple[str, ...], said: str) -> None:
    done = crawlmill("plan", *arguments)
    assert done.returncode in (1, 2)
    assert said in " ".join(done.stderr.decode().split())
