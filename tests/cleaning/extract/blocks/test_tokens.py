"""Words in markup and text: names are parted, slugs of headings are left out."""

from __future__ import annotations

from streams.cleaning.extract.blocks.tokens import node_tokens, parts, text_tokens


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
