"""Which of the alternate names that GeoNames lists are spellings in use."""

from __future__ import annotations

import unicodedata


def is_spelling(name: str) -> bool:
    """Return whether an alternate name is how people write it: no code, no transliteration in lower case."""
    if not name or not name[0].isalpha() or (name.isupper() and len(name) <= 4):
        return False
    if name[0].lower() != name[0].upper() and not name[0].isupper():
        return False
    wide = unicodedata.name(name[0], "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
    return len(name) >= (2 if wide else 3)
