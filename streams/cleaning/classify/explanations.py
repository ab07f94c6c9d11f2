"""Recognition of text that belongs to a wall or an error and not to an article: its explanation, and its language.

An article acquits a page that mentions an error; the explanation that a wall gives of itself must not.
"""

from __future__ import annotations

import functools
import re

from streams.cleaning.classify.features import Block
from streams.cleaning.classify.phrase_match import Statement
from streams.cleaning.classify.phrases import comparable, find_phrases, language_of
from streams.cleaning.data import table

# Groups whose phrases stand in explanations of walls and errors.
_EXPLAINING = frozenset(
    ("absent", "denied", "failed", "down", "again", "sorry", "robot", "script", "human", "browser", "cookie", "domain", "blocker")
)  # fmt: skip
_TERMS = re.compile(r"\b(?:" + "|".join(table("page_features")["wall_terms"]) + r")\b", re.IGNORECASE)
_MEDIA = re.compile(r"\b(?:" + "|".join(table("page_features")["media_terms"]) + r")\b", re.IGNORECASE)
_SURE = 0.55  # plainness from which a statement in another language than the page's counts
# Languages that share words and are declared for one another.
_RELATED = tuple(
    map(
        frozenset,
        (
            ("da", "nb", "nn", "sv", "fo"), ("hr", "bs", "sr", "sl", "mk"), ("cs", "sk"), ("pt", "gl", "es", "ast", "ca", "an", "oc"),
            ("id", "ms", "jv", "su"), ("ru", "uk", "be", "bg"), ("de", "nds", "lb"), ("nl", "af", "fy"), ("tr", "az"), ("hi", "ne", "mr"),
        ),
    )
)  # fmt: skip


def explains(text: str, languages_stated: frozenset[str]) -> bool:
    """Whether a block explains a wall or error: it has technical terms, or phrases of such pages in one of the languages."""
    if _TERMS.search(text):
        return True
    return any(
        hit.group in _EXPLAINING and hit.language in languages_stated
        for hit in find_phrases(comparable(text))
    )


def is_about_media(text: str) -> bool:
    """Whether a block is the substitute for a player or frame: "Your browser does not support the video tag"."""
    return _MEDIA.search(text) is not None


def is_believable(statement: Statement, declared: str | None) -> bool:
    """Whether a statement counts on a page that declares the language ``declared``.

    Error pages often come in another language than their site, but in whole phrases: of a language that is neither the
    declared one, nor English, nor related to it, one word in a longer text is a coincidence.
    """
    own = language_of(declared)
    if own is None or statement.language == "en" or _is_related(own, statement.language.partition("_")[0]):
        return True
    return statement.plainness >= _SURE and any(len(phrase.split()) > 1 for phrase in statement.phrases)


@functools.cache
def _is_related(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _RELATED)


def is_visible_text(block: Block) -> bool:
    """Whether a block is shown as text of the page: not in menus or forms, not hidden, not mostly links."""
    return not block.chrome and not block.hidden and block.linked < 0.5
