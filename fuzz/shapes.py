"""One target under hypothesis: pages and records that are nearly right, broken in the ways that crawls break them.

``python -m fuzz.shapes TARGET SECONDS SECONDS_PER_INPUT``. Hypothesis shrinks what it finds and prints it.
"""

from __future__ import annotations

import itertools
import signal
import sys
import time
from types import FrameType

import msgspec
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS

_NAMES = [
    "html",
    "head",
    "body",
    "title",
    "meta",
    "link",
    "script",
    "style",
    "noscript",
    "h1",
    "h2",
    "p",
    "div",
    "span",
    "a",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "form",
    "input",
    "img",
    "article",
    "section",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "time",
    "br",
    "svg",
    "template",
    "iframe",
    "pre",
    "blockquote",
    "select",
    "option",
    "b",
    "font",
]
_ATTRIBUTES = [
    "id",
    "class",
    "href",
    "src",
    "content",
    "name",
    "property",
    "itemprop",
    "datetime",
    "type",
    "rel",
    "lang",
    "style",
    "hidden",
    "http-equiv",
    "charset",
]
_VALUES = st.one_of(
    st.sampled_from(
        [
            "article",
            "og:type",
            "og:title",
            "author",
            "byline",
            "datePublished",
            "error-page",
            "challenge-form",
            "root",
            "main",
            "canonical",
            "nofollow",
            "display:none",
            "2026-01-02T03:04:05Z",
            "application/ld+json",
            "refresh",
            "password",
            "utf-16",
            "/login",
            "/",
        ]
    ),
    st.text(max_size=30),
)
_WORDS = st.one_of(
    st.sampled_from(
        [
            "The harbour council voted on Tuesday to rebuild the eastern pier.",
            "Page not found",
            "404",
            "Seite leider nicht gefunden",
            "ページが見つかりません",
            "We use cookies",
            "Subscribe to continue reading",
            "&amp;&#x0;&#xFFFFFFFF;&lt;",
            '{"@type": "NewsArticle", "headline": "A", "author": [{"name": "B"}], "datePublished": 7}',
            "<!--",
            "]]>",
            "\x00",
        ]
    ),
    st.text(max_size=60),
)


_LONGEST = 40_000  # characters of what is within one element


@st.composite
def _elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(st.sampled_from(_NAMES))
    attributes = draw(st.lists(st.tuples(st.sampled_from(_ATTRIBUTES), _VALUES), max_size=3))
    quote = draw(st.sampled_from(['"', "'", ""]))
    opening = f"<{name}" + "".join(f" {key}={quote}{value}{quote}" for key, value in attributes)
    inner = draw(st.lists(_WORDS if depth > 4 else st.one_of(_WORDS, _elements(depth + 1)), max_size=4))
    body = "".join(inner)
    # Repeated within what is repeated within what is repeated: somewhere it has to end.
    times = min(draw(st.sampled_from([1, 1, 1, 1, 2, 40])), max(1, _LONGEST // (len(body) + 1)))
    closing = draw(st.sampled_from([f"</{name}>", f"</{name}>", "", "</div>", "</"]))
    return f"{opening}{draw(st.sampled_from(['>', '>', '>', '/>', '']))}{body * times}{closing}"


_PAGES = st.lists(st.one_of(_elements(), _WORDS), max_size=12).map("".join)
_BYTES = st.one_of(
    _PAGES.map(lambda page: page.encode("utf-8", "replace")),
    _PAGES.map(lambda page: page.encode("utf-16-le", "replace")),
    _PAGES.map(lambda page: page.encode("cp1251", "replace")),
    st.builds(lambda start, rest: start + rest, st.sampled_from([b"\x1f\x8b\x08", b"x\x9c", b"\x28\xb5\x2f\xfd", b"%PDF-"]), st.binary(max_size=200)),
    st.binary(max_size=400),
)  # fmt: skip
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), _PAGES)
_ANYTHING = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12)  # fmt: skip
_FIELDS = [
    "id",
    "url",
    "final_url",
    "response_url",
    "status",
    "status_code",
    "headers",
    "response_headers",
    "body",
    "html",
    "text",
    "content",
    "encoding",
    "content_type",
    "fetched_at",
    "timestamp",
    "source",
    "attrs",
    "r",
    "page",
]
_RECORDS = st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=10).flatmap(
    lambda record: st.sampled_from(
        [record, {**record, "url": "https://e.example/a"}, {**record, "url": "http://[", "html": "<p>x"}]
    )
)
_INPUTS = {
    "read": st.one_of(_RECORDS.map(lambda record: _json(record)), st.binary(max_size=300)),
    "read-plain": st.builds(lambda head, body: head + body, st.binary(min_size=1, max_size=1), _BYTES),
    "clean": st.builds(lambda head, body: head + body, st.binary(min_size=4, max_size=4), _BYTES),
}


def _json(record: dict[str, object]) -> bytes:
    return msgspec.json.encode(record)


class TooSlow(Exception):
    """An input took longer than it may."""


def _out_of_time(number: int, frame: FrameType | None) -> None:
    raise TooSlow("an input took longer than it may")


def main() -> None:
    """Rounds of new examples until the time is over. Raises what an input broke, with that input."""
    name, seconds, limit = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    signal.signal(signal.SIGALRM, _out_of_time)
    until = time.monotonic() + seconds
    tried = 0
    for number in itertools.count():
        if time.monotonic() > until:
            break
        _round(name, number, limit)
        tried += _ROUND
    print(f"{tried:,} examples, nothing found")


_ROUND = 500


def _round(name: str, number: int, limit: float) -> None:
    @seed(number)
    @settings(max_examples=_ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_INPUTS[name])
    def holds(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            TARGETS[name](data)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    holds()


if __name__ == "__main__":
    main()
