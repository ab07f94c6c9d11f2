"""Every topic has a reason, and its groups are groups of phrases."""

from __future__ import annotations

from streams.cleaning.classify.features import Features
from streams.cleaning.classify.phrase_match import find_statement
from streams.cleaning.classify.phrases import GROUPS, PAIRS
from streams.cleaning.classify.statement_reasons import REASONS, TOPICS, counts, quote


def test_every_group_of_every_topic_has_a_reason() -> None:
    groups = [group for topic in TOPICS for group in topic]
    assert len(groups) == len({*groups})
    assert {*groups} <= {*REASONS} <= {*GROUPS}
    assert {*PAIRS} <= {*REASONS} and {group for pair in PAIRS.values() for group in pair} <= {*GROUPS}


def test_a_sentence_for_players_does_not_count_and_one_about_the_page_does() -> None:
    features = Features(url="https://example.org/a")
    for text, counted in (
        ("Your browser is not supported", True),
        ("Browser not supported: video tag", False),
    ):
        found = find_statement(text, ("outdated",))
        assert found and counts(features, text, found) is counted


def test_a_quotation_names_phrases_language_and_text() -> None:
    found = find_statement("Page not found")
    assert found
    assert quote(found, "Page not found") == "page not found, not found (en) in: Page not found"
