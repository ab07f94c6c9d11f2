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
    assert "王小明" in [keyword.text for keyword in keywords.extract(text, "zh", 6, {"王小明": 1})]


NEWS = (
    "President Holm condemned the air strikes on Sunday. The air strikes hit a market, the group said. The UN Security "
    "Council will discuss the air strikes, and the president didn't rule out a ceasefire. The Security Council met a group "
    "of doctors; the UN Security Council's envoy called for a ceasefire. The group said it wasn't ready."
)


def texts(text: str, language: str, names: dict[str, int] | None = None, limit: int = 8) -> list[str]:
    return [keyword.text for keyword in keywords.extract(text, language, limit, names)]


def test_repeated_phrases_and_names_stand_beside_words() -> None:
    found = texts(NEWS, "en", {"UN Security Council": 3, "Holm": 1})
    assert {"air strikes", "UN Security Council", "ceasefire"} <= set(found)


def test_the_parts_of_a_phrase_are_not_keywords_beside_it() -> None:
    found = texts(NEWS, "en", {"UN Security Council": 3})
    assert not {"air", "strikes", "Security Council", "UN Security", "Council"} & set(found)


def test_a_title_or_a_general_noun_alone_is_no_keyword() -> None:
    assert not {"President", "president", "group", "Group"} & set(texts(NEWS, "en"))
    assert "Präsident" not in texts("Der Präsident kam. Der Präsident sprach über den Hafen.", "de")


def test_contracted_words_are_function_words_with_either_apostrophe() -> None:
    for mark in "'’":
        text = f"They didn{mark}t see the harbour. It{mark}s true, they didn{mark}t see it. It{mark}s the harbour."
        assert texts(text, "en") == ["harbour"]


def test_a_possessive_is_the_word_itself() -> None:
    assert (
        texts("On Monday Geingob’s doctors came. Then Geingob’s team left, and Geingob died.", "en")[0]
        == "Geingob"
    )


def test_the_full_name_stands_for_the_surname() -> None:
    text = "Ida Holm resigned. Holm said the harbour was closed. Holm left, and Holm returned to the harbour."
    found = texts(text, "en", {"Ida Holm": 4})
    assert found[0] == "Ida Holm" and "Holm" not in found and "harbour" in found


def test_no_phrase_runs_from_a_common_noun_into_a_name_or_cuts_a_name() -> None:
    text = "In Fort Worth police found a girl. The Fort Worth police praised a girl in Fort Worth. Fort Worth police left."
    found = texts(text, "en", {"Fort Worth": 4})
    assert "Fort Worth" in found
    assert not [one for one in found if one.startswith("Worth") or one.endswith("girl Fort")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "La Banque de France relève ses taux. La Banque de France craint l'inflation, et l'inflation monte.", {"Banque de France", "inflation"}),
        ("es", "El tipo de interés sube. El banco central mantiene el tipo de interés, dice el banco central.", {"tipo de interés", "banco central"}),
        ("it", "Il tasso di cambio sale. La crisi dell'energia pesa sul tasso di cambio e sulla crisi dell'energia.", {"tasso di cambio", "crisi dell'energia"}),
        ("de", "Die soziale Marktwirtschaft gilt. Er lobt die soziale Marktwirtschaft und lobt den Hafen. Der Hafen wächst.", {"soziale Marktwirtschaft", "Hafen"}),
        ("tr", "Ankara'da toplantı yapıldı. Ankara'nın önerisi kabul edildi, Ankara memnun.", {"Ankara"}),
        ("ru", "Центральный банк поднял ставку. Центральный банк ждёт роста цен, сообщили газеты.", {"Центральный банк"}),
        ("hi", "जल संकट बढ़ रहा है। सरकार ने जल संकट पर बैठक की, किसान जल संकट से परेशान हैं।", {"जल संकट"}),
        ("ar", "مجلس الأمن اجتمع أمس. وقال الوزير إن مجلس الأمن سيجتمع غدا.", {"مجلس الأمن"}),
        ("zh", "人工智能芯片出口增长。政府支持人工智能芯片，公司说人工智能芯片很重要。", {"人工智能芯片"}),
        ("ja", "原子力発電所を再稼働する。市長は原子力発電所に反対し、住民も原子力発電所を恐れる。", {"原子力発電所"}),
        ("th", "เกษตรกรได้รับผลกระทบจากน้ำท่วม รัฐบาลช่วยเกษตรกร และน้ำท่วมยังไม่ลด เกษตรกรกลัวน้ำท่วม", {"เกษตรกร", "น้ำท่วม"}),
    ],
)  # fmt: skip
def test_phrases_are_found_in_other_languages_and_scripts(
    language: str, text: str, expected: set[str]
) -> None:
    assert expected <= set(texts(text, language))


def test_keywords_in_a_script_that_nothing_segments_occur_between_different_neighbours() -> None:
    found = texts("ກຂຄງຈ ຄງຊຍ ບຄງດ", "lo")  # two letters in three contexts
    assert found == ["ຄງ"]


@pytest.mark.parametrize("language", ["en", "xx"])
def test_the_same_text_gives_the_same_keywords_in_whatever_order_the_names_come(language: str) -> None:
    names = {"UN Security Council": 3, "Security Council": 3, "Holm": 1, "President Holm": 1}
    turned = dict(reversed(names.items()))
    assert keywords.extract(NEWS, language, 12, names) == keywords.extract(NEWS, language, 12, turned)


def test_no_keywords_are_asked_for_and_none_come() -> None:
    assert keywords.extract(ENGLISH, "en", 0) == []


@given(st.text(max_size=400), st.sampled_from(["en", "de", "xx", None, "ja"]))
def test_any_text_gives_at_most_as_many_as_asked(text: str, language: str | None) -> None:
    assert len(keywords.extract(text, language, 4)) <= 4
