"""Evidence against a page from its status, title, headings, sentences, markup, forms and shape.

The scale: a title that says only "page not found" scores 3, the threshold of :mod:`streams.cleaning.classify.scoring`.
"""

from __future__ import annotations

from streams import urls
from streams.cleaning.classify.body_evidence import add_body_evidence
from streams.cleaning.classify.features import Features
from streams.cleaning.classify.phrase_match import (
    Statement,
    find_statement,
    plainest_statement,
    status_code,
)
from streams.cleaning.classify.phrases import is_foreign
from streams.cleaning.classify.redirects import is_sent_home
from streams.cleaning.classify.scoring import TINY, ReasonScores
from streams.cleaning.classify.server_signatures import match_signatures
from streams.cleaning.classify.statement_reasons import REASONS, TOPICS, counts, quote
from streams.cleaning.text import text_weight
from streams.records import Reason
from streams.wording import counted

_PLAIN = 0.55  # plainness of a title or heading from which it scores 3
_WHOLE = 0.5  # share of a heading below which a plain segment scores as a hint
_FIRST = 2  # headings from which on a statement is about a part of the page, and counts half
_HINT = 0.35  # counts half
_TRACE = 0.18  # counts a quarter
_HEADINGS = 5  # only the first headings are about the page as a whole
_LONG = 6_000  # weight of prose that offsets the maximum of possible evidence (about 25 points)
_LONG_ALONE = (
    1_800  # and the maximum of evidence from sentences alone (7.5 points, some of the prose being their own)
)
_FORM_TINY = 500
_TITLES = frozenset(("h1", "h2", "h3"))
_ALL_LINK = 0.9  # link share from which a heading is a link
_LISTED = 6  # linked headings from which a page is a list of articles
_SLUG_WORDS = 3  # words of a path from which it names an article
_PAIRED = 1.5  # score of a title or heading that has a pair of words, and no phrase that states a wall alone
_FRONT_PAGE = 5.0  # outweighs 500 of prose: many sites name the front page on every article by mistake
_LATIN = 0.7  # share of ASCII from which headings can be compared with an address
_ARTICLE = 100  # weight of prose outside forms from which a page has content besides its log-in
_BARE = 160  # weight below which a page has at most a heading and a sentence


def collect_evidence(features: Features) -> ReasonScores:
    """All evidence. Sentences are skipped on pages with so much prose that they could not reach the threshold."""
    scores = collect_cheap_evidence(features)
    for one in match_signatures(features):
        signal = "redirect" if one.signature.where == "url" else "markup"
        scores.add(one.signature.reason, one.signature.weight, signal, f"{one.signature.name}: {one.matched}")
    if features.prose <= (_LONG if scores.points else _LONG_ALONE):
        add_body_evidence(features, scores)
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
    _front_page(features, scores)
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
    for groups in TOPICS:
        statement = _plainest(features, features.title, groups)
        if statement and statement.plainness >= _TRACE:
            scores.languages |= {statement.language}
            scores.add(
                REASONS[statement.group],
                _points(statement),
                "title_phrase",
                quote(statement, features.title),
            )


def _headings(features: Features, scores: ReasonScores) -> None:
    """Add the plainest statement among the first headings, for each topic."""
    for groups in TOPICS:
        if groups == ("login",) and _beside_an_article(features):
            continue  # a log-in box beside an article has a heading too
        found = [
            (statement, heading, _points(statement, _share(heading, groups)) / (1 + (place >= _FIRST)))
            for place, heading in enumerate(features.headings[:_HEADINGS])
            if (statement := _plainest(features, heading, groups)) and statement.plainness >= _TRACE
        ]
        if found:
            best, heading, points = max(found, key=lambda one: (one[2], one[0].plainness))
            scores.add(REASONS[best.group], points, "heading_phrase", quote(best, heading))


def _share(heading: str, groups: tuple[str, ...]) -> float:
    """The share of a whole heading that a statement makes up; headings, unlike titles, have no name of the site in them."""
    whole = find_statement(heading, groups)
    return whole.plainness if whole else 0.0


def _plainest(features: Features, text: str, groups: tuple[str, ...]) -> Statement | None:
    """The plainest believable statement in a title or heading."""
    statement = plainest_statement(text, groups) if text else None
    return statement if statement and counts(features, text, statement) else None


def _front_page(features: Features, scores: ReasonScores) -> None:
    """Add that a page which names the front page as its own address, and lists articles, is not about its address."""
    if features.declared or not is_sent_home(features.url, features.canonical):
        return
    asked = urls.path_words(features.url)
    listed = [block for block in features.blocks if block.kind in _TITLES and block.linked >= _ALL_LINK]
    if len(asked) < _SLUG_WORDS or len(listed) < _LISTED:
        return
    shown = f"{features.title} {' '.join(features.headings[:_HEADINGS])}".casefold()
    if sum(map(str.isascii, shown)) < _LATIN * len(shown):
        return  # addresses spell other alphabets in Latin letters
    if sum(word in shown for word in asked) * 2 < len(asked):
        detail = f"{features.url} shows the front page {features.canonical}"
        scores.add(Reason.SOFT_404, _FRONT_PAGE, "canonical", detail)


def _points(statement: Statement, whole: float = 1.0) -> float:
    """The score of a statement in a title or heading; lower for log-in and consent, which are topics of good pages too.

    ``whole`` is the share of the text that the statement makes up; it may be plain in one segment only.
    """
    points = (
        3.0
        if statement.plainness >= _PLAIN and whole >= _WHOLE
        else 1.5
        if statement.plainness >= _HINT
        else 0.75
    )
    if statement.paired and statement.group != "absent":
        points = min(points, _PAIRED)  # two words of a headline: "Robot confirms that it is human"
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
        detail = f"{counted(features.weight, 'character')} in all, a heading that repeats the title, {counted(features.links, 'link')}"
        # In languages with phrase lists the shape alone is weak evidence.
        scores.add(Reason.SOFT_404, 2.0 if foreign else 1.0, "shape", detail)
        if features.home_links:
            scores.add(Reason.SOFT_404, 1.0 if foreign else 0.4, "way_back", "a link to the front page")


def _only_error(text: str) -> bool:
    statement = find_statement(text, ("error", "sorry", "again")) if len(text) < 40 else None
    return statement is not None and statement.plainness > 0.95


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
            Reason.LOGIN_WALL,
            (3.0 if tiny else 1.5) + alone,
            "form",
            f"{counted(features.passwords, 'password field')}",
        )
    elif tiny and features.inputs:
        scores.add(Reason.LOGIN_WALL, 0.5, "form", f"a form of {counted(features.inputs, 'field')}")
    text = " . ".join(block.text for block in features.blocks[:30] if block.weight < 120)
    fields = find_statement(text, ("password",))
    if fields and tiny:
        scores.add(Reason.LOGIN_WALL, min(2.0, len(fields.phrases)), "form_phrase", quote(fields, text))


def _beside_an_article(features: Features) -> bool:
    """Whether the page has prose outside forms and a title that is not about logging in."""
    if features.prose < _ARTICLE or not features.title:
        return False
    statement = find_statement(features.title, ("login",))
    return statement is None or statement.plainness < _TRACE
