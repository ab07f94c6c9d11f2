"""Is a page what was asked for, or what a server shows instead? A verdict, its reason, and the evidence.

Evidence is added up by reason, in units where 3 condemns a page that has nothing else to say. The more other prose a
page has, the more it takes: an error page is short and talks about itself, an article about errors is long and does
not. The weights were set on pages of servers and sites in 65 languages and on articles, manuals and pages about errors
(``tests/cleaning/test_judge.py`` holds the bounds); a weight of 3 is what one title that says nothing but "page not
found" counts.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from streams.cleaning.data import table
from streams.cleaning.servers import recognise
from streams.cleaning.sight import Block, Sight, weigh
from streams.cleaning.statements import TROUBLE, Said, plainest, said, status_code
from streams.records import Evidence, Reason
from streams.settings import Cleaning

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
# Reasons that one page shows several of: their evidence is added up, and the heaviest of them is the reason named.
_ERRORS = (Reason.SOFT_404, Reason.HTTP_ERROR, Reason.MAINTENANCE)
_TOPICS = (TROUBLE, ("login",), ("robot",), ("parked",), ("default",), ("consent",))

_ENOUGH = 3.0
_PROSE_PER_POINT = {  # weight of other prose that outweighs one point of evidence
    Reason.LOGIN_WALL: 120,
    Reason.CONSENT_WALL: 120,
    Reason.BOT_WALL: 200,
    Reason.DEFAULT_PAGE: 500,  # they explain at length where the server's files are
}
_PROSE_PER_POINT_ELSE = 250
_DECLARED = 3.0  # what a page must be outweighed by that says of itself that it is an article
_PLAIN = 0.55  # share of a title or heading from which it says nothing else: counts 3
_HINT = 0.35  # counts half
_TRACE = 0.18  # counts a quarter
_TINY = 700  # weight of all text below which sentences alone can condemn
_MOSTLY = 0.5  # share of a tiny page that its statements make up for it to be about nothing else
_SHORT_BLOCK = 600  # weight above which a block is a paragraph of something else
_HEADINGS = 5  # first ones, which are the page's own; later ones are of its parts
_BLOCKS = 60
_LONG = 6_000  # weight of prose that outweighs all evidence there can be (some 25 points)
_FORM_TINY = 500
_BARE = 160  # weight below which a page has at most a heading and a sentence


class Reject(msgspec.Struct, frozen=True):
    """The page is no document, for this reason."""

    reason: Reason
    evidence: tuple[Evidence, ...]


class Accept(msgspec.Struct, frozen=True):
    """The page is a document. ``evidence`` is what spoke against it and did not win."""

    evidence: tuple[Evidence, ...] = ()
    paywalled: bool = False


Verdict = Reject | Accept


def judge(sight: Sight) -> Verdict:
    """The verdict before extraction, on all that the page shows."""
    case = _gather(sight)
    return case.verdict(max(0, sight.prose - case.own_prose))


def judge_text(sight: Sight, text: str, options: Cleaning) -> Verdict:
    """The verdict after extraction, where ``text`` is the main text: what is left when the frame of a page is gone."""
    lines = [line for line in text.splitlines() if line.strip()]
    weight = weigh(text)
    case = _gather(sight) if weight < 4 * options.min_characters else _glance(sight)
    if weight < 4 * options.min_characters:
        others = sum(weigh(line) for line in lines if said(line) is None)
        verdict = case.verdict(others)
        if isinstance(verdict, Reject):
            return verdict
    if weight < options.min_characters and not (weight and _is_gallery(sight)):
        return _short(sight, case, weight, options)
    paywall = _paywall(sight, lines)
    if paywall and weight < 2 * options.min_characters:
        return Reject(Reason.PAYWALL_STUB, paywall)
    return Accept(case.against() + paywall, paywalled=bool(paywall))


def _short(sight: Sight, case: _Case, weight: int, options: Cleaning) -> Verdict:
    """Why there is hardly any text: a wall or an error that was seen faintly, a shell, or simply nothing more."""
    length = Evidence(
        signal="length", detail=f"{weight} characters; cleaning.min_characters is {options.min_characters}"
    )
    reason, points = case.heaviest()
    if reason and points >= 1.5:
        return Reject(reason, (*case.evidence(reason), length))
    shell = _shell(sight)
    if shell:
        return Reject(Reason.EMPTY_SHELL, (*shell, length))
    if sight.passwords:
        return Reject(Reason.LOGIN_WALL, (Evidence(signal="form", detail="a password field"), length))
    return Reject(Reason.TOO_SHORT, (length,))


_ROOTS = frozenset(table("sight")["roots"])


def _shell(sight: Sight) -> tuple[Evidence, ...]:
    """Signs that scripts were to fill the page."""
    found = []
    roots = sorted(_ROOTS & (sight.tokens | sight.body_tokens))
    if roots and sight.scripts:
        found.append(Evidence(signal="markup", detail=f"an empty application root: {roots[0]}"))
    asked = said(sight.noscript, ("script",)) or next(
        filter(None, (said(block.text, ("script",)) for block in sight.blocks[:10])), None
    )
    if asked:
        found.append(Evidence(signal="body_phrase", detail=f"{asked.phrases[0]} ({asked.language})"))
    if sight.refresh and "url" in sight.refresh.lower():
        found.append(Evidence(signal="refresh", detail=f"meta refresh: {sight.refresh[:120]}"))
    if sight.weight < 120 and sight.scripts and sight.script_bytes > 4 * sight.weight:
        found.append(
            Evidence(
                signal="shape", detail=f"{sight.scripts} scripts, {sight.weight} characters of visible text"
            )
        )
    return tuple(found)


def _is_gallery(sight: Sight) -> bool:
    """True for a page whose content is pictures, or that says it is an article: short is then no fault."""
    return bool(sight.declared) or (sight.in_article and sight.images > 0)


def _paywall(sight: Sight, lines: list[str]) -> tuple[Evidence, ...]:
    """Signs that only the beginning of the article is shown."""
    found = []
    if sight.free is False:
        found.append(Evidence(signal="declared", detail="isAccessibleForFree is false"))
    for line in lines[-4:]:
        wall = said(line, ("paywall",)) if weigh(line) < 200 else None
        if wall and wall.plainness > 0.3:
            found.append(Evidence(signal="paywall_phrase", detail=f"{wall.phrases[0]} ({wall.language})"))
            break
    return tuple(found)


class _Case:
    """Evidence by reason. ``own_prose`` is the weight of sentences that are evidence themselves."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.points: dict[Reason, float] = defaultdict(float)
        self.found: dict[Reason, list[Evidence]] = defaultdict(list)
        self.own_prose = 0

    def add(self, reason: Reason, score: float, signal: str, detail: str) -> None:
        self.points[reason] += score
        self.found[reason].append(Evidence(signal=signal, detail=detail[:200], score=round(score, 2)))

    def verdict(self, other_prose: int) -> Verdict:
        """Condemned for the reason whose evidence outweighs ``other_prose`` by most, or accepted."""
        best: tuple[float, Reason] | None = None
        for reason in self.points:
            per_point = _PROSE_PER_POINT.get(reason, _PROSE_PER_POINT_ELSE)
            need = _ENOUGH + other_prose / per_point + _DECLARED * bool(self.sight.declared)
            if reason is Reason.LOGIN_WALL:
                need += 1 + self.sight.links / 20
            margin = self.total(reason) - need
            if margin >= 0 and (
                best is None or (margin, self.points[reason]) > (best[0], self.points[best[1]])
            ):
                best = (margin, reason)
        if best is None:
            return Accept(self.against())
        return Reject(self.named(best[1]), self.evidence(best[1]))

    def total(self, reason: Reason) -> float:
        if reason in _ERRORS:
            return sum(self.points.get(other, 0.0) for other in _ERRORS)
        return self.points.get(reason, 0.0)

    def named(self, reason: Reason) -> Reason:
        """The heaviest of the reasons that were added up; an error the server itself reports is an HTTP error."""
        if reason not in _ERRORS:
            return reason
        heaviest = max(_ERRORS, key=lambda one: self.points.get(one, 0.0))
        reported = (self.sight.status or 0) >= 400
        return Reason.HTTP_ERROR if reported and heaviest is Reason.SOFT_404 else heaviest

    def heaviest(self) -> tuple[Reason | None, float]:
        totals = [(self.total(reason), reason) for reason in self.points]
        total, reason = max(totals, default=(0.0, None), key=lambda pair: pair[0])
        return (self.named(reason), total) if reason else (None, 0.0)

    def evidence(self, reason: Reason) -> tuple[Evidence, ...]:
        if reason not in _ERRORS:
            return tuple(self.found[reason])
        return tuple(one for other in _ERRORS for one in self.found.get(other, ()))

    def against(self) -> tuple[Evidence, ...]:
        """What is worth telling of a page that was accepted all the same."""
        heavy = [reason for reason in self.points if self.total(reason) >= 2]
        return tuple(one for reason in heavy for one in self.found[reason])


def _gather(sight: Sight) -> _Case:
    """All evidence; of a page with so much prose that no sentence could condemn it, only what is cheap to see."""
    case = _glance(sight)
    for one in recognise(sight):
        case.add(one.mark.reason, one.mark.weight, "markup", f"{one.mark.name}: {one.seen}")
    if sight.prose <= _LONG:
        _body(sight, case)
    _form(sight, case)
    _shape(sight, case)
    return case


def _glance(sight: Sight) -> _Case:
    """What status, title, headings and redirects say."""
    case = _Case(sight)
    _status(sight, case)
    _title(sight, case)
    _headings(sight, case)
    _codes(sight, case)
    if sight.sent_home and not sight.declared:
        case.add(Reason.SOFT_404, 3.0, "redirect", f"{sight.url} ended on the front page {sight.final_url}")
    return case


def _status(sight: Sight, case: _Case) -> None:
    status = sight.status or 200
    if status >= 400:
        case.add(Reason.HTTP_ERROR, 3.0, "status", f"HTTP status {status}")


def _title(sight: Sight, case: _Case) -> None:
    for groups in _TOPICS:
        told = plainest(sight.title, groups) if sight.title else None
        if told and told.plainness >= _TRACE:
            case.add(_REASON[told.group], _points(told), "title_phrase", _quote(told, sight.title))


def _headings(sight: Sight, case: _Case) -> None:
    """The first headings; the plainest counts."""
    for groups in _TOPICS:
        told = [(plainest(heading, groups), heading) for heading in sight.headings[:_HEADINGS]]
        best, heading = max(told, key=lambda pair: pair[0].plainness if pair[0] else 0.0, default=(None, ""))
        if best and best.plainness >= _TRACE:
            case.add(_REASON[best.group], _points(best), "heading_phrase", _quote(best, heading))


def _points(told: Said) -> float:
    """What a title or heading counts. Log-in and consent are topics of good pages too."""
    points = 3.0 if told.plainness >= _PLAIN else 1.5 if told.plainness >= _HINT else 0.75
    return max(0.5, points - 1.0) if told.group in ("login", "consent") else points


def _shape(sight: Sight, case: _Case) -> None:
    """What needs no language: a page of a heading and a sentence, which offers a way back and nothing else."""
    bare = next((h for h in (sight.title, *sight.headings[:3]) if h and _only_error(h)), None)
    if bare:
        case.add(Reason.HTTP_ERROR, 1.5, "heading_phrase", f"nothing but: {bare[:60]}")
    if sight.plain or sight.declared or sight.images or sight.forms or not sight.title:
        return
    named = any(heading.casefold() == sight.title.casefold() for heading in sight.headings[:3])
    if named and 0 < sight.weight <= _BARE and sight.links <= 4:
        detail = f"{sight.weight} characters in all, a heading that repeats the title, {sight.links} links"
        case.add(Reason.SOFT_404, 2.0, "shape", detail)
        if sight.home_links:
            case.add(Reason.SOFT_404, 1.0, "way_back", "a link to the front page")


def _only_error(text: str) -> bool:
    told = said(text, ("error", "sorry", "again")) if len(text) < 40 else None
    return told is not None and told.plainness > 0.95


def _body(sight: Sight, case: _Case) -> None:
    """Sentences outside menus. Alone they condemn only a page that has hardly any others."""
    caps = dict.fromkeys(_REASON.values(), 4.0 if sight.weight <= _TINY else 2.0)
    candidates = [
        b for b in sight.blocks[:_BLOCKS] if b.weight <= _SHORT_BLOCK and b.linked < 0.5 and not b.chrome
    ]
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
            score = min(caps[reason], _weight_of(told, block))
            if score > 0:
                caps[reason] -= score
                case.add(reason, score, "body_phrase", _quote(told, block.text))
        spoken += block.weight if stating else 0
        if counted and _is_prose(block):
            case.own_prose += block.weight
    if sight.weight <= _TINY and spoken >= _MOSTLY * sight.weight > 0:
        case.add(heaviest[1], 1.5, "shape", f"{spoken} of {sight.weight} characters on the page say so")


def _weight_of(told: Said, block: Block) -> float:
    """How much a sentence counts: by how much of it is the statement, and by what stands beside it."""
    plain = 2.0 if told.plainness >= 0.5 else 1.3 if told.plainness >= 0.25 else 0.6
    if block.weight > 300:
        plain /= 2
    return plain + 0.4 * told.support


def _is_prose(block: Block) -> bool:
    return block.weight >= 60 and block.linked < 0.5 and not block.chrome


def _codes(sight: Sight, case: _Case) -> None:
    """A status code that stands alone in the title, a heading or a short block."""
    seen = [("title", sight.title), *(("heading", heading) for heading in sight.headings[:_HEADINGS])]
    if sight.weight <= _TINY and not sight.plain:
        seen += [("text", block.text) for block in sight.blocks[:20] if block.weight <= 40]
    points = 3.5
    for place, text in seen:
        code = status_code(text) if text else None
        if code and points > 0:
            reason = Reason.SOFT_404 if code in ("404", "410") else Reason.HTTP_ERROR
            reason = Reason.MAINTENANCE if code == "503" else reason
            score = min(points, 2.0)
            points -= score
            case.add(reason, score, "code", f"{code} in the {place}: {text[:80]}")


def _form(sight: Sight, case: _Case) -> None:
    """Fields for a name and a password on a page that is little else."""
    if not sight.forms and not sight.passwords:
        return
    tiny = sight.weight <= _FORM_TINY
    if sight.passwords:
        alone = 1.0 if tiny and sight.prose == 0 and not sight.declared else 0.0
        case.add(
            Reason.LOGIN_WALL, (3.0 if tiny else 1.5) + alone, "form", f"{sight.passwords} password fields"
        )
    elif tiny and sight.inputs:
        case.add(Reason.LOGIN_WALL, 0.5, "form", f"a form of {sight.inputs} fields")
    text = " . ".join(block.text for block in sight.blocks[:30] if block.weight < 120)
    fields = said(text, ("password",))
    if fields and tiny:
        case.add(Reason.LOGIN_WALL, min(2.0, len(fields.phrases)), "form_phrase", _quote(fields, text))


def _quote(told: Said, text: str) -> str:
    return f"{', '.join(told.phrases)} ({told.language}) in: {text[:100]}"
