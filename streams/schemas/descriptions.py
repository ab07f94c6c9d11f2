"""Descriptions of classes, fields and members of enumerations, from the docstrings and comments of their source."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
import tokenize
from io import StringIO

_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")


def of_class(kind: type) -> str:
    """The docstring of a class as one paragraph in plain text. Empty where it has none."""
    return _plain(inspect.cleandoc(kind.__doc__ or ""))


def of_field(kind: type, name: str) -> str:
    """The comment on a field: at the end of its line, else directly above it, in the class that declares it.

    Empty where it has none. Raises :class:`KeyError` for a field that the class and its bases do not declare.
    """
    for declaring in kind.__mro__:
        if declaring.__module__ in sys.modules and name in inspect.get_annotations(declaring):
            return _plain(_comments(declaring.__module__)[declaring.__qualname__, name])
    raise KeyError(name)


def of_member(kind: type, name: str) -> str:
    """The comment on a member of an enumeration. Empty where it has none; raises :class:`KeyError` for one that is not there."""
    return _plain(_comments(kind.__module__)[kind.__qualname__, name])


def _plain(text: str) -> str:
    """The text in one line, with reStructuredText's markup of code as Markdown's."""
    return _ROLE.sub(r"`\1`", re.sub(r"\s+", " ", text)).replace("``", "`").strip()


@functools.cache
def _comments(module: str) -> dict[tuple[str, str], str]:
    """The comments on the fields of all classes of a module, and on the members of its enumerations, by class and name."""
    source = inspect.getsource(sys.modules[module])
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    lines = {token.start[0]: token for token in tokens if token.type == tokenize.COMMENT}
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign | ast.Assign):
                    target = field.target if isinstance(field, ast.AnnAssign) else field.targets[0]
                    if isinstance(target, ast.Name):
                        found[node.name, target.id] = _comment(lines, field)
    return found


def _comment(lines: dict[int, tokenize.TokenInfo], field: ast.AnnAssign | ast.Assign) -> str:
    last = field.end_lineno or field.lineno
    if last in lines:
        return lines[last].string.lstrip("# ")
    above = []
    number = field.lineno - 1
    while number in lines and lines[number].line.lstrip().startswith("#"):
        above.append(lines[number].string.lstrip("# "))
        number -= 1
    return " ".join(reversed(above))
