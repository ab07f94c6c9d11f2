"""Is a page what was asked for, or what a server shows instead? A verdict, its reason, and the evidence.

:mod:`streams.cleaning.classify.evidence` gathers what speaks against a page, :mod:`streams.cleaning.classify.scoring` weighs it.
"""

from __future__ import annotations

from streams.cleaning.classify.evidence import gather, glance
from streams.cleaning.classify.features import Features, weigh
from streams.cleaning.classify.phrase_match import said
from streams.cleaning.classify.scoring import Accept, Case, Reject, Verdict
from streams.cleaning.data import table
from streams.records import Evidence, Reason
from streams.settings import Cleaning

__all__ = ["Accept", "Reject", "Verdict", "judge", "judge_text"]

_TITLES = frozenset(("title", "h1", "h2", "h3"))
_ROOTS = frozenset(table("sight")["roots"])
_BLOCKS = 60
_WHOLE = 0.8  # share of all text on a page that its main text is when nothing stands around it


def judge(sight: Features) -> Verdict:
    """The verdict before extraction, on all that the page shows."""
    case = gather(sight)
    return case.verdict(max(0, sight.prose - case.own_prose))


def judge_text(sight: Features, text: str, options: Cleaning) -> Verdict:
    """The verdict after extraction, where ``text`` is the main text: what is left when the frame of a page is gone."""
    lines = [line for line in text.splitlines() if line.strip()]
    weight = weigh(text) if any(map(str.isalpha, text)) else 0  # signs without a letter are no text
    case = gather(sight) if weight < 4 * options.min_characters else glance(sight)
    if weight < 4 * options.min_characters:
        others = sum(weigh(line) for line in lines if said(line) is None)
        verdict = case.verdict(others)
        if isinstance(verdict, Reject):
            return verdict
    if weight < options.min_characters and not (weight and _is_gallery(sight)):
        return _short(sight, case, weight, sum(map(str.isalpha, text)), options)
    paywall = _paywall(sight, lines)
    if paywall and _lead(sight, lines) < 2 * options.min_characters:
        return Reject(Reason.PAYWALL_STUB, paywall)
    return Accept(case.against() + paywall, paywalled=bool(paywall))


def _short(sight: Features, case: Case, weight: int, letters: int, options: Cleaning) -> Verdict:
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
    if not case.points and letters >= options.min_whole_characters and _is_whole(sight, weight):
        return Accept((length,))
    return Reject(Reason.TOO_SHORT, (length,))


def _is_whole(sight: Features, weight: int) -> bool:
    """True for a page that shows nothing but its text: no frame around it, nothing that was to be filled in."""
    frame = sight.scripts + sight.forms + sight.inputs + sight.images + sight.home_links
    return not sight.plain and not frame and weight >= _WHOLE * sight.weight


def _shell(sight: Features) -> tuple[Evidence, ...]:
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


def _is_gallery(sight: Features) -> bool:
    """True for a page whose content is pictures, or that says it is an article: short is then no fault."""
    return bool(sight.declared) or (sight.in_article and sight.images > 0)


def _paywall(sight: Features, lines: list[str]) -> tuple[Evidence, ...]:
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


def _lead(sight: Features, lines: list[str]) -> int:
    """The weight of what is shown before the wall: of the text, and of the page's own sentences where it shows them."""
    told = sum(weigh(line) for line in lines if said(line, ("paywall",)) is None)
    shown = sum(
        block.weight
        for block in sight.blocks
        if block.kind not in _TITLES and not block.chrome and said(block.text, ("paywall",)) is None
    )
    drawn = sum(map(weigh, lines)) > sight.weight  # by scripts, from what they carry
    return told if drawn or len(sight.blocks) > _BLOCKS else min(max(told, _lone(lines)), shown)


def _lone(lines: list[str]) -> int:
    """The weight of a text of one line, in which lead and wall cannot be told apart."""
    return weigh(lines[0]) if len(lines) == 1 else 0
