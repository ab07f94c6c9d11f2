"""The phrase files as data: one schema, one spelling, no phrase that would match everything."""

from __future__ import annotations

import pytest

from streams.cleaning.classify.phrases import (
    GROUPS,
    Language,
    comparable,
    comparable_phrase,
    find_phrases,
    languages,
)

LANGUAGES = {language.code: language for language in languages()}


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_can_say_that_a_page_is_missing(code: str) -> None:
    language = LANGUAGES[code]
    assert language.name
    assert language.absent
    assert language.thing and language.missing
    assert language.home or language.sorry


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_phrase_is_long_enough_to_mean_something_and_stands_once_in_its_group(code: str) -> None:
    for group in GROUPS:
        phrases = [comparable_phrase(phrase) for phrase in getattr(LANGUAGES[code], group)]
        assert len(phrases) == len({*phrases}), (code, group)
        for phrase in phrases:
            assert len(phrase.strip()) >= 2, (code, group, phrase)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_phrase_is_found_in_itself(code: str) -> None:
    for group in GROUPS:
        for phrase in getattr(LANGUAGES[code], group):
            hits = find_phrases(comparable(phrase.removesuffix("*")))
            assert any(hit.group == group and hit.language == code for hit in hits), (code, group, phrase)


def test_there_are_more_than_eighty_languages() -> None:
    assert len(LANGUAGES) > 80


def test_a_file_carries_the_name_of_its_language() -> None:
    from importlib.resources import files

    names = {
        file.name
        for file in files("streams.cleaning.classify.phrases").iterdir()
        if file.name.endswith(".toml")
    }
    assert names == {f"{code}.toml" for code in LANGUAGES}


def test_the_schema_knows_no_other_group() -> None:
    assert {*GROUPS} == {*Language.__struct_fields__} - {"code", "name"}


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Page NOT found!", " page not found "),
        ("Página não encontrada", " pagina nao encontrada "),
        ("L’URL n’existe pas", " l url n existe pas "),
        ("Sayfa bulunamadı", " sayfa bulunamadi "),
        ("صفحهٔ مورد نظر يافت نشد", comparable("صفحه مورد نظر یافت نشد")),
        ("ページ が 見つかりません", " ページが見つかりません "),
        ("Ｐａｇｅ\u200b ｎｏｔ\xa0ｆｏｕｎｄ", " page not found "),
        ("…", " "),
    ],
)
def test_spellings_of_the_same_words_compare_equal(written: str, compared: str) -> None:
    assert comparable(written) == compared


def test_a_stem_matches_only_the_beginning_of_a_word() -> None:
    assert any(hit.phrase == "seite" for hit in find_phrases(comparable("Die Seiten fehlen")))
    assert not any(hit.phrase == "seite" for hit in find_phrases(comparable("Breitseite")))


@pytest.mark.parametrize("phrase", ["", "*", "…", "a"])
def test_a_phrase_without_anything_to_compare_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        comparable_phrase(phrase)


def test_a_stem_of_two_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="a stem needs"):
        comparable_phrase("ab*")
