"""Evidence against a page from its status, title, headings, sentences, markup, forms and shape.

The scale: a title that says only "page not found" scores 3, the threshold of :mod:`streams.cleaning.classify.scoring`.
"""

from __future__ import annotations

from streams.cleaning.classify.features import Block, Features
from streams.cleaning.classify.phrase_match import (
    TROUBLE,
    Statement,
    find_statement,
    plainest_statement,
    status_code,
)
from streams.cleaning.classify.phrases import is_foreign
from streams.cleaning.classify.scoring import TINY, ReasonScores
from streams.cleaning.classify.server_signatures import match_signatures
from streams.cleaning.text import text_weight
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

_PLAIN = 0.55  # plainness of a title or heading from which it scores 3
_HINT = 0.35  # counts half
_TRACE = 0.18  # counts a quarter
_MOSTLY = 0.5  # share of a tiny page's text from which its statements are all that it is about
_SHORT_BLOCK = 600  # weight above which a block is taken for ordinary prose
_HEADINGS = 5  # only the first headings are about the page as a whole
_BLOCKS = 60
_LONG = 6_000  # weight of prose that offsets the maximum of possible evidence (about 25 points)
_FORM_TINY = 500
_ARTICLE = 100  # weight of prose outside forms from which a page has content besides its log-in
_BARE = 160  # weight below which a page has at most a heading and a sentence


def collect_evidence(features: Features) -> ReasonScores:
    """All evidence. Sentences are skipped on pages with so much prose that they could not reach the threshold."""
    scores = collect_cheap_evidence(features)
    for one in match_signatures(features):
        signal = "redirect" if one.signature.where == "url" else "markup"
        scores.add(one.signature.reason, one.signature.weight, signal, f"{one.signature.name}: {one.matched}")
    if features.prose <= _LONG:
        _body(features, scores)
    _form(features, scores)
    _shape(features, scores)
    return scores


def collect_cheap_evidence(features: Features) -> ReasonScores:
    """The evidence that is cheap to collect: status, title, headings and redirects."""
    scores = ReasonScores(features)
    _status(features, scores)
    _title(features, scores)
    _headings(features, scores)
    _codes(features, scores)
    if features.sent_home and not features.declared:
        scores.add(
            Reason.SOFT_404, 3.0, "redirect", f"{features.url} ended on the front page {features.final_url}"
        )
    return scores


def _status(features: Features, scores: ReasonScores) -> None:
    status = features.status or 200
    if status >= 400:
        scores.add(Reason.HTTP_ERROR, 3.0, "status", f"HTTP status {status}")


def _title(features: Features, scores: ReasonScores) -> None:
    for groups in _TOPICS:
        statement = plainest_statement(features.title, groups) if features.title else None
        if statement and statement.plainness >= _TRACE:
            scores.add(
                _REASON[statement.group],
                _points(statement),
                "title_phrase",
                _quote(statement, features.title),
            )


def _headings(features: Features, scores: ReasonScores) -> None:
    """Add the plainest statement among the first headings, for each topic."""
    for groups in _TOPICS:
        statement = [
            (plainest_statement(heading, groups), heading) for heading in features.headings[:_HEADINGS]
        ]
        if groups == ("login",) and _beside_an_article(features):
            continue  # a log-in box beside an article has a heading too
        best, heading = max(
            statement, key=lambda pair: pair[0].plainness if pair[0] else 0.0, default=(None, "")
        )
        if best and best.plainness >= _TRACE:
            scores.add(_REASON[best.group], _points(best), "heading_phrase", _quote(best, heading))


def _points(statement: Statement) -> float:
    """The score of a statement in a title or heading; lower for log-in and consent, which are topics of good pages too."""
    points = 3.0 if statement.plainness >= _PLAIN else 1.5 if statement.plainness >= _HINT else 0.75
    return max(0.5, points - 1.0) if statement.group in ("login", "consent") else points


def _shape(features: Features, scores: ReasonScores) -> None:
    """Add language-independent evidence: a heading that repeats the title, hardly any other text, a link home."""
    word = next((h for h in (features.title, *features.headings[:3]) if h and _only_error(h)), None)
    if word:
        scores.add(Reason.HTTP_ERROR, 1.5, "bare_error", f"nothing but: {word[:60]}")
    if features.plain or features.declared or features.images or features.forms or not features.title:
        return
    title = features.title.casefold()
    named = any(heading.casefold() == title for heading in features.headings[:3])
    foreign = is_foreign(features.language)
    bare = 2 * _BARE if foreign else _BARE
    if (
        named
        and 0 < features.weight - text_weight(title) <= bare
        and features.weight <= 2 * bare
        and features.links <= 4
    ):
        detail = (
            f"{features.weight} characters in all, a heading that repeats the title, {features.links} links"
        )
        # In languages with phrase lists the shape alone is weak evidence.
        scores.add(Reason.SOFT_404, 2.0 if foreign else 1.0, "shape", detail)
        if features.home_links:
            scores.add(Reason.SOFT_404, 1.0 if foreign else 0.4, "way_back", "a link to the front page")


def _only_error(text: str) -> bool:
    statement = find_statement(text, ("error", "sorry", "again")) if len(text) < 40 else None
    return statement is not None and statement.plainness > 0.95


def _body(features: Features, scores: ReasonScores) -> None:
    """Add statements in blocks outside menus; capped, so that alone they reject only pages with hardly any other text."""
    caps = dict.fromkeys(_REASON.values(), 4.0 if features.weight <= TINY else 2.0)
    candidates = [
        b for b in features.blocks[:_BLOCKS] if b.weight <= _SHORT_BLOCK and b.linked < 0.5 and not b.chrome
    ]
    headed = _said_twice(features) if features.prose >= _ARTICLE else frozenset()
    spoken, heaviest = 0, (0.0, Reason.SOFT_404)
    for block in candidates:
        counted = stating = False
        for groups in _TOPICS:
            if groups == ("login",):
                continue  # almost every site mentions a log-in
            statement = find_statement(block.text, groups)
            if statement is None:
                continue
            counted = counted or statement.plainness >= 0.15
            stating = stating or statement.plainness >= 0.25
            reason = _REASON[statement.group]
            heaviest = max(heaviest, (statement.plainness * block.weight, reason))
            # A heading that repeats the title is counted as title and as heading already.
            score = min(caps[reason], _weight_of(statement, block)) if block.text not in headed else 0.0
            if score > 0:
                caps[reason] -= score
                scores.add(reason, score, "body_phrase", _quote(statement, block.text))
        spoken += block.weight if stating else 0
        if counted and _is_prose(block):
            scores.own_prose += block.weight
    if features.weight <= TINY and spoken >= _MOSTLY * features.weight > 0:
        scores.add(heaviest[1], 1.5, "shape", f"{spoken} of {features.weight} characters on the page say so")


def _said_twice(features: Features) -> frozenset[str]:
    """The first headings that also occur in the title."""
    return frozenset(
        heading for heading in features.headings[:_HEADINGS] if heading and heading in features.title
    )


def _weight_of(statement: Statement, block: Block) -> float:
    """The score of a statement in a block: by its share of the block, the block's length and supporting phrases."""
    plain = 2.0 if statement.plainness >= 0.5 else 1.3 if statement.plainness >= 0.25 else 0.6
    if block.weight > 300:
        plain /= 2
    return plain + 0.4 * statement.support


def _is_prose(block: Block) -> bool:
    return block.weight >= 60 and block.linked < 0.5 and not block.chrome


def _codes(features: Features, scores: ReasonScores) -> None:
    """Add status codes that stand alone in the title, a heading or a short block."""
    seen = [
        ("title", features.title),
        *(("heading", heading) for heading in features.headings[:_HEADINGS]),
    ]
    small = features.weight <= TINY and not features.declared
    if small and not features.plain:
        seen += [("text", block.text) for block in features.blocks[:20] if block.weight <= 40]
    points = 3.5
    for place, text in seen:
        code = status_code(text, named=small) if text else None
        if code and points > 0:
            reason = Reason.SOFT_404 if code in ("404", "410") else Reason.HTTP_ERROR
            reason = Reason.MAINTENANCE if code == "503" else reason
            score = min(points, 2.0)
            points -= score
            scores.add(reason, score, "code", f"{code} in the {place}: {text[:80]}")


def _form(features: Features, scores: ReasonScores) -> None:
    """Add log-in forms on pages that contain little else."""
    if not features.forms and not features.passwords:
        return
    if _beside_an_article(features):
        return
    tiny = features.weight <= _FORM_TINY
    if features.passwords:
        alone = 1.5 if tiny and features.prose == 0 and not features.declared else 0.0
        scores.add(
            Reason.LOGIN_WALL, (3.0 if tiny else 1.5) + alone, "form", f"{features.passwords} password fields"
        )
    elif tiny and features.inputs:
        scores.add(Reason.LOGIN_WALL, 0.5, "form", f"a form of {features.inputs} fields")
    text = " . ".join(block.text for block in features.blocks[:30] if block.weight < 120)
    fields = find_statement(text, ("password",))
    if fields and tiny:
        scores.add(Reason.LOGIN_WALL, min(2.0, len(fields.phrases)), "form_phrase", _quote(fields, text))


def _beside_an_article(features: Features) -> bool:
    """Whether the page has prose outside forms and a title that is not about logging in."""
    if features.prose < _ARTICLE or not features.title:
        return False
    statement = find_statement(features.title, ("login",))
    return statement is None or statement.plainness < _TRACE


def _quote(statement: Statement, text: str) -> str:
    return f"{', '.join(statement.phrases)} ({statement.language}) in: {text[:100]}"
