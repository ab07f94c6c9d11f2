"""Names that can be the subject of a verb by their case, in languages that inflect names and have the gender in the past tense."""

from __future__ import annotations

from collections.abc import Sequence

from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.records import Entity

# Endings of Russian and Ukrainian: of men's names in other cases than the nominative, which women's have in theirs.
_OBLIQUE = ("а", "я", "у", "ю", "ом", "ем", "ём", "ым", "им", "ого", "его", "ому", "ему", "е", "і")
_PAST_OF_MEN = ("л", "лся", "в", "вся")


def of(
    text: str, people: Sequence[tuple[int, int, Entity]], verb: str, reporting: Reporting
) -> list[tuple[int, int, Entity]]:
    """Return the mentions that can be the subject of a verb, all of them if none can or the language does not tell.

    "Макгирт после известия о смерти Дадашева заявил": a man who did something is no "Дадашева".
    """
    if not reporting.inflects or not verb.endswith(_PAST_OF_MEN):
        return list(people)
    fitting = [one for one in people if not text[one[0] : one[1]].casefold().endswith(_OBLIQUE)]
    return fitting or list(people)
