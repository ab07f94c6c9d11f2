"""Word lists for modality, places and participants of events, loaded from ``data/events.toml``."""

from __future__ import annotations

from streams.nlp.data import table, words

_TABLE = table("events")


def _set(name: str) -> frozenset[str]:
    return frozenset(words(_TABLE[name]))


PLACE_WORDS = _set("place_words")
INNER = _set("inner")
SITES = _set("sites")
BUILDINGS = _set("buildings")
TARGET_WORDS = _set("target_words")
POSSIBLE = _set("possible")
FUTURE = _set("future")
ARRIVING = _set("arriving")
AIMING = _set("aiming")
FINITE = _set("finite")
NEARLY = _set("nearly")
AHEAD = _set("ahead")
REQUIRED = _set("required")
OPERATORS: dict[str, str] = _TABLE["operators"]
CLAIMS = _set("claims")
REFUSING = _set("refusing")
GOVERNING = _set("governing")
TELLING = _set("telling")
NOBODY = _set("nobody")
PERSONAL = _set("personal")
NEUTRAL = _set("neutral")
GRAVE = _set("grave")
ALONE = _set("alone")
WORKS = _set("works")
RECEIVERS = _set("receivers")
