"""Who may import whom: the core is pure, its parts do not know one another, and only the shell knows Kafka."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

STREAMS = Path(__file__).parents[1] / "streams"
LEAVES = {
    "records",
    "errors",
    "forest",
    "gelu",
    "settings",
    "language",
    "percent_encoding",
    "urls",
    "utf8",
    "wording",
}
CORE = ("intake", "cleaning", "dedup", "nlp")
# The parts between the core and the shell, and what each may import of streams besides leaves and core.
BETWEEN = {
    "topics": set[str](),
    "schemas": {"topics"},
    "pipeline": set[str](),
    "feeding": set[str](),
    "execution": {"pipeline", "topics"},
    "inspector": {"topics"},
    "offline": {"execution", "feeding"},
    "planning": {"execution", "topics"},
    "runtime": {"execution", "feeding", "inspector", "pipeline", "topics"},
    "client": {"runtime", "topics"},
    "export": {"client"},
    "scrapy": {"feeding", "runtime", "topics"},
}
SHELL = {"faust", "mode", "aiokafka", "asyncio", "prometheus_client", "socket", "urllib.request", "requests"}


def _imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {str(node.module)} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def _parts(path: Path) -> set[str]:
    """The parts of streams that a file imports."""
    return {name.split(".")[1] for name in _imports(path) if name.startswith("streams.")}


@pytest.mark.parametrize("part", CORE)
def test_a_part_of_the_core_imports_leaves_and_itself(part: str) -> None:
    files = sorted((STREAMS / part).glob("**/*.py"))
    assert files
    for path in files:
        assert _parts(path) & {entry.stem for entry in STREAMS.iterdir()} <= LEAVES | {part}, path


@pytest.mark.parametrize("part", [*CORE, *sorted(LEAVES), "pipeline"])
def test_the_core_knows_no_kafka_no_event_loop_and_no_network(part: str) -> None:
    place = STREAMS / part
    for path in place.glob("**/*.py") if place.is_dir() else [place.with_suffix(".py")]:
        taken = {name for name in _imports(path) if name in SHELL or name.split(".")[0] in SHELL}
        assert not taken, f"{path}: {taken}"


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_a_leaf_imports_other_leaves_at_most(leaf: str) -> None:
    place = STREAMS / leaf
    for path in place.glob("**/*.py") if place.is_dir() else [place.with_suffix(".py")]:
        assert _parts(path) & {entry.stem for entry in STREAMS.iterdir()} <= LEAVES, path


def test_only_the_shell_imports_faust() -> None:
    for path in STREAMS.glob("**/*.py"):
        if {name.split(".")[0] for name in _imports(path)} & {"faust", "mode"}:
            assert path.relative_to(STREAMS).parts[0] in ("runtime", "cli"), path


@pytest.mark.parametrize("part", sorted(BETWEEN))
def test_a_part_above_the_core_imports_downwards(part: str) -> None:
    place = STREAMS / part
    allowed = LEAVES | set(CORE) | BETWEEN[part] | {part}
    for path in place.glob("**/*.py") if place.is_dir() else [place.with_suffix(".py")]:
        assert _parts(path) & {entry.stem for entry in STREAMS.iterdir()} <= allowed, path


@pytest.mark.parametrize("part", ["execution", "feeding", "inspector", "offline", "topics"])
def test_only_the_shell_and_the_planner_import_aiokafka(part: str) -> None:
    place = STREAMS / part
    for path in place.glob("**/*.py") if place.is_dir() else [place.with_suffix(".py")]:
        assert not {name.split(".")[0] for name in _imports(path)} & {"faust", "mode", "aiokafka"}, path


@pytest.mark.parametrize(
    "module", ["streams.offline.process", "streams.cli.local.process", "streams.execution.preload"]
)
def test_pages_are_processed_without_loading_kafka_libraries(module: str) -> None:
    script = f"import sys, {module}; print(sorted({{'faust', 'mode', 'aiokafka', 'rocksdict'}} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_folder_is_small_enough_to_be_read_at_a_glance() -> None:
    """About a dozen modules a folder; the largest, ``intake/adapters``, has one for each crawler."""
    for folder in (STREAMS, *(path for path in STREAMS.glob("**/") if path != STREAMS)):
        modules = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 14, f"{folder.relative_to(STREAMS)}: {modules}"
