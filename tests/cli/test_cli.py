"""The command line as a whole: help, mistakes, exit codes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli.run import ROOT, crawlmill, invoke

from streams.cli import VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    done = crawlmill(verb, "--help")
    assert done.returncode == 0
    assert b"Example: crawlmill " in done.stdout


def test_help_does_not_load_the_models_library() -> None:
    code = "import sys, streams.cli; streams.cli.main(['--help'], standalone_mode=False); sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).returncode == 0


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


def test_a_misspelt_subcommand_is_recognised() -> None:
    done = invoke("procss", "x")
    assert done.exit_code == 2
    assert "did you mean process?" in done.stderr


def test_an_unknown_subcommand_is_wrong_usage() -> None:
    done = invoke("nothing")
    assert done.exit_code == 2
    assert "No such command 'nothing'" in done.output


def test_help_works_beside_a_broken_settings_file() -> None:
    assert invoke("--config", "nowhere.toml", "feed", "--help").exit_code == 0
    assert invoke("--config", "nowhere.toml", "settings").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("settings",),
        ("feed", "--dry-run", "seeds/page-article.html"),
        ("explain", "seeds/page-article.html"),
        ("process", "--stage", "clean", "seeds/page-article.html"),
    ],
)
def test_a_full_disk_behind_standard_output_is_one_line_and_exit_code_1(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "streams", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            timeout=120,
        )
    assert done.returncode == 1
    assert done.stderr.endswith(b"crawlmill: standard output cannot be written: No space left on device\n")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_completion_for_each_shell(shell: str) -> None:
    done = invoke("completion", shell)
    assert done.exit_code == 0
    assert f"_CRAWLMILL_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        ("crawlmill fe", "feed", "tail"),
        ("crawlmill feed --ra", "--rate", "--limit"),
        ("crawlmill feed --type im", "image", "html"),
        ("crawlmill --set kafka.part", "kafka.partitions=", "kafka.group="),
    ],
)
def test_the_shell_completes_verbs_options_values_and_settings(
    words: str, wanted: str, unwanted: str
) -> None:
    environment = {
        **os.environ, "_CRAWLMILL_COMPLETE": "bash_complete", "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }  # fmt: skip
    code = "from streams.cli import main; main(prog_name='crawlmill')"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, cwd=ROOT, timeout=60
    )
    found = [line.partition(",")[2] for line in done.stdout.decode().splitlines()]
    assert wanted in found and unwanted not in found


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        # As bash breaks a line up: at "=" and ":", too.
        (["--set", "kafka.part"], ["option nospace", "kafka.partitions="]),
        (["--set", "kafka.group", "=", "a", "doc"], ["doctor"]),
        (["--set", "kafka.bootstrap_servers", "=", "a", ":", "1", "tail", "pages.q"], ["pages.quotes"]),
        (["--set", "kafka.security", "=", "s"], []),
        (["--set", "=", "kafka.part"], ["option nospace", "kafka.partitions="]),
        (["--set", "=", "kafka.partitions", "="], ["option nospace"]),
        (["tail", "pages.quotes", "--format", "=", "ta"], ["table"]),
        (["feed", "se"], ["option default"]),
        (["explain", ""], ["option default"]),
        (["process", "a b.html", "se"], ["option default"]),
    ],
)
def test_bash_completes_the_word_before_the_cursor(
    words: list[str], completed: list[str], tmp_path: Path
) -> None:
    program = tmp_path / "crawlmill"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m streams "$@"\n')
    program.chmod(0o755)
    done = invoke("completion", "bash")
    (function,) = re.findall(r"complete .* -F (\w+) crawlmill", done.stdout)
    script = f"""{done.stdout}
compopt() {{ echo "option $2"; }}
COMP_WORDS=(crawlmill {shlex.join(words)}) COMP_CWORD={len(words)}
{function} {program}
for reply in "${{COMPREPLY[@]}}"; do [[ $reply ]] && echo "$reply"; done; true
"""
    found = subprocess.run(["bash", "-c", script], capture_output=True, cwd=ROOT, timeout=60, check=True)
    assert (found.stdout.decode().split("\n")[:-1], found.stderr) == (completed, b"")
