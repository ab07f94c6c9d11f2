"""Marks of servers, proxies, challenges and parking services in a page's markup, by the table ``data/servers.toml``."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from streams.cleaning.classify.features import Features
from streams.cleaning.data import table
from streams.records import Reason


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table; what its fields mean is said there."""

    reason: Reason
    name: str
    where: str
    any: tuple[str, ...]
    weight: float


class Recognised(msgspec.Struct, frozen=True):
    """A mark found on a page, and the piece of the page that bears it."""

    mark: Mark
    seen: str


@functools.cache
def marks() -> tuple[Mark, ...]:
    """The table. Raises ``msgspec.ValidationError`` naming the field that is not of the schema."""
    return tuple(msgspec.convert(table("servers")["mark"], list[Mark]))


@functools.cache
def _token_marks(where: str) -> tuple[dict[str, Mark], tuple[tuple[str, Mark], ...]]:
    """Whole names, and beginnings of names."""
    mine = [(piece, mark) for mark in marks() if mark.where == where for piece in mark.any]
    whole = {piece: mark for piece, mark in mine if not piece.endswith("*")}
    return whole, tuple((piece[:-1], mark) for piece, mark in mine if piece.endswith("*"))


def recognise(sight: Features) -> list[Recognised]:
    """Every mark that the page bears, each once."""
    found: dict[str, Recognised] = {}
    for one in _all(sight):
        found.setdefault(f"{one.mark.reason} {one.mark.name}", one)
    return list(found.values())


def _all(sight: Features) -> Iterator[Recognised]:
    for where, tokens in (("body", sight.body_tokens), ("token", sight.tokens)):
        whole, beginnings = _token_marks(where)
        for name in sorted(tokens & whole.keys()):
            yield Recognised(whole[name], name)
        stems = tuple(beginning for beginning, _ in beginnings)
        for name in sorted(token for token in tokens if token.startswith(stems)) if stems else ():
            yield Recognised(next(mark for stem, mark in beginnings if name.startswith(stem)), name)
    places = {
        "title": sight.title,
        "text": "\n".join(block.text for block in sight.blocks[:40])[:8_000],
        "line": "\n" + "\n".join(block.text for block in sight.blocks[:40] if len(block.text) < 80) + "\n",
        "comment": sight.comments,
        "script": sight.script_text,
        "generator": sight.generator,
        "header": "\n".join(f"{name}: {value}" for name, value in sight.headers.items()),
        "url": _address(sight),
    }
    lowered = {where: text.lower().replace("’", "'") for where, text in places.items() if text}
    for mark in marks():
        text = lowered.get(mark.where)
        if text:
            entire = mark.where == "line"
            piece = next((piece for piece in mark.any if (f"\n{piece}\n" if entire else piece) in text), "")
            if piece:
                yield Recognised(mark, piece)


def _address(sight: Features) -> str:
    """Where the server sent us: another path, after another host. The asked address says nothing about what came back."""
    if not sight.final_url or sight.final_url == sight.url:
        return ""
    try:
        asked, got = urlsplit(sight.url), urlsplit(sight.final_url)
    except ValueError:
        return ""
    if asked.path.strip("/").casefold() == got.path.strip("/").casefold() and got.path.strip("/"):
        return ""
    host = got.netloc if got.netloc.casefold() != asked.netloc.casefold() else ""
    return f"//{host}{got.path}/"
