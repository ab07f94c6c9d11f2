"""How much of a text is told in the past, as what happened is; guides and descriptions of products are in the present."""

from __future__ import annotations

from collections.abc import Iterable

from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_FEWEST_VERBS = 10  # finite verbs, below which their share says nothing


def share_of_past(parses: Iterable[ParsedParagraph]) -> float:
    """Return the share of a text's finite verbs outside of quotations that are in the past or perfect; 1 if there are too few."""
    past = present = 0
    for parsed in parses:
        for k, (tag, quoted) in enumerate(zip(parsed.tags, parsed.quoted, strict=True)):
            if quoted or tag not in ("VBD", "VBZ", "VBP"):
                continue
            perfect = parsed.lower[k] in ("has", "have") and "VBN" in parsed.tags[k + 1 : k + 4]
            past += tag == "VBD" or perfect
            present += tag != "VBD" and not perfect
    return past / (past + present) if past + present >= _FEWEST_VERBS else 1.0
