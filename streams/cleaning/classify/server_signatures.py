"""Signatures of servers, proxies, bot challenges and parking services in a page, from ``data/server_signatures.toml``."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from streams.cleaning.classify.features import Features
from streams.cleaning.classify.redirects import redirect_target
from streams.cleaning.data import table
from streams.records import Reason


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table, which documents the fields."""

    reason: Reason
    name: str
    where: str
    any: tuple[str, ...]
    weight: float


class SignatureMatch(msgspec.Struct, frozen=True):
    """A signature found on a page, and the text or name that matched."""

    signature: Signature
    matched: str


@functools.cache
def signatures() -> tuple[Signature, ...]:
    """All signatures. Raises ``msgspec.ValidationError`` that names the field where the table violates the schema."""
    return tuple(msgspec.convert(table("server_signatures")["signature"], list[Signature]))


@functools.cache
def _token_signatures(where: str) -> tuple[dict[str, Signature], tuple[tuple[str, Signature], ...]]:
    """The id and class signatures for ``where``: exact names, and prefixes."""
    mine = [
        (piece, signature)
        for signature in signatures()
        if signature.where == where
        for piece in signature.any
    ]
    whole = {piece: signature for piece, signature in mine if not piece.endswith("*")}
    return whole, tuple((piece[:-1], signature) for piece, signature in mine if piece.endswith("*"))


def match_signatures(features: Features) -> list[SignatureMatch]:
    """The signatures that match a page, each reported once, in a deterministic order."""
    found: dict[str, SignatureMatch] = {}
    for one in _all(features):
        found.setdefault(f"{one.signature.reason} {one.signature.name}", one)
    return list(found.values())


def _all(features: Features) -> Iterator[SignatureMatch]:
    for where, tokens in (("body", features.body_tokens), ("token", features.tokens)):
        whole, beginnings = _token_signatures(where)
        for name in sorted(tokens & whole.keys()):
            yield SignatureMatch(whole[name], name)
        stems = tuple(beginning for beginning, _ in beginnings)
        for name in sorted(token for token in tokens if token.startswith(stems)) if stems else ():
            yield SignatureMatch(
                next(signature for stem, signature in beginnings if name.startswith(stem)), name
            )
    places = {
        "title": features.title,
        "text": "\n".join(block.text for block in features.blocks[:40])[:8_000],
        "line": "\n" + "\n".join(block.text for block in features.blocks[:40] if len(block.text) < 80) + "\n",
        "comment": features.comments,
        "script": features.script_text,
        "generator": features.generator,
        "header": "\n".join(f"{name}: {value}" for name, value in features.headers.items()),
        "url": redirect_target(features.url, features.final_url),
    }
    lowered = {where: text.lower().replace("’", "'") for where, text in places.items() if text}
    for signature in signatures():
        text = lowered.get(signature.where)
        if text:
            entire = signature.where == "line"
            piece = next(
                (piece for piece in signature.any if (f"\n{piece}\n" if entire else piece) in text), ""
            )
            if piece:
                yield SignatureMatch(signature, piece)
