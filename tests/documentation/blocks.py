"""The fenced blocks of the documentation, and what each needs to be tried.

A block that cannot be run on any machine has a comment before it, which readers do not see:

    <!-- needs: docker -->

    ```sh
    docker compose up
    ```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

TRIED = {
    "": "nothing: it is run in a folder with sample files",
    "broker": "a broker and a worker: it is run on the embedded one",
    "kafka": "Apache Kafka, since the embedded broker does not suffice: it is run where Java and Maven are",
    "broker without end": "the same, and it runs until it is stopped, which the test does after a while",
    "broker without workers": "a broker on which no worker runs: it is run on the embedded one",
}
"""Needs that the tests meet."""

NOT_TRIED = {
    "docker": "Docker",
    "kubernetes": "a Kubernetes cluster",
    "cluster": "a Kafka cluster with TLS and an authorizer, or Apache Kafka's own tools",
}
"""Needs that they do not: such a block is not run."""

LANGUAGES = ("", "sh", "python", "toml", "json", "yaml", "sql", "promql", "java", "xml")

_FENCE = re.compile(r"(?:^<!-- needs: ([a-z ]+) -->\n\n?)?^```([a-z]*)\n(.*?)^```$", re.M | re.S)


class Block(NamedTuple):
    """A fenced block: the page from the root, the line of its fence, its language, what its mark says it needs, and its text."""

    page: str
    line: int
    language: str
    needs: str
    text: str

    @property
    def name(self) -> str:
        """page:line."""
        return f"{self.page}:{self.line}"


def pages(root: Path = ROOT) -> list[Path]:
    """Every page with blocks that a reader may copy."""
    named = ("README.md", "CONTRIBUTING.md", "examples/README.md", "seeds/README.md", "tests/cases/README.md")
    return [*(root / name for name in named), *sorted(root.glob("docs/**/*.md"))]


def found_in(text: str, page: str) -> Iterator[Block]:
    """The blocks of one page."""
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        yield Block(page, line, match[2], match[1] or "", match[3])


def blocks(*languages: str) -> list[Block]:
    """The blocks of all pages, of these languages."""
    return [
        block
        for page in pages()
        for block in found_in(page.read_text("utf-8"), page.relative_to(ROOT).as_posix())
        if block.language in languages
    ]
