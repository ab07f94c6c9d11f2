"""Every block of the documentation can be tried: commands run, examples run, settings load, or a mark says what they need."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from documentation import blocks, workplace
from documentation.blocks import Block

from streams import settings

ROOT = blocks.ROOT
SHELL = blocks.blocks("sh")
PYTHON = blocks.blocks("python")


def _named(found: list[Block]) -> list[object]:
    return [pytest.param(block, id=block.name) for block in found]


def test_marks_and_languages_are_of_the_closed_lists() -> None:
    for block in blocks.blocks(*blocks.LANGUAGES):
        assert block.needs in {**blocks.TRIED, **blocks.NOT_TRIED}, block.name
    fences = sum(page.read_text("utf-8").count("\n```") for page in blocks.pages())
    assert fences == 2 * len(blocks.blocks(*blocks.LANGUAGES)), (
        "a fence that is no block, or another language"
    )


def test_a_mark_belongs_to_the_block_below_it() -> None:
    text = "a\n\n<!-- needs: docker -->\n\n```sh\nb\n```\n\n```toml\nc\n```\n"
    assert list(blocks.found_in(text, "page.md")) == [
        Block("page.md", 5, "sh", "docker", "b\n"),
        Block("page.md", 9, "toml", "", "c\n"),
    ]


@pytest.mark.parametrize("program", ["docker", "kubectl", "kustomize", "kafka-acls.sh", "kafka-configs.sh"])
def test_what_the_tests_cannot_run_is_marked(program: str) -> None:
    for block in SHELL:
        assert program not in block.text.split() or block.needs in blocks.NOT_TRIED, block.name


def test_every_mark_is_used() -> None:
    assert {block.needs for block in SHELL} == {*blocks.TRIED, *blocks.NOT_TRIED}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reader")
    workplace.prepare(place)
    return place


@pytest.mark.parametrize("block", _named([block for block in SHELL if not block.needs]))
def test_commands_that_need_nothing_succeed(block: Block, folder: Path) -> None:
    for program in workplace.programs_of(block):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    workplace.run(block, folder)


@pytest.mark.parametrize("block", _named(PYTHON))
def test_an_example_compiles(block: Block) -> None:
    compile(block.text, block.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("block", _named([block for block in PYTHON if not block.needs]))
def test_an_example_that_needs_nothing_runs(block: Block, folder: Path) -> None:
    (folder / "example.py").write_text(block.text, "utf-8")
    command = Block(block.page, block.line, "sh", "", f"{sys.executable} example.py\n")
    workplace.run(command, folder)


@pytest.mark.parametrize("block", _named(blocks.blocks("toml")))
def test_settings_load(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "crawlmill.toml"
    file.write_text(block.text, "utf-8")
    settings.load(file, environ={})


@pytest.mark.parametrize("block", _named(blocks.blocks("json")))
def test_json_is_json(block: Block) -> None:
    for line in block.text.splitlines():
        json.loads(line)


@pytest.mark.parametrize("block", _named(blocks.blocks("yaml")))
def test_yaml_is_yaml(block: Block) -> None:
    assert yaml.safe_load(block.text)
