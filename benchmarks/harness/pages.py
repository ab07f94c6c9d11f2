"""Pages to measure with: from files, or made here, of any size, with any share of copies and error pages."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec

from streams import feeding, intake
from streams.errors import BadRecord
from streams.records import Message

_SEEDS = Path(__file__).parents[2] / "seeds"
_NAMES = "Anna Keller,Tomas Brandt,Maria Lopez,James Whitfield,Priya Nair,Olga Sorokina,Peter Lindqvist,Aisha Bello"
_PLACES = "Lisbon,Nairobi,Helsinki,Toronto,Jakarta,Lima,Warsaw,Dublin,Osaka,Tunis,Bergen,Cusco,Leipzig,Porto"
_BODIES = "the city council,the port authority,Rheintal Rail,the health ministry,the Fishers' Union,Nordfjord Energy"
_VERBS = "approved,rejected,opened,visited,criticised,repaired,sold,praised,closed,financed,inspected,delayed"
_THINGS = (
    "the harbour,a new tram line,the wheat harvest,a school roof,the city archive,an old bridge,a solar farm"
)
_ENDS = (
    "after months of talks,despite heavy rain,under a tight budget,as prices kept rising,without much notice"
)


class Page(msgspec.Struct, frozen=True):
    """A raw page to feed, and where it is from."""

    message: Message
    origin: str
    kind: feeding.Kind = feeding.Kind.JSON


def load(paths: Sequence[str | Path]) -> list[Page]:
    """The pages of files, or the sample pages where none is named."""
    return [Page(item.message, item.origin) for item in feeding.read(list(paths) or [_SEEDS])]


def plain(pages: Sequence[Page]) -> list[dict[str, str]]:
    """The pages as the baseline takes them: ``id``, ``url`` and ``html`` or ``text``. What is no page is left out."""
    made = []
    for page in pages:
        try:
            raw = intake.read(page.message)
        except BadRecord:
            continue
        content = raw.content if isinstance(raw.content, str) else raw.content.decode("utf-8", "replace")
        made.append(
            {
                "id": raw.id,
                "url": raw.url,
                "text" if raw.form == "text" else "html": content.replace("\0", ""),
            }
        )
    return made


def generate(
    count: int,
    size: int = 170_000,
    words: int = 600,
    duplicates: float = 0.0,
    errors: float = 0.0,
    seed: int = 1,
) -> list[Page]:
    """``count`` English news pages of about ``size`` bytes with ``words`` words of article each.

    ``duplicates`` is the share that repeats an earlier article under another URL, ``errors`` that of error pages.
    The same arguments give the same pages.
    """
    chance = random.Random(seed)
    articles: list[str] = []
    pages = []
    for number in range(count):
        drawn = chance.random()
        if drawn < errors:
            title, body = "Page not found", "<p>Sorry, the page you are looking for does not exist.</p>"
        else:
            if not articles or drawn >= errors + duplicates:
                articles.append(_article(chance, words))
            body = articles[-1] if drawn >= errors + duplicates else chance.choice(articles)
            title = body[3:60].rsplit(" ", 1)[0]
        url = f"https://news{number % 97}.example/{seed}/{number}/story"
        record = {"id": f"g{seed}-{number}", "url": url, "status": 200, "html": html(title, body, size)}
        pages.append(Page(Message(value=msgspec.json.encode(record), key=url.encode()), f"made:{number}"))
    return pages


def _article(chance: random.Random, words: int) -> str:
    paragraphs, written = [], 0
    while written < words:
        sentences = [_sentence(chance) for _ in range(chance.randint(2, 4))]
        paragraphs.append("<p>" + " ".join(sentences) + "</p>")
        written += sum(len(sentence.split()) for sentence in sentences)
    return "\n".join(paragraphs)


def _sentence(chance: random.Random) -> str:
    def any_of(words: str) -> str:
        return chance.choice(words.split(","))

    event = f"{any_of(_VERBS)} {any_of(_THINGS)} in {any_of(_PLACES)} {any_of(_ENDS)}"
    if chance.random() < 0.3:
        return f'"{any_of(_BODIES).capitalize()} {event}, and number {chance.randint(100, 99_999)} is next," said {any_of(_NAMES)}.'
    return f"{any_of(_NAMES)} of {any_of(_BODIES)} {event}, {chance.randint(2, 9_999)} days after {any_of(_NAMES)} {event}."


def html(title: str, body: str, size: int, picture: str = "") -> str:
    """A page as sites serve it: mostly menus, scripts and styles around the article; ``picture`` is one in base64."""
    head = f"<!doctype html><html lang=en><head><title>{title} - The Example Times</title></head><body>"
    menu = (
        "<nav><ul>" + "".join(f'<li><a href="/s/{n}">Section {n}</a></li>' for n in range(40)) + "</ul></nav>"
    )
    page = f"{head}{menu}<main><article><h1>{title}</h1>{body}</article></main>"
    tail = "<footer><p>The Example Times</p></footer></body></html>"
    if picture:
        tail = f'<img src="data:image/jpeg;base64,{picture}" alt="">{tail}'
    room = max(0, size - len(page) - len(tail))
    rule = ".widget-0000{margin:0 auto;padding:4px 8px;color:#123456}"
    card = '<div class="card"><a href="/a/0000"><img src="/i/0000.jpg" alt=""></a><span class="k">More</span></div>'
    style = f"<style>{rule * (room // 2 // len(rule))}</style>"
    return page + f"<aside>{card * (room // 2 // len(card))}</aside>" + style + tail
