"""Keywords, lead and statistics, for scripts with and without spaces."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp import keywords

ENGLISH = (
    "The harbour bridge is closed. Engineers found cracks in the harbour bridge on Monday, and ferries now carry the "
    "commuters. The ferries are full. The council will repair the harbour bridge in spring."
)


def test_what_a_text_repeats_is_its_keyword() -> None:
    found = keywords.extract(ENGLISH, "en", 5)
    assert found[0].text == "harbour bridge" and found[0].score == 1.0
    assert "ferries" in [k.text for k in found]
    assert all(0 < k.score <= 1 for k in found)


def test_a_script_without_spaces_has_keywords() -> None:
    text = "港の橋は閉鎖された。技術者は港の橋に亀裂を見つけた。市議会は春に橋を修理する予定で、市議会は費用を発表した。"
    assert "市議会" in [k.text for k in keywords.extract(text, "ja", 8)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("hi", "उनकी सरकार ने कहा। सरकार की योजना पर किसान नाराज़ हैं, किसान सरकार से मिले।", {"सरकार", "किसान"}),
        ("ne", "सरकारले विद्यालय खोल्यो। विद्यालय गाउँमा छ, विद्यालय नयाँ हो।", {"विद्यालय"}),
        ("bn", "বিদ্যালয় খোলা হয়েছে। বিদ্যালয় গ্রামে, বিদ্যালয় নতুন।", {"বিদ্যালয়"}),
    ],
)
def test_words_whose_letters_combine_are_whole(language: str, text: str, expected: set[str]) -> None:
    found = {keyword.text for keyword in keywords.extract(text, language, 6)}
    assert expected <= found
    words = set(text.replace("।", " ").replace(",", " ").split())
    assert {word for keyword in found for word in keyword.split()} <= words


def test_letters_and_their_marks_stay_together_in_scripts_without_spaces() -> None:
    text = "ที่นี่มีที่นี่และที่นี่"
    for keyword in keywords.extract(text, "th", 8):
        assert unicodedata.category(keyword.text[0])[0] != "M"


def test_chinese_keywords_are_words_and_not_their_fragments() -> None:
    text = "人工智能技术发展很快。上海的人工智能公司发布了人工智能产品，公司说产品已经出口。"
    found = [keyword.text for keyword in keywords.extract(text, "zh", 6)]
    assert found[0] in ("人工智能", "人工智能技术")
    assert not {"工智", "智能公", "能公司"} & set(found)


def test_a_name_in_chinese_needs_to_occur_only_once() -> None:
    text = "王小明在北京说，公司的产品很好，公司会出口产品。"
    assert "王小明" in [keyword.text for keyword in keywords.extract(text, "zh", 6, ["王小明"])]


def test_no_keywords_are_asked_for_and_none_come() -> None:
    assert keywords.extract(ENGLISH, "en", 0) == []


@given(st.text(max_size=400), st.sampled_from(["en", "de", "xx", None, "ja"]))
def test_any_text_gives_at_most_as_many_as_asked(text: str, language: str | None) -> None:
    assert len(keywords.extract(text, language, 4)) <= 4
