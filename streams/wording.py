"""Numbers with their nouns, for messages."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str = "") -> str:
    """Return a number and its noun in the right form. ``plural`` is for words that do not just add an s.

    >>> counted(1, "page"), counted(1_204, "page"), counted(2, "copy", "copies")
    ('1 page', '1,204 pages', '2 copies')
    """
    return f"{number:,} {noun(number, singular, plural)}"


def noun(number: float, singular: str, plural: str = "") -> str:
    """Return the noun alone, where the number is printed elsewhere.

    >>> noun(1, "page"), noun(0, "page")
    ('page', 'pages')
    """
    return singular if number == 1 else plural or f"{singular}s"
