"""Who does what a passive verb says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.nlp.syntax import agents
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph


@pytest.mark.parametrize(
    ("sentence", "verb", "agent"),
    [
        ("The reform was rejected by France.", "rejected", "France"),
        (
            "Vodafone and O2 were sent similar statements of objections by the European Commission in July.",
            "sent",
            "Commission",
        ),
        ("Ivan Buhecha was suspended and sued by his employers in May.", "suspended", "employers"),
        ("Ivan Buhecha was stopped in his car by police officers in December.", "stopped", "officers"),
        ("Holm was ordered to pay the costs by a court in Norway.", "ordered", None),
        ("The firm was ordered to pay compensation by the Supreme Court.", "ordered", "Court"),
        ("Ida Holm has since been replaced as host by Peter Lund.", "replaced", "Lund"),
        ("Ida Holm was given a book by Peter Lund in May.", "given", None),
        ("The museum was opened in a house owned by Norway.", "opened", None),
        ("The bridge was closed in May, and by June Norway had sold it.", "closed", None),
        ("The bridge was finished in Oslo by the end of May.", "finished", None),
    ],
)
def test_the_agent_of_a_passive_verb(
    parse: Callable[[str], ParsedParagraph], sentence: str, verb: str, agent: str | None
) -> None:
    parsed = parse(sentence)
    found = agents.agent(parsed.doc[parsed.words.index(verb)])
    assert (found.text if found is not None else None) == agent
