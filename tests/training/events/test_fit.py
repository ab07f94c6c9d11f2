"""Weights learnt from labelled candidates."""

from __future__ import annotations

import random

import msgspec

from streams.nlp.events.worth.probability import probability
from training.events import fit, report
from training.events.labels import Label


def rows(count: int) -> list[fit.Row]:
    """Candidates of which those with a name are mostly right, and beyond a limit more so."""
    rng = random.Random(7)
    made = []
    for k in range(count):
        named, past, noise = rng.random() < 0.5, rng.random(), rng.random()
        right = rng.random() < (0.1 + 0.4 * named + 0.3 * (past > 0.5))
        found = {
            "named": float(named),
            "rules": float(named),
            "text_past": past,
            "text_past>0.5": float(past > 0.5),
            "noise": noise,
        }
        label = Label(f"k{k}", f"v{k}", f"site{k % 40}", 1.0, True, ("meet",), right, True, right)
        made.append(fit.Row(label, found, "meet"))
    return made


def test_what_goes_with_right_ones_raises_the_probability() -> None:
    known = fit.learn(rows(800), 10.0)
    assert known.features["named"] > 0
    assert abs(known.features.get("noise", 0.0)) < known.features["named"]
    assert probability({"named": 1.0, "text_past": 0.9}, known) > probability({"text_past": 0.1}, known)


def test_the_same_rows_give_the_same_weights() -> None:
    assert fit.learn(rows(300), 100.0) == fit.learn(rows(300), 100.0)


def test_a_large_penalty_leaves_the_share_of_right_ones() -> None:
    made = rows(400)
    share = sum(row.is_good for row in made) / len(made)
    known = fit.learn(made, 1e9)
    assert abs(probability(made[0].features, known) - share) < 0.01


def test_probabilities_are_the_share_of_good_ones_although_main_facts_count_for_more() -> None:
    made = [
        row._replace(label=msgspec.structs.replace(row.label, main=row.is_good and k % 3 > 0))
        for k, row in enumerate(rows(900))
    ]
    share = sum(row.is_good for row in made) / len(made)
    assert abs(float(fit.scores(made, fit.learn(made, 10.0)).mean()) - share) < 0.01


def test_the_report_compares_thresholds_with_the_rules() -> None:
    made = rows(400)
    never = Label("never", "v", "site", 1.0, True, ("meet",), True, True, True)
    text = report.text(report.left_out(made), [never], 3)
    assert "401 candidates of 41 sites" in text
    assert "1 of them are never given" in text
    assert "| rules | " in text and "| 0.5 | " in text
