"""What sentences state: opening statements, dialogues, posts that mention a trouble, and explanations."""

from __future__ import annotations

from streams.cleaning.classify.body_evidence import add_body_evidence
from streams.cleaning.classify.evidence import collect_cheap_evidence
from streams.cleaning.classify.feature_scan import scan_features
from streams.cleaning.classify.scoring import ReasonScores
from streams.cleaning.decode.html import parse
from streams.records import RawPage, Reason

SENTENCE = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken."


def scores(body: str, title: str = "Gazette", lang: str = "en") -> ReasonScores:
    tree = parse(f"<html lang={lang}><head><title>{title}</title></head><body>{body}</body></html>")
    features = scan_features(RawPage(id="1", url="https://example.org/a/b", content=""), tree)
    found = collect_cheap_evidence(features)
    add_body_evidence(features, found)
    return found


def signals(found: ReasonScores, reason: Reason) -> list[str]:
    return [one.signal for one in found.evidence(reason)]


def test_a_statement_below_the_heading_of_an_otherwise_empty_page_stands_alone() -> None:
    cards = "".join(f"<li><a href=/{n}>Copper lamp number {n} with a handle</a></li>" for n in range(30))
    found = scores(f"<h1>Brass lamp</h1><p>This item has been discontinued.</p><ul>{cards}</ul>")
    assert "alone" in signals(found, Reason.SOFT_404)
    described = scores(
        f"<h1>Brass lamp</h1><p>This item has been discontinued.</p>{f'<p>{SENTENCE}</p>' * 8}"
    )
    assert "alone" not in signals(described, Reason.SOFT_404)


def test_buttons_below_a_text_about_cookies_are_a_dialogue_in_any_language() -> None:
    text = "<h1>Cookies</h1><p>Kjo faqe i vendos cookies kudo.</p>"
    assert "shape" in signals(
        scores(f"{text}<button>Po</button><button>Jo</button>", lang="sq"), Reason.CONSENT_WALL
    )
    assert "shape" not in signals(scores(text, lang="sq"), Reason.CONSENT_WALL)


def test_posts_that_mention_an_error_are_content_and_two_sentences_that_do_are_not() -> None:
    post = "<p>Since the update I get an error when I start the engine, and the display says access denied. Why?</p>"
    assert scores(post * 2, "Access denied").own_prose > 0
    assert scores(post * 8, "Access denied").own_prose == 0


def test_the_explanation_of_a_wall_belongs_to_it_only_if_title_and_heading_state_it() -> None:
    explanation = "<p>A few programs read this archive all day long, and the server could no longer answer its readers.</p>"
    stated = scores(f"<h1>Are you human?</h1>{explanation}", "Are you human?")
    assert stated.own_prose > 0
    assert scores(f"<h1>Archive</h1>{explanation}", "Archive").own_prose == 0


def test_hidden_statements_are_no_evidence() -> None:
    hidden = f"<div style='display: none'><h2>Page not found</h2><p>This page does not exist.</p></div><h1>Pier</h1><p>{SENTENCE}</p>"
    assert dict(scores(hidden).points) == {}
