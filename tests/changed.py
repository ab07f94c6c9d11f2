"""Print the test files for what changed since a commit: those of the same name in the mirrored tree, else their folder.

    python tests/changed.py [COMMIT]      # default: where this branch left main, uncommitted changes included

``make check`` runs them. A change of something that everything uses (``streams/records/``, ``pyproject.toml``) prints
``tests``: all unit tests.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Used everywhere, or by the tests themselves.
_EVERYTHING = ("streams/records/", "streams/errors.py", "pyproject.toml", "tests/conftest.py")
# What the documents and the deployment files say of the code is checked by tests of their own.
_DOCUMENTS = (
    "docs/",
    "README.md",
    "CONTRIBUTING.md",
    "config/",
    "docker-compose.yml",
    "Dockerfile",
    "Makefile",
)
_ALWAYS = ("tests/test_architecture.py", "tests/test_docs.py")


def selected_for(changed: Iterable[str], root: Path = ROOT) -> list[str]:
    """Paths of the tests to run for changed files, both relative to ``root``; sorted, without repetition."""
    found = set(_ALWAYS)
    for name in changed:
        if name.startswith(_EVERYTHING):
            return ["tests"]
        if name.startswith(_DOCUMENTS):
            found |= {"tests/test_deployment.py", "tests/test_kubernetes.py", "tests/website"}
        elif name.startswith("tests/"):
            found |= _of_test(Path(name), root)
        elif name.startswith("website/"):
            found.add("tests/website")
        elif name.startswith("streams/"):
            found.add(_of_module(Path(name), root))
    return sorted(path for path in found if (root / path).exists())


def _of_test(test: Path, root: Path) -> set[str]:
    if test.name.startswith("test_"):
        return {str(test)}
    return {str(test.parent)} if test.suffix == ".py" else set()


def _of_module(module: Path, root: Path) -> str:
    """``tests/a/test_b.py`` for ``streams/a/b.py``; the nearest folder that there is where it has none."""
    folder = Path("tests", *module.parts[1:-1])
    own = folder / f"test_{module.stem}.py"
    if module.suffix == ".py" and (root / own).exists():
        return str(own)
    while not (root / folder).is_dir():
        folder = folder.parent
    return str(folder)


def _changed(commit: str) -> list[str]:
    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.split("\n")

    return [*git("diff", "--name-only", commit), *git("ls-files", "--others", "--exclude-standard")]


def _since() -> str:
    done = subprocess.run(
        ["git", "merge-base", "HEAD", "main"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "HEAD"


if __name__ == "__main__":
    print(*selected_for(filter(None, _changed(sys.argv[1] if len(sys.argv) > 1 else _since()))))
