"""What speaks against a page: its status, title, headings, sentences, markup, forms and shape.

A weight of 3 is what one title that says nothing but "page not found" counts; :mod:`streams.cleaning.classify.scoring` weighs.
"""

from __future__ import annotations

from streams.cleaning.classify.features import Block, Features, weigh
from streams.cleaning.classify.phrase_match import TROUBLE, Said, plainest, said, status_code
from streams.cleaning.classify.phrases import is_foreign
from streams.cleaning.classify.scoring import TINY, Case
from streams.cleaning.classify.server_signatures import recognise
from streams.records import Reason

_REASON = {
    "absent": Reason.SOFT_404,
    "denied": Reason.HTTP_ERROR,
    "failed": Reason.HTTP_ERROR,
    "down": Reason.MAINTENANCE,
    "login": Reason.LOGIN_WALL,
    "password": Reason.LOGIN_WALL,
    "robot": Reason.BOT_WALL,
    "consent": Reason.CONSENT_WALL,
    "parked": Reason.PARKED_DOMAIN,
    "default": Reason.DEFAULT_PAGE,
}
_TOPICS = (TROUBLE, ("login",), ("robot",), ("parked",), ("default",), ("consent",))

_PLAIN = 0.55  # share of a title or heading from which it says nothing else: counts 3
_HINT = 0.35  # counts half
_TRACE = 0.18  # counts a quarter
_MOSTLY = 0.5  # share of a tiny page that its statements make up for it to be about nothing else
_SHORT_BLOCK = 600  # weight above which a block is a paragraph of something else
_HEADINGS = 5  # first ones, which are the page's own; later ones are of its parts
_BLOCKS = 60
_LONG = 6_000  # weight of prose that outweighs all evidence there can be (some 25 points)
_FORM_TINY = 500
_ARTICLE = 100  # weight of sentences outside forms from which a page has something to say besides its log-in
_BARE = 160  # weight below which a page has at most a heading and a sentence


def gather(sight: Features) -> Case:
    """All evidence; of a page with so much prose that no sentence could condemn it, only what is cheap to see."""
    case = glance(sight)
    for one in recognise(sight):
        signal = "redirect" if one.mark.where == "url" else "markup"
        case.add(one.mark.reason, one.mark.weight, signal, f"{one.mark.name}: {one.seen}")
    if sight.prose <= _LONG:
        _body(sight, case)
    _form(sight, case)
    _shape(sight, case)
    return case


def glance(sight: Features) -> Case:
    """What status, title, headings and redirects say."""
    case = Case(sight)
    _status(sight, case)
    _title(sight, case)
    _headings(sight, case)
    _codes(sight, case)
    if sight.sent_home and not sight.declared:
        case.add(Reason.SOFT_404, 3.0, "redirect", f"{sight.url} ended on the front page {sight.final_url}")
    return case


def _status(sight: Features, case: Case) -> None:
    status = sight.status or 200
    if status >= 400:
        case.add(Reason.HTTP_ERROR, 3.0, "status", f"HTTP status {status}")


def _title(sight: Features, case: Case) -> None:
    for groups in _TOPICS:
        told = plainest(sight.title, groups) if sight.title else None
        if told and told.plainness >= _TRACE:
            case.add(_REASON[told.group], _points(told), "title_phrase", _quote(told, sight.title))


def _headings(sight: Features, case: Case) -> None:
    """The first headings; the plainest counts."""
    for groups in _TOPICS:
        told = [(plainest(heading, groups), heading) for heading in sight.headings[:_HEADINGS]]
        if groups == ("login",) and _beside_an_article(sight):
            continue  # the box in a corner has a heading too
        best, heading = max(told, key=lambda pair: pair[0].plainness if pair[0] else 0.0, default=(None, ""))
        if best and best.plainness >= _TRACE:
            case.add(_REASON[best.group], _points(best), "heading_phrase", _quote(best, heading))


def _points(told: Said) -> float:
    """What a title or heading counts. Log-in and consent are topics of good pages too."""
    points = 3.0 if told.plainness >= _PLAIN else 1.5 if told.plainness >= _HINT else 0.75
    return max(0.5, points - 1.0) if told.group in ("login", "consent") else points


def _shape(sight: Features, case: Case) -> None:
    """What needs no language: a page of a heading and a sentence, which offers a way back and nothing else."""
    word = next((h for h in (sight.title, *sight.headings[:3]) if h and _only_error(h)), None)
    if word:
        case.add(Reason.HTTP_ERROR, 1.5, "bare_error", f"nothing but: {word[:60]}")
    if sight.plain or sight.declared or sight.images or sight.forms or not sight.title:
        return
    title = sight.title.casefold()
    named = any(heading.casefold() == title for heading in sight.headings[:3])
    foreign = is_foreign(sight.language)
    bare = 2 * _BARE if foreign else _BARE
    if named and 0 < sight.weight - weigh(title) <= bare and sight.weight <= 2 * bare and sight.links <= 4:
        detail = f"{sight.weight} characters in all, a heading that repeats the title, {sight.links} links"
        # Where phrases would tell, the shape of a page is worth little.
        case.add(Reason.SOFT_404, 2.0 if foreign else 1.0, "shape", detail)
        if sight.home_links:
            case.add(Reason.SOFT_404, 1.0 if foreign else 0.4, "way_back", "a link to the front page")


def _only_error(text: str) -> bool:
    told = said(text, ("error", "sorry", "again")) if len(text) < 40 else None
    return told is not None and told.plainness > 0.95


def _body(sight: Features, case: Case) -> None:
    """Sentences outside menus. Alone they condemn only a page that has hardly any others."""
    caps = dict.fromkeys(_REASON.values(), 4.0 if sight.weight <= TINY else 2.0)
    candidates = [
        b for b in sight.blocks[:_BLOCKS] if b.weight <= _SHORT_BLOCK and b.linked < 0.5 and not b.chrome
    ]
    headed = _said_twice(sight) if sight.prose >= _ARTICLE else frozenset()
    spoken, heaviest = 0, (0.0, Reason.SOFT_404)
    for block in candidates:
        counted = stating = False
        for groups in _TOPICS:
            if groups == ("login",):
                continue  # a sentence that mentions a log-in is on every site
            told = said(block.text, groups)
            if told is None:
                continue
            counted = counted or told.plainness >= 0.15
            stating = stating or told.plainness >= 0.25
            reason = _REASON[told.group]
            heaviest = max(heaviest, (told.plainness * block.weight, reason))
            # A heading that the title repeats has counted twice already: the same words are no third witness.
            score = min(caps[reason], _weight_of(told, block)) if block.text not in headed else 0.0
            if score > 0:
                caps[reason] -= score
                case.add(reason, score, "body_phrase", _quote(told, block.text))
        spoken += block.weight if stating else 0
        if counted and _is_prose(block):
            case.own_prose += block.weight
    if sight.weight <= TINY and spoken >= _MOSTLY * sight.weight > 0:
        case.add(heaviest[1], 1.5, "shape", f"{spoken} of {sight.weight} characters on the page say so")


def _said_twice(sight: Features) -> frozenset[str]:
    """The first headings that the title repeats."""
    return frozenset(heading for heading in sight.headings[:_HEADINGS] if heading and heading in sight.title)


def _weight_of(told: Said, block: Block) -> float:
    """How much a sentence counts: by how much of it is the statement, and by what stands beside it."""
    plain = 2.0 if told.plainness >= 0.5 else 1.3 if told.plainness >= 0.25 else 0.6
    if block.weight > 300:
        plain /= 2
    return plain + 0.4 * told.support


def _is_prose(block: Block) -> bool:
    return block.weight >= 60 and block.linked < 0.5 and not block.chrome


def _codes(sight: Features, case: Case) -> None:
    """A status code that stands alone in the title, a heading or a short block."""
    seen = [("title", sight.title), *(("heading", heading) for heading in sight.headings[:_HEADINGS])]
    small = sight.weight <= TINY and not sight.declared
    if small and not sight.plain:
        seen += [("text", block.text) for block in sight.blocks[:20] if block.weight <= 40]
    points = 3.5
    for place, text in seen:
        code = status_code(text, named=small) if text else None
        if code and points > 0:
            reason = Reason.SOFT_404 if code in ("404", "410") else Reason.HTTP_ERROR
            reason = Reason.MAINTENANCE if code == "503" else reason
            score = min(points, 2.0)
            points -= score
            case.add(reason, score, "code", f"{code} in the {place}: {text[:80]}")


def _form(sight: Features, case: Case) -> None:
    """Fields for a name and a password on a page that is little else."""
    if not sight.forms and not sight.passwords:
        return
    if _beside_an_article(sight):
        return
    tiny = sight.weight <= _FORM_TINY
    if sight.passwords:
        alone = 1.5 if tiny and sight.prose == 0 and not sight.declared else 0.0
        case.add(
            Reason.LOGIN_WALL, (3.0 if tiny else 1.5) + alone, "form", f"{sight.passwords} password fields"
        )
    elif tiny and sight.inputs:
        case.add(Reason.LOGIN_WALL, 0.5, "form", f"a form of {sight.inputs} fields")
    text = " . ".join(block.text for block in sight.blocks[:30] if block.weight < 120)
    fields = said(text, ("password",))
    if fields and tiny:
        case.add(Reason.LOGIN_WALL, min(2.0, len(fields.phrases)), "form_phrase", _quote(fields, text))


def _beside_an_article(sight: Features) -> bool:
    """Whether a log-in stands beside text of its own: sentences outside forms, under a title that is not about it."""
    if sight.prose < _ARTICLE or not sight.title:
        return False
    told = said(sight.title, ("login",))
    return told is None or told.plainness < _TRACE


def _quote(told: Said, text: str) -> str:
    return f"{', '.join(told.phrases)} ({told.language}) in: {text[:100]}"
