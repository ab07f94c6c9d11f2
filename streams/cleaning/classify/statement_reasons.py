"""What pages state besides content, and the reason for which each statement rejects a page."""

from __future__ import annotations

from streams.cleaning.classify.explanations import is_about_media, is_believable
from streams.cleaning.classify.features import Features
from streams.cleaning.classify.phrase_match import TROUBLE, Statement
from streams.records import Reason

#: The reason by phrase group.
REASONS = {
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
    "adblock": Reason.CONSENT_WALL,
    "age": Reason.CONSENT_WALL,
    "outdated": Reason.EMPTY_SHELL,
    "app": Reason.LOGIN_WALL,
    "unsubscribed": Reason.LOGIN_WALL,
}
#: Groups that are looked for together: the plainest statement of each topic counts.
TOPICS = (
    TROUBLE, ("login",), ("robot",), ("parked",), ("default",), ("consent",), ("adblock",), ("age",), ("outdated",), ("app",), ("unsubscribed",),
)  # fmt: skip


def counts(features: Features, text: str, statement: Statement) -> bool:
    """Whether a statement is in a believable language and is no substitute for a player."""
    about_player = statement.group == "outdated" and is_about_media(text)
    return not about_player and is_believable(statement, features.language)


def quote(statement: Statement, text: str) -> str:
    """The detail of an evidence: phrases, language and the beginning of the text."""
    return f"{', '.join(statement.phrases)} ({statement.language}) in: {text[:100]}"
