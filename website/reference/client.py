"""The Python client, from the signatures and docstrings of :mod:`streams.client`."""

from __future__ import annotations

import inspect
import re

from streams import client
from website.reference import markdown

_ABOUT = """`streams.client`: typed records of the topics. [Read results](../docs/consuming.md#in-python) has examples."""
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def page() -> str:
    """A section for each class, with its public methods and properties."""
    return markdown.page(
        "Python client", _ABOUT, *(_section(kind) for kind in (client.Consumer, client.Received))
    )


def _section(kind: type) -> str:
    parts = [f"## {kind.__name__}\n", text(kind.__doc__ or "")]
    for name, member in vars(kind).items():
        told = inspect.getdoc(member)
        if name.startswith("_") or not told:
            continue
        signature = f"({', '.join(_parameters(member))})" if callable(member) else ""
        parts.append(f"\n### {kind.__name__}.{name}{signature}\n\n{text(told)}")
    return "\n".join(parts) + "\n"


def _parameters(member: object) -> list[str]:
    if not callable(member):
        return []
    return [name for name in inspect.signature(member).parameters if name != "self"]


def text(docstring: str) -> str:
    """A docstring as Markdown: examples become blocks of code, roles and double backticks code."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    told = []
    for paragraph in paragraphs:
        if paragraph.startswith(">>>"):
            lines = [re.sub(r"\s*# doctest:.*$", "", line)[4:] for line in paragraph.splitlines()]
            told.append("```python\n" + "\n".join(lines) + "\n```")
        else:
            told.append(_ROLE.sub(r"`\1`", paragraph).replace("``", "`"))
    return "\n\n".join(told)
