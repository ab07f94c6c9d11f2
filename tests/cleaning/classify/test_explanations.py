"""Which prose explains a wall, and which statements are believed in which language."""

from __future__ import annotations

import pytest

from streams.cleaning.classify.explanations import explains, is_about_media, is_believable, is_visible_text
from streams.cleaning.classify.features import Block
from streams.cleaning.classify.phrase_match import Statement, find_statement

EN = frozenset(("en",))


@pytest.mark.parametrize(
    ("text", "explaining"),
    [
        ("The check needs JavaScript, which some extensions switch off.", True),
        ("Diese Prüfung braucht JavaScript und Cookies.", True),
        ("Sorry for that; the scraping of this archive has become too much for it.", True),
        ("The harbour council voted on Tuesday to rebuild the eastern pier.", False),
        ("Der Rat hat beschlossen, die Mole im Frühjahr zu erneuern.", False),
    ],
)
def test_technical_terms_and_phrases_of_walls_explain(text: str, explaining: bool) -> None:
    assert explains(text, EN) is explaining


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("Your browser does not support the video tag.", True),
        ("Ihr Browser unterstützt kein HTML5-Audio.", True),
        ("Your browser is not supported.", False),
    ],
)
def test_a_substitute_for_a_player_is_about_media(text: str, media: bool) -> None:
    assert is_about_media(text) is media


def statement(language: str, plainness: float, phrase: str) -> Statement:
    return Statement("down", plainness, (phrase,), language, 0)


@pytest.mark.parametrize(
    ("found", "declared", "believed"),
    [
        (statement("fi", 0.9, "huolto"), "en", False),
        (statement("de", 0.9, "wegen wartungsarbeiten"), "en-US", True),
        (statement("de", 0.3, "wegen wartungsarbeiten"), "en", False),
        (statement("en", 0.2, "maintenance mode"), "de", True),
        (statement("fi", 0.2, "huolto"), "fi-FI", True),
        (statement("fi", 0.2, "huolto"), None, True),
        (statement("nb", 0.2, "vedlikehold"), "da", True),
        (statement("sr_latn", 0.2, "zabranjeno"), "hr", True),
    ],
)
def test_a_word_of_a_language_that_the_page_does_not_declare_is_a_coincidence(
    found: Statement, declared: str | None, believed: bool
) -> None:
    assert is_believable(found, declared) is believed


def test_an_english_page_about_maintenance_is_not_under_maintenance() -> None:
    assert find_statement("Boiler maintenance") is None


def test_menus_hidden_text_and_links_are_no_visible_text() -> None:
    assert is_visible_text(Block("Pier", "p", 4, 0.0, False))
    assert not is_visible_text(Block("Pier", "p", 4, 0.0, True))
    assert not is_visible_text(Block("Pier", "p", 4, 0.6, False))
    assert not is_visible_text(Block("Pier", "p", 4, 0.0, False, hidden=True))
