"""Event classes in the published schemes PLOVER and CAMEO, from ``data/plover.toml``."""

from __future__ import annotations

import functools
from typing import NamedTuple

from streams.nlp import data


class Code(NamedTuple):
    """The type of PLOVER and the root code of CAMEO ("01" to "20") of an event; ``None`` where a scheme has none."""

    plover: str | None
    cameo: str | None


@functools.cache
def code(lemma: str, kind: str) -> Code:
    """Return the codes of an event by its verb (lemma, with its particle) and its class.

    >>> code("investigate", "accuse"), code("win", "win")
    (Code(plover='ACCUSE', cameo='09'), Code(plover=None, cameo=None))
    """
    table = data.table("plover")
    own = table["verbs"].get(lemma, ("", "", ""))
    plover, cameo = own[1:] if own[0] == kind else table["classes"].get(kind, ("", ""))
    return Code(plover or None, cameo or None)
