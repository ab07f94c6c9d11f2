"""Classification of a page as a document or as an error page, wall or placeholder, with reason and evidence.

:mod:`streams.cleaning.classify.evidence` collects the evidence against a page and :mod:`streams.cleaning.classify.scoring` scores it.
"""

from __future__ import annotations

from streams.cleaning.classify.evidence import collect_cheap_evidence, collect_evidence
from streams.cleaning.classify.features import Features
from streams.cleaning.classify.phrase_match import find_statement
from streams.cleaning.classify.scoring import Accept, ReasonScores, Reject, Verdict
from streams.cleaning.classify.statement_reasons import TOPICS
from streams.cleaning.data import table
from streams.cleaning.text import text_weight
from streams.records import Evidence, Reason
from streams.settings import Cleaning
from streams.wording import counted

__all__ = ["Accept", "Reject", "Verdict", "classify_page", "classify_text"]

_TITLES = frozenset(("title", "h1", "h2", "h3"))
_ROOTS = frozenset(table("page_features")["roots"])
_BLOCKS = 60
_WHOLE = 0.8  # share of the page's text that the main text must reach on a page without boilerplate


def classify_page(features: Features) -> Verdict:
    """The verdict before extraction, from the features of the whole page."""
    scores = collect_evidence(features)
    return scores.verdict(max(0, features.prose - scores.own_prose))


def classify_text(features: Features, text: str, options: Cleaning) -> Verdict:
    """The verdict after extraction, from the features and ``text``, the extracted main text."""
    lines = [line for line in text.splitlines() if line.strip()]
    weight = (
        text_weight(text) if any(map(str.isalpha, text)) else 0
    )  # punctuation and digits alone are not text
    scores = (
        collect_evidence(features)
        if weight < 4 * options.min_characters
        else collect_cheap_evidence(features)
    )
    if weight < 4 * options.min_characters:
        others = sum(text_weight(line) for line in lines if not _states(line))
        verdict = scores.verdict(others)
        if isinstance(verdict, Reject):
            return verdict
    if weight < options.min_characters and not (weight and _is_gallery(features)):
        return _short(features, scores, weight, sum(map(str.isalpha, text)), options)
    paywall = _paywall(features, lines)
    if paywall and _lead_weight(features, lines) < 2 * options.min_characters:
        return Reject(Reason.PAYWALL_STUB, paywall)
    return Accept(scores.counter_evidence() + paywall, paywalled=bool(paywall))


def _states(line: str) -> bool:
    """Whether a line states an error or a wall."""
    return any(find_statement(line, groups) for groups in TOPICS)


def _short(features: Features, scores: ReasonScores, weight: int, letters: int, options: Cleaning) -> Verdict:
    """The verdict on a page with little text: weak evidence of an error or wall, an empty shell, a log-in, or too short."""
    length = Evidence(
        signal="length",
        detail=f"{counted(weight, 'character')}; cleaning.min_characters is {options.min_characters}",
    )
    reason, points = scores.heaviest()
    if reason and points >= 1.5:
        return Reject(reason, (*scores.evidence(reason), length))
    shell = _shell(features)
    if shell:
        return Reject(Reason.EMPTY_SHELL, (*shell, length))
    if features.passwords:
        return Reject(Reason.LOGIN_WALL, (Evidence(signal="form", detail="a password field"), length))
    if not scores.points and letters >= options.min_whole_characters and _is_whole(features, weight):
        return Accept((length,))
    return Reject(Reason.TOO_SHORT, (length,))


def _is_whole(features: Features, weight: int) -> bool:
    """Whether the main text is nearly all of the page: no scripts, forms, images or links to the front page."""
    frame = features.scripts + features.forms + features.inputs + features.images + features.home_links
    return not features.plain and not frame and weight >= _WHOLE * features.weight


def _shell(features: Features) -> tuple[Evidence, ...]:
    """Evidence that the page is an application shell that scripts fill in the browser."""
    found = []
    roots = sorted(_ROOTS & (features.tokens | features.body_tokens))
    if roots and features.scripts:
        found.append(Evidence(signal="markup", detail=f"an empty application root: {roots[0]}"))
    asked = find_statement(features.noscript, ("script",)) or next(
        filter(None, (find_statement(block.text, ("script",)) for block in features.blocks[:10])), None
    )
    if asked:
        found.append(Evidence(signal="body_phrase", detail=f"{asked.phrases[0]} ({asked.language})"))
    if features.refresh and "url" in features.refresh.lower():
        found.append(Evidence(signal="refresh", detail=f"meta refresh: {features.refresh[:120]}"))
    if features.weight < 120 and features.scripts and features.script_bytes > 4 * features.weight:
        found.append(
            Evidence(
                signal="shape",
                detail=f"{counted(features.scripts, 'script')}, {counted(features.weight, 'character')} of visible text",
            )
        )
    return tuple(found)


def _is_gallery(features: Features) -> bool:
    """Whether the page is a picture article or declares itself an article: short text is then acceptable."""
    return bool(features.declared) or (features.in_article and features.images > 0)


def _paywall(features: Features, lines: list[str]) -> tuple[Evidence, ...]:
    """Evidence that only the beginning of the article is shown."""
    found = []
    if features.free is False:
        found.append(Evidence(signal="declared", detail="isAccessibleForFree is false"))
    for line in lines[-4:]:
        wall = find_statement(line, ("paywall",)) if text_weight(line) < 200 else None
        if wall and wall.plainness > 0.3:
            found.append(Evidence(signal="paywall_phrase", detail=f"{wall.phrases[0]} ({wall.language})"))
            break
    return tuple(found)


def _lead_weight(features: Features, lines: list[str]) -> int:
    """The text weight of what is shown before the paywall: of the main text, limited by the visible blocks of the page."""
    statement = sum(text_weight(line) for line in lines if find_statement(line, ("paywall",)) is None)
    shown = sum(
        block.weight
        for block in features.blocks
        if block.kind not in _TITLES and not block.chrome and find_statement(block.text, ("paywall",)) is None
    )
    drawn = (
        sum(map(text_weight, lines)) > features.weight
    )  # the text came from script data, not from visible blocks
    return (
        statement
        if drawn or len(features.blocks) > _BLOCKS
        else min(max(statement, _single_line_weight(lines)), shown)
    )


def _single_line_weight(lines: list[str]) -> int:
    """The text weight of a single-line text, in which lead and paywall notice cannot be separated; 0 for more lines."""
    return text_weight(lines[0]) if len(lines) == 1 else 0
