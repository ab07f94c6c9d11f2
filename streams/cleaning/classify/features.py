"""Features of a page for classification, computed before extraction by :mod:`streams.cleaning.classify.feature_scan`.

All lengths are in text weight (:func:`streams.cleaning.text.text_weight`).
"""

from __future__ import annotations

import msgspec


class Block(msgspec.Struct, frozen=True):
    """One visual block of text. ``kind`` is the tag that began it, ``linked`` the share of its text inside links (0 to 1),
    ``chrome`` whether it is in navigation, a form, a header or a footer.
    """

    text: str
    kind: str
    weight: int
    linked: float
    chrome: bool
    hidden: bool = False  # not displayed, by style or attribute


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """Features of one page. ``blocks`` are limited in number and leave menus out; every count is of the whole page."""

    url: str
    final_url: str | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    sent_home: bool = False
    plain: bool = False
    language: str | None = None
    title: str = ""
    headings: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    weight: int = 0  # of all visible text
    prose: int = 0  # of sentences outside navigation, forms, header and footer
    paragraphs: int = 0  # how many such sentences
    linked: int = 0  # weight of visible text inside links
    links: int = 0
    home_links: int = 0
    forms: int = 0
    passwords: int = 0
    inputs: int = 0
    images: int = 0
    scripts: int = 0
    script_bytes: int = 0
    script_text: str = ""
    noscript: str = ""
    comments: str = ""
    generator: str = ""
    robots: str = ""
    refresh: str | None = None
    canonical: str = ""  # the address that the page names as its own, resolved: canonical link, else og:url
    declared: tuple[str, ...] = ()  # what it claims to be: "og:type article", "JSON-LD NewsArticle"
    in_article: bool = False  # an <article> element is there
    free: bool | None = None  # JSON-LD isAccessibleForFree, where it says no
    body_tokens: frozenset[str] = frozenset()  # class and id names of html and body
    tokens: frozenset[str] = frozenset()  # class and id names of all else
