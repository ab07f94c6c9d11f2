"""Evidence from the sentences of a page: what its blocks state, and which prose belongs to the statement itself."""

from __future__ import annotations

import msgspec

from streams.cleaning.classify.explanations import explains, is_visible_text
from streams.cleaning.classify.features import Block, Features
from streams.cleaning.classify.phrase_match import Statement, find_statement, may_state, triggers
from streams.cleaning.classify.phrases import comparable, find_phrases
from streams.cleaning.classify.scoring import TINY, ReasonScores
from streams.cleaning.classify.statement_reasons import REASONS, TOPICS, counts, quote
from streams.records import Reason
from streams.wording import counted, noun

_MOSTLY = 0.5  # share of a tiny page's text from which its statements are what it is about
_WHOLLY = 0.75  # and from which they are all that it is about
_SHORT_BLOCK = 600  # weight above which a block is taken for ordinary prose
_HEADINGS = 5  # only the first headings are about the page as a whole
_BLOCKS = 60
_ARTICLE = 100  # weight of prose from which a page may have content besides its statement
_TOLD = 2.0  # score from which a title and a heading both state what the page is
_PLAIN = 0.5  # plainness of a sentence that says nothing else
_CLEAR = 0.25  # counts two thirds
_TRACE = 0.15  # plainness from which a sentence of prose is part of the statement
_TRACES = 3  # sentences that mention the trouble; more are posts or paragraphs about it
_PASSING = 1.8  # points of all sentences together that mention the trouble among other things
_OPENING = 4  # blocks at the beginning of the text among which the page's statement stands
_LITTLE = 250  # weight of other text beside which an opening statement is what the page is about
_DIALOGUE = 500  # weight of a page that is nothing but a consent dialogue
_BUTTONS = 2
_TITLES = frozenset(("h1", "h2", "h3"))


class _Body(msgspec.Struct):
    """What the blocks of a page state, gathered in one pass over them."""

    caps: dict[Reason, float]  # points that may still be added, by reason
    passing: float = (
        _PASSING  # points that may still be added for sentences that mention the trouble in passing
    )
    spoken: int = 0  # weight of the blocks that state something
    other: int = 0  # weight of the other blocks, without headings and links
    traces: list[int] = []  # weights of sentences that mention the trouble among other things
    heaviest: tuple[float, Reason] = (0.0, Reason.SOFT_404)
    opening: tuple[Reason, str] | None = None  # the first plain statement at the beginning of the text


def add_body_evidence(features: Features, scores: ReasonScores) -> None:
    """Add statements in blocks outside menus; capped, so that alone they reject only pages with hardly any other text."""
    body = _Body(dict.fromkeys(REASONS.values(), 4.0 if features.weight <= TINY else 2.0))
    headed = _said_twice(features) if features.prose >= _ARTICLE else frozenset()
    told = _told(features, scores)
    shown = [block for block in features.blocks[:_BLOCKS] if is_visible_text(block)]
    for place, block in enumerate(shown):
        found = _statements(features, block) if block.weight <= _SHORT_BLOCK else []
        _add_statements(scores, block, found, block.text in headed, body)
        plainest = max((one.plainness for one in found), default=0.0)
        if plainest >= _PLAIN and place < _OPENING and body.opening is None:
            best = max(found, key=lambda one: one.plainness)
            body.opening = (REASONS[best.group], quote(best, block.text))
        if plainest >= _CLEAR:
            body.spoken += block.weight
        elif block.kind not in _TITLES:
            body.other += int(block.weight * (1 - block.linked))
        if _is_prose(block):
            if plainest >= _CLEAR or (told and explains(block.text, told)):
                scores.own_prose += block.weight
            elif plainest >= _TRACE:
                body.traces.append(block.weight)
    if len(body.traces) <= _TRACES:
        scores.own_prose += sum(body.traces)
    _add_shape(features, scores, body)
    _add_dialogue(features, scores)


def _statements(features: Features, block: Block) -> list[Statement]:
    """The statement of each topic in a block, without those about logging in: almost every site mentions that."""
    present = may_state(block.text)
    found = [
        find_statement(block.text, groups)
        for groups in TOPICS
        if groups != ("login",) and not present.isdisjoint(triggers(groups))
    ]
    return [one for one in found if one and counts(features, block.text, one)]


def _add_statements(
    scores: ReasonScores, block: Block, found: list[Statement], headed: bool, body: _Body
) -> None:
    """Add what one block states; ``headed`` if that was counted as title and as heading already."""
    for statement in found:
        reason = REASONS[statement.group]
        body.heaviest = max(body.heaviest, (statement.plainness * block.weight, reason))
        score = 0.0 if headed else min(body.caps[reason], _weight_of(statement, block))
        if statement.plainness < _CLEAR:
            score = min(score, body.passing)
            body.passing -= score
        if score > 0:
            body.caps[reason] -= score
            scores.add(reason, score, "body_phrase", quote(statement, block.text))


def _add_shape(features: Features, scores: ReasonScores, body: _Body) -> None:
    """Add that a page says little besides its statement."""
    if features.weight <= TINY and body.spoken >= _MOSTLY * features.weight > 0:
        points = 2.0 if body.spoken >= _WHOLLY * features.weight else 1.5
        detail = f"{body.spoken:,} of {counted(features.weight, 'character')} on the page {noun(body.spoken, 'says', 'say')} so"
        scores.add(body.heaviest[1], points, "shape", detail)
    elif body.opening and body.other <= _LITTLE and not features.declared:
        reason, detail = body.opening
        scores.add(reason, 1.5, "alone", f"{counted(body.other, 'character')} besides {detail}")


def _add_dialogue(features: Features, scores: ReasonScores) -> None:
    """Add that a page is nothing but a text about cookies and buttons to answer it, in any language.

    The title of a dialogue is the site's; where it repeats the heading, the page may be an article about cookies.
    """
    if features.weight > _DIALOGUE or features.images or features.declared:
        return
    buttons = sum(block.kind == "button" for block in features.blocks)
    about = [b for b in features.blocks if is_visible_text(b) and _mentions_cookies(b.text)]
    if buttons >= _BUTTONS and about:
        own = not _said_twice(features)
        scores.own_prose += sum(b.weight for b in about if _is_prose(b)) if own else 0
        scores.add(
            Reason.CONSENT_WALL,
            3.0 if own else 1.5,
            "shape",
            f"{counted(buttons, 'button')} below a text about cookies",
        )


def _mentions_cookies(text: str) -> bool:
    return any(hit.group == "cookie" for hit in find_phrases(comparable(text)))


def _told(features: Features, scores: ReasonScores) -> frozenset[str]:
    """The languages of the statements if title and heading plainly state the same trouble; else none.

    On a tiny page without headings the title alone is enough.
    """
    alone = features.weight <= TINY and not features.headings
    for reason in scores.points:
        plain = {
            one.signal
            for one in scores.evidence(reason)
            if one.signal in ("title_phrase", "heading_phrase") and (one.score or 0.0) >= _TOLD
        }
        if len(plain) == 2 or (plain and alone):
            return scores.languages
    return frozenset()


def _said_twice(features: Features) -> frozenset[str]:
    """The first headings that also occur in the title."""
    return frozenset(
        heading for heading in features.headings[:_HEADINGS] if heading and heading in features.title
    )


def _weight_of(statement: Statement, block: Block) -> float:
    """The score of a statement in a block: by its share of the block, the block's length and supporting phrases."""
    plain = 2.0 if statement.plainness >= _PLAIN else 1.3 if statement.plainness >= _CLEAR else 0.6
    if block.weight > 300:
        plain /= 2
    return plain + 0.4 * statement.support


def _is_prose(block: Block) -> bool:
    return block.weight >= 60 and block.linked < 0.5 and not block.chrome
