"""Words in markup and text: names are parted, slugs of headings are left out."""

from __future__ import annotations

import pytest

from streams.cleaning.extract.blocks.tokens import TextWeights, node_tokens, parts, text_tokens


def test_names_are_split_at_signs_digits_and_capitals() -> None:
    assert parts("PostBody post-body2 XMLFeed") == ["post", "body", "post", "body", "xml", "feed"]


def test_the_id_of_a_heading_says_nothing() -> None:
    assert node_tokens("h2", ("", "sharing-with-developers", "")) == {"t:h2"}
    assert "i:sharing" in node_tokens("section", ("", "sharing", ""))


def test_labels_and_sentences_are_told_apart() -> None:
    assert "s:share" in text_tokens("Share", ("", ""))
    assert "x:0 comments" in text_tokens("14 comments", ("", ""))
    sentence = "Share prices fell on Tuesday after the council had voted against the reopening of the old ferry in June."
    assert "l:share" in text_tokens(sentence, ("", ""))


def test_the_inline_element_that_begins_a_block_is_named() -> None:
    assert {"n:span", "n:price"} <= text_tokens("3", ("span", "price "))


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("Share", ("", "")),
        ("14 comments", ("span", "fullPrice price-tag")),
        ("Ferry to the islands runs again, and the harbour is open since 9 in the morning", ("b", "")),
        ("The ferry to the islands runs again. " * 6, ("a", "isBold")),
        (f"{'=' * 100} one two three {'-' * 90}", ("", "")),
        (f"{'-' * 130} two", ("", "")),
        ("the the the 5 5", ("", "")),
        ("", ("i", "the the")),
    ],
)
def test_the_weight_of_a_block_is_that_of_its_tokens(text: str, inner: tuple[str, str]) -> None:
    tokens = sorted(text_tokens(text, inner) | {"s:other", "l:other"})
    weights = {token: 3**at for at, token in enumerate(tokens)}  # no two sums are equal
    expected = sum(weights[token] for token in text_tokens(text, inner))
    assert TextWeights(weights).of(text, inner) == expected
