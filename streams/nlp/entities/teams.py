"""Cities that stand for their teams: "Hamar 2 Moss 0", "Leeds beat Hull", "Perth v Adelaide"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan

# A score behind the name, or a verb of matches. What follows a number in other texts ("Paris 5 million") is excluded.
_AFTER = re.compile(
    r" (?:\d{1,3}(?=[,.;\n( ]|$)(?! (?:million|billion|people|per|years?|days?|km|miles|percent|on))"
    r"|v\.? |vs\.? |beat |beats |defeated |won |lost to |drew )"
)
_BEFORE = re.compile(r"(?:\bv\.?|\bvs\.?|\bbeat|\bdefeated|\bversus|\bagainst) $")
_STANDING = frozenset({"in", "near", "outside", "at", "around", "of"})
_CONTEXT = 12  # characters looked at on each side


def label(
    paragraphs: Sequence[InputParagraph], found: Sequence[LabelledSpan], gaz: Gazetteer
) -> list[LabelledSpan]:
    """Return the mentions with those cities labelled ``ORG`` that play a match somewhere in the document.

    Mentions in datelines and after "in", "near" stay places, and so do countries.
    """
    contexts = list(_contexts(paragraphs, found))
    playing = {
        name
        for mention, (name, before, after) in zip(found, contexts, strict=True)
        if mention.label == "GPE"
        and name not in gaz.countries
        and (_AFTER.match(after) or _BEFORE.search(before))
    }
    dated = {paragraph.span.start + end for paragraph in paragraphs for _start, end in paragraph.places}
    return [
        mention._replace(label="ORG")
        if mention.label == "GPE"
        and name in playing
        and mention.end not in dated
        and not _STANDING.intersection(before.split()[-1:])
        else mention
        for mention, (name, before, _after) in zip(found, contexts, strict=True)
    ]


def _contexts(
    paragraphs: Sequence[InputParagraph], found: Sequence[LabelledSpan]
) -> list[tuple[str, str, str]]:
    """Return the name, the text before it and the text after it for each mention; mentions are in order."""
    contexts = []
    k = 0
    for mention in found:
        while mention.start >= paragraphs[k].span.end:
            k += 1
        base, text = paragraphs[k].span.start, paragraphs[k].text
        start, end = mention.start - base, mention.end - base
        contexts.append((text[start:end], text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]))
    return contexts
