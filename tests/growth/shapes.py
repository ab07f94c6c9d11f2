"""Generates pages and texts of any length by repeating or nesting a unit at some place of a page.

Shapes are generated at random, as superlinear costs are rarely found in inputs that somebody thought of. ``{n}`` in a unit is
replaced by the number of its repetition, so that all are different.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

_SENTENCE = "The harbour council voted on Tuesday to rebuild the eastern pier, said Ana Sousa."
_STORY = f"<p>{_SENTENCE} {_SENTENCE}</p>" * 4
_NAMES = (
    "p", "div", "span", "a", "b", "i", "em", "strong", "u", "s", "font", "small", "sub", "sup", "code", "pre",
    "blockquote", "q", "cite", "address", "article", "section", "main", "header", "footer", "nav", "aside",
    "figure", "figcaption", "picture", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "colgroup",
    "col", "thead", "tbody", "tfoot", "tr", "td", "th", "form", "fieldset", "legend", "label", "input",
    "button", "select", "optgroup", "option", "textarea", "h1", "h2", "h3", "h4", "h5", "h6", "hgroup",
    "time", "details", "summary", "dialog", "template", "slot", "iframe", "object", "embed", "video", "audio",
    "source", "track", "canvas", "svg", "math", "g", "path", "title", "desc", "foreignObject", "mi", "mtext",
    "noscript", "noframes", "script", "style", "link", "meta", "base", "br", "hr", "wbr", "img", "map",
    "area", "ruby", "rb", "rt", "rtc", "rp", "bdo", "bdi", "abbr", "data", "output", "progress", "meter",
    "ins", "del", "mark", "center", "marquee", "blink", "nobr", "plaintext", "xmp", "listing", "frameset",
    "frame", "image", "html", "head", "body", "x-widget",
)  # fmt: skip
_ATTRIBUTES = (
    'class="a"', 'class="c{n}"', 'id="i{n}"', 'class="comment share footer nav"', 'style="display:none"', "hidden", 'href="/a/{n}"',
    'href="#"', 'src="i{n}.jpg"', 'itemprop="author"', 'itemprop="articleBody"', 'rel="author"', 'role="main"', 'datetime="2026-01-02"',
    'property="og:title" content="Pier {n}"', 'name="author" content="Ana Sousa {n}"', 'name="keywords" content="a,b"', 'type="text"',
    'title="Pier"', 'alt="Pier"', 'lang="en"', 'onclick="x()"', 'http-equiv="refresh" content="0;url=/"', 'property="article:author" content="A {n}"',
    'data-a="{n}"', 'aria-hidden="true"', 'colspan="2"', 'rel="canonical" href="/{n}"',
)  # fmt: skip
_TEXTS = (
    "a", "word ", "word{n} ", "x. ", "\n", " ", "\t", "\xa0", "_", "-", "—", "– ", "|", " | ", " - ", " · ", ".", "...", "…", ",", ";", ":", "!", "?", "/", "\\",
    "'", '"', "“", "”", "‘", "’", "«", "»", "„", "「", "」", "( ", ")", "[", "]", "{{", "}}", "@", "#", "$", "%", "^", "*", "+", "=", "~", "`", "<", ">", "&", "& ", "&amp;", "&lt;",
    "&#169;", "&#x41;", "&nbsp;", "&bogus;", "&#", "0", "1,", "12:30 ", "2026-01-02 ", "5 January 2026 ", "Jan ", "By Ana Sousa ", "Ana Sousa ",
    "Dr. ", "U.S. ", "http://a.example/{n} ", "a@b.example ", "\u0301", "\u200d", "\u200b", "\ufeff", "\u202e", "文", "字。", "あ", "ا ", "ไ", "अ ", "가", "😀", "𝒜",
    "É", "ß", "ﬁ", "ı", "Ǆ", "said ", 'he said: "Yes." ', '"A', 'said. "', "“We go,” said Ana Sousa. ", "In 2019, Ana Sousa met Bo Lee in Paris. ",
    "404 ", "not found ", "Page not found. ", "access denied ", "cookies ", "subscribe ", "Read more ", "Copyright ", "Comments ", "Share ", "log in ",
    "and ", "the ", "of ", "a, ", "A.B. ", "a-", "a'", "a_", "x\u0301", "((", "))", "a/", "%20", "\\u0041", "\\", '\\"', "* ", "# ", "> ", "1. ", "- x\n", "\n\n", "a\n", "A\n\n",
    f"{_SENTENCE} ", f"{_SENTENCE}\n\n", "Word{n} Name{n} ", "w{n}. ",
)  # fmt: skip
_MARKUP = (
    "<?a ?>", "<?a", "<?", "<!--x-->", "<!---->", "<!--", "<!-", "<!", "<!a>", "<!doctype html>", "<![CDATA[x]]>", "<![CDATA[", "]]>", "<![if IE]>", "<!--[if IE]>x<![endif]-->",
    "</", "</>", "</p>", "</div>", "</a>", "</table>", "</br>", "</html>", "</body>", "</x>", "< p>", "<>", "<p", "<a href=", "<p/>", "<br/>", "<%x%>", "<_>", "<1>", "<a b='", '<a b="',
)  # fmt: skip


class Shape(NamedTuple):
    """A page or text of any number of units: ``before``, the units, as many times ``close``, ``after``."""

    name: str
    before: str
    unit: str
    close: str
    after: str

    def made(self, count: int) -> str:
        """Return the text with ``count`` units."""
        numbered = "{n}" in self.unit
        units = (
            "".join(self.unit.replace("{n}", str(n)) for n in range(count)) if numbered else self.unit * count
        )
        return f"{self.before}{units}{self.close * count}{self.after}"


_PLACES = {
    "body": ("<html><head><title>Pier</title></head><body>" + _STORY, _STORY + "</body></html>"),
    "start": ("", "<html><head><title>Pier</title></head><body>" + _STORY + "</body></html>"),
    "head": ("<html><head><title>Pier</title>", "</head><body>" + _STORY + "</body></html>"),
    "article": ("<html><body><article><h1>Pier</h1>" + _STORY, _STORY + "</article></body></html>"),
    "paragraph": ("<html><body><p>" + _SENTENCE, "</p>" + _STORY),
    "block": ("<html><body>" + _STORY + "<div class=content>", "</div>" + _STORY),
    "heading": ("<html><body><h1>", "</h1>" + _STORY),
    "link": ("<html><body>" + _STORY + '<a href="/x">', "</a>" + _STORY),
    "list": ("<html><body>" + _STORY + "<ul><li>", "</ul>" + _STORY),
    "row": ("<html><body>" + _STORY + "<table><tr>", "</table>" + _STORY),
    "cell": ("<html><body>" + _STORY + "<table><tr><td>", "</table>" + _STORY),
    "select": ("<html><body>" + _STORY + "<select>", "</select>" + _STORY),
    "form": ("<html><body>" + _STORY + "<form>", "</form>" + _STORY),
    "preformatted": ("<html><body>" + _STORY + "<pre>", "</pre>" + _STORY),
    "drawing": ("<html><body>" + _STORY + "<svg>", "</svg>" + _STORY),
    "byline": ("<html><body><h1>Pier</h1><p class=byline>By ", "</p>" + _STORY),
    "end": ("<html><body>" + _STORY + "</body></html>", ""),
}
_VALUES = {
    "title": ("<html><head><title>", "</title></head><body>" + _STORY),
    "script": ("<html><head><script>", "</script></head><body>" + _STORY),
    "style": ("<html><head><style>", "</style></head><body>" + _STORY),
    "comment": ("<html><body><!--", "-->" + _STORY),
    "json": (
        '<html><head><script type="application/ld+json">{"@type":"NewsArticle","headline":"',
        '"}</script></head><body>' + _STORY,
    ),
    "json-body": (
        '<html><head><script type="application/ld+json">{"@type":"NewsArticle","articleBody":"',
        '"}</script></head><body>' + _STORY,
    ),
    "json-list": ('<html><head><script type="application/ld+json">[', "1]</script></head><body>" + _STORY),
    "state": ("<html><body><script>window.__STATE__ = {", "}</script>" + _STORY),
    "class": ('<html><body><div class="', '">' + _STORY),
    "meta": ('<html><head><meta name="author" content="', '"></head><body>' + _STORY),
    "description": ('<html><head><meta name="description" content="', '"></head><body>' + _STORY),
    "date": ('<html><head><meta property="article:published_time" content="', '"></head><body>' + _STORY),
    "canonical": ('<html><head><link rel="canonical" href="https://e.example/', '"></head><body>' + _STORY),
    "href": ('<html><body><a href="', '">x</a>' + _STORY),
    "tag": ("<html><body><div ", ">" + _STORY),
    "name": ("<html><body><", ">" + _STORY),
    "charset": ('<html><head><meta charset="', '"></head><body>' + _STORY),
}


def pages() -> list[Shape]:
    """Return a shape for each combination of place and unit: repeated, and nested where possible."""
    found = []
    for place, (before, after) in _PLACES.items():
        for name in _NAMES:
            found.append(Shape(f"{place}: <{name}>", before, f"<{name}>", "", after))
            found.append(Shape(f"{place}: <{name}>x", before, f"<{name}>x", "", after))
            found.append(Shape(f"{place}: <{name}>x</>", before, f"<{name}>x</{name}>", "", after))
            found.append(Shape(f"{place}: <{name}> x</>", before, f"<{name}>x{{n}}</{name}> y ", "", after))
            found.append(Shape(f"{place}: nested <{name}>", before, f"<{name}>x", f"</{name}>", after))
        for attribute in _ATTRIBUTES:
            for name in ("div", "a", "meta", "span", "img", "input"):
                found.append(
                    Shape(
                        f"{place}: <{name} {attribute}>", before, f"<{name} {attribute}>x</{name}>", "", after
                    )
                )
        for unit in (*_MARKUP, *_TEXTS):
            found.append(Shape(f"{place}: {unit!r}", before, unit, "", after))
    for place, (before, after) in _VALUES.items():
        for unit in (*_MARKUP, *_TEXTS):
            found.append(Shape(f"{place}: {unit!r}", before, unit, "", after))
    return found


def texts() -> list[Shape]:
    """Return a shape for each text unit, repeated between paragraphs of plain text."""
    story = f"{_SENTENCE}\n\n" * 3
    return [Shape(f"text: {unit!r}", story, unit, "", f"\n\n{story}") for unit in _TEXTS]


def drawn(seed: int) -> Iterator[Shape]:
    """Yield random shapes endlessly: a unit of one to four pieces at any place."""
    chance = random.Random(seed)
    places = list(_PLACES.items())
    while True:
        place, (before, after) = chance.choice(places)
        unit, close = "", ""
        for _ in range(chance.randint(1, 4)):
            kind = chance.random()
            if kind < 0.5:
                name, attribute = (
                    chance.choice(_NAMES),
                    chance.choice(["", "", " " + chance.choice(_ATTRIBUTES)]),
                )
                unit += f"<{name}{attribute}>"
                ends = chance.random()
                if ends < 0.5:
                    unit += chance.choice(_TEXTS) + f"</{name}>"
                elif ends < 0.65:
                    close = f"</{name}>{close}"
            else:
                unit += chance.choice(_TEXTS if kind < 0.85 else _MARKUP)
        yield Shape(f"{place}: {unit!r} close {close!r}", before, unit, close, after)
