"""The title of a page: of all texts that may be it, the one that a linear model ranks first.

The weights are learnt from pages whose titles are known by ``make train-titles`` (training/titles), which prints how many
titles come out right on sites that were left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from streams.cleaning.data import table
from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.ranking import best
from streams.cleaning.metadata.title_candidates import candidates


def title(
    declared: DeclaredMetadata, node: jsonld.Node, publisher_names: Iterable[str] = (), url: str = ""
) -> str | None:
    """Return the title of the page at ``url``; None where it declares none and has no h1.

    ``node`` is the JSON-LD node of its article, ``publisher_names`` holds names of the site.
    """
    found = best(candidates(declared, node, tuple(publisher_names), url), table("title_weights")["weights"])
    return found.text if found else None
