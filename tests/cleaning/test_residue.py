"""Leftovers go, wherever they stand; the article stays, whatever it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.residue import Cut, cut_residue
from streams.records import ResidueKind

FIRST = (
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in January."
)
SECOND = (
    "Work is to begin in spring. Fishermen who moor there were promised berths on the other side until then."
)
THIRD = (
    "The mayor said the money came from a fund for coastal towns, and that no tax would have to be raised."
)
ARTICLE = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
BLOCKS = {
    "en": "Page not found\n\nThe page you requested could not be found. Please check the address and try again.",
    "de": "Seite nicht gefunden\n\nDie angeforderte Seite existiert nicht mehr. Bitte prüfen Sie die Adresse.",
    "fr": "Page introuvable\n\nLa page demandée n'existe pas ou a été déplacée. Veuillez vérifier l'adresse.",
    "ru": "Страница не найдена\n\nЗапрашиваемая страница не существует или была удалена. Проверьте адрес.",
    "ja": "ページが見つかりません\n\nお探しのページは移動または削除された可能性があります。アドレスをご確認ください。",
    "ar": "الصفحة غير موجودة\n\nعذرا، لم يتم العثور على الصفحة المطلوبة. يرجى التحقق من العنوان.",
    "tr": "Sayfa bulunamadı\n\nAradığınız sayfa kaldırılmış veya taşınmış olabilir. Lütfen adresi kontrol edin.",
    "fi": "Sivua ei löydy\n\nPyydettyä sivua ei ole olemassa. Tarkista osoite ja yritä uudelleen.",
    "hi": "पृष्ठ नहीं मिला\n\nक्षमा करें, अनुरोधित पृष्ठ मौजूद नहीं है। कृपया फिर से प्रयास करें।",
    "cy": "Tudalen heb ei ganfod\n\nMae'n ddrwg gennym, ni ellir dod o hyd i'r dudalen.",
}


def restored(text: str, at: int, piece: str) -> str:
    return text[:at] + piece + text[at:]


@pytest.mark.parametrize("language", BLOCKS)
def test_an_error_block_behind_an_article_is_cut_in_any_language(language: str) -> None:
    cut = cut_residue(f"{ARTICLE}\n\n\n{BLOCKS[language]}")
    assert cut.text == ARTICLE
    assert [piece.kind for piece in cut.residue] == [ResidueKind.ERROR_BLOCK]
    assert cut.residue[0].text == BLOCKS[language]
    assert cut.residue[0].at == len(ARTICLE)
    assert cut.residue[0].evidence


@pytest.mark.parametrize("language", BLOCKS)
def test_an_error_block_inside_an_article_is_cut_and_its_place_is_told(language: str) -> None:
    cut = cut_residue(f"{FIRST}\n\n{BLOCKS[language]}\n\n{SECOND}\n\n{THIRD}")
    assert cut.text == ARTICLE
    assert len(cut.residue) == 1
    assert restored(cut.text, cut.residue[0].at, "|").startswith(f"{FIRST}\n\n|{SECOND}")


def test_an_error_block_before_an_article_is_cut() -> None:
    cut = cut_residue(f"{BLOCKS['en']}\n\n{ARTICLE}")
    assert cut.text == ARTICLE
    assert cut.residue[0].at == 0


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Skip to main content", ResidueKind.NAVIGATION),
        ("Zum Inhalt springen", ResidueKind.NAVIGATION),
        ("Share this article", ResidueKind.SHARE),
        ("Share on Facebook | Share on Twitter | Share via email", ResidueKind.SHARE),
        ("Sign up for our newsletter", ResidueKind.NEWSLETTER),
        ("Related articles", ResidueKind.RELATED),
        ("Читайте также", ResidueKind.RELATED),
        ("Ce site utilise des cookies. Tout accepter. Tout refuser.", ResidueKind.CONSENT),
    ],
)
def test_page_furniture_is_cut(line: str, kind: ResidueKind) -> None:
    cut = cut_residue(f"{line}\n\n{ARTICLE}")
    assert cut.text == ARTICLE
    assert [piece.kind for piece in cut.residue] == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "Police said the page of the diary could not be found, and that the search of the house would go on.",
        "When readers tried to open the story, the site told them that the page no longer existed.",
        "Access was denied to reporters, who waited at the gate until the early evening.",
        "The ministry's servers were unavailable for six hours on Monday, a spokesman said.",
        "Please share this article with anyone who lost a boat, the harbour master wrote to us.",
        "The newsletter of the council has the dates.",
        "Cookies were served to the children while the adults argued about the pier.",
        "Error 404",
    ],
)
def test_a_sentence_of_the_article_stays(sentence: str) -> None:
    whole = f"{FIRST}\n\n{sentence}\n\n{SECOND}\n\n{THIRD}"
    assert cut_residue(whole) == Cut(whole)


def test_a_manual_of_error_messages_keeps_its_headings() -> None:
    entries = [
        f"{name}\n\nThe server sends this when {what}. {FIRST}"
        for name, what in (
            ("404 Not Found", "it has nothing at an address"),
            ("403 Forbidden", "it will not show something to anybody"),
            ("410 Gone", "something was there once"),
            ("503 Service Unavailable", "it is overloaded or being repaired"),
            ("502 Bad Gateway", "another server behind it gave nonsense"),
        )
    ]
    whole = "\n\n".join(entries)
    assert cut_residue(whole) == Cut(whole)


def test_a_text_that_is_nothing_but_an_error_is_left_for_the_judge() -> None:
    assert cut_residue(BLOCKS["en"]) == Cut(BLOCKS["en"])


@given(st.text(max_size=400), st.lists(st.sampled_from([*BLOCKS.values(), FIRST, "Share", ""]), max_size=6))
def test_what_is_cut_and_what_stays_are_pieces_of_what_was_given(noise: str, parts: list[str]) -> None:
    whole = "\n".join([noise, *parts])
    cut = cut_residue(whole)
    for piece in cut.residue:
        assert 0 <= piece.at <= len(cut.text)
        assert piece.text in whole
    assert all(line in whole for line in cut.text.split("\n"))
    for line in cut.lines:
        assert cut.text[line.at : line.at + line.end - line.start] == whole[line.start : line.end]
    assert not cut.residue or [line for line in cut.text.split("\n") if line.strip()] == [
        whole[line.start : line.end] for line in cut.lines
    ]
