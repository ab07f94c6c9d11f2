"""Speakers by word order, with entities given by hand, so that only the attribution is tested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quotations import quotes

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.unparsed import reporting, word_order
from streams.nlp.text import quotation_marks
from streams.nlp.text.segments import paragraphs
from streams.records import Entity, Mention

NAMES = ("Anna Sommer", "Paul Winter")
CASES = [
    ("de", "„Wir werden das Werk nicht schließen“, sagte Ministerin Anna Sommer am Montag."),
    ("de", "Anna Sommer sagte am Montag: „Wir werden das Werk nicht schließen.“"),
    ("de", "Dazu erklärte Anna Sommer: „Wir werden das Werk nicht schließen.“"),
    ("de", "„Wir werden das Werk nicht schließen“, so Anna Sommer."),
    ("fr", "« Nous ne fermerons pas cette usine », a déclaré lundi la ministre Anna Sommer."),
    ("fr", "Selon Anna Sommer, « nous ne fermerons pas cette usine ici »."),
    ("fr", "Anna Sommer a répondu : « Nous ne fermerons pas cette usine. »"),
    ("es", "«No vamos a cerrar esta fábrica», afirmó el lunes la ministra Anna Sommer."),
    ("es", "La ministra Anna Sommer dijo: «No vamos a cerrar esta fábrica»."),
    ("it", "«Non chiuderemo mai questa fabbrica», ha detto la ministra Anna Sommer."),
    ("pt", "“Não vamos fechar esta fábrica agora”, afirmou a ministra Anna Sommer."),
    ("nl", "“Wij gaan deze fabriek niet sluiten”, zei minister Anna Sommer maandag."),
    ("ru", "«Мы не будем закрывать этот завод», — заявила министр Anna Sommer."),
    ("ru", "По словам министра Anna Sommer, «мы не будем закрывать этот завод»."),
    ("uk", "«Ми не будемо закривати цей завод», — заявила міністерка Anna Sommer."),
    ("pl", "„Nie zamkniemy tej fabryki w tym roku” - powiedziała minister Anna Sommer."),
    ("sv", "”Vi kommer inte att stänga fabriken”, säger ministern Anna Sommer."),
    ("da", "»Vi lukker ikke den fabrik i år«, siger minister Anna Sommer."),
    ("no", "«Vi stenger ikke denne fabrikken i år», sier statsråd Anna Sommer."),
    ("fi", "”Emme sulje tätä tehdasta tänä vuonna”, sanoo ministeri Anna Sommer."),
    ("hr", "„Ovu tvornicu nećemo zatvoriti ove godine“, rekla je ministrica Anna Sommer."),
    ("sr", "„Ову фабрику нећемо затворити ове године“, рекла је министарка Anna Sommer."),
    ("ro", "„Nu vom închide această fabrică”, a declarat luni ministra Anna Sommer."),
    ("sk", "„Túto továreň tento rok nezatvoríme,“ povedala ministerka Anna Sommer."),
    ("cs", "„Tuto továrnu letos určitě nezavřeme,“ řekla ministryně Anna Sommer."),
]


@pytest.mark.parametrize(("language", "text"), CASES)
def test_the_name_beside_the_reporting_verb_speaks(language: str, text: str) -> None:
    (quote,) = quotes(language, text, *NAMES)
    assert quote.speaker == "Anna Sommer"
    assert quote.speaker_start is not None and quote.speaker_end is not None
    assert text[quote.speaker_start : quote.speaker_end] == "Anna Sommer"
    assert text[quote.start : quote.end] == quote.quote


def test_a_quotation_without_a_reporting_clause_has_no_speaker() -> None:
    (quote,) = quotes(
        "de", "Anna Sommer kam nach Hause. „Hier wird heute nicht mehr gearbeitet“ stand an der Tür.", *NAMES
    )
    assert quote.speaker is None


def test_the_next_quotation_of_a_paragraph_is_by_the_same_person() -> None:
    text = "„Wir schließen das Werk nicht“, sagte Anna Sommer. „Das habe ich schon im Mai versprochen.“"
    assert [quote.speaker for quote in quotes("de", text, *NAMES)] == ["Anna Sommer", "Anna Sommer"]


def test_a_pronoun_stands_for_who_spoke_before() -> None:
    text = (
        "„Wir schließen das Werk nicht“, sagte Anna Sommer.\n"
        "Das Werk hat tausend Leute.\n"
        "„Das habe ich schon im Mai versprochen“, sagte sie."
    )
    found = quotes("de", text, *NAMES)
    assert [quote.speaker for quote in found] == ["Anna Sommer", "Anna Sommer"]
    assert text[found[1].speaker_start : found[1].speaker_end] == "sie"


def test_a_verb_alone_stands_for_who_spoke_before_where_pronouns_are_left_out() -> None:
    text = "«No vamos a cerrar», dijo Anna Sommer en Madrid. «Lo prometí ya en mayo», añadió."
    assert [quote.speaker for quote in quotes("es", text, *NAMES)] == ["Anna Sommer", "Anna Sommer"]


def test_the_person_speaks_and_not_the_organisation_in_the_office() -> None:
    text = "„Wir werden das Werk nicht schließen“, sagte der Chef der Nordbank, Paul Winter."
    entities = [
        Entity(
            text=name,
            label=label,
            mentions=(Mention(start=text.index(name), end=text.index(name) + len(name)),),
        )
        for name, label in (("Nordbank", "ORG"), ("Paul Winter", "PERSON"))
    ]
    spans = paragraphs(text)
    words = reporting.words("de")
    assert words is not None
    found = word_order.attribute(
        text, spans, quotation_marks.quotations(text, spans), EntityIndex(entities), words
    )
    assert [quote.speaker for quote in found] == ["Paul Winter"]


def test_a_name_and_a_colon_are_enough() -> None:
    (quote,) = quotes("de", "Paul Winter: „Wir werden das Werk nicht schließen.“", *NAMES)
    assert quote.speaker == "Paul Winter"


def test_who_is_only_mentioned_in_another_sentence_does_not_speak() -> None:
    text = "„Wir werden das Werk nicht schließen“, sagte ein Sprecher. Paul Winter war nicht da."
    (quote,) = quotes("de", text, *NAMES)
    assert quote.speaker == "ein Sprecher"


def test_a_clause_may_stand_within_a_quoted_sentence() -> None:
    text = "„Dieses alte Werk hier am Hafen“, sagte Anna Sommer, „schließen wir ganz sicher nicht.“"
    assert [quote.speaker for quote in quotes("de", text, *NAMES)] == ["Anna Sommer", "Anna Sommer"]


def test_words_in_marks_are_not_said_by_who_spoke_before() -> None:
    text = "„Wir schließen das Werk nicht“, sagte Anna Sommer. Das sei „alles andere als ein leichter Schritt“ gewesen."
    assert [quote.speaker for quote in quotes("de", text, *NAMES)] == ["Anna Sommer", None]


def test_somebody_without_a_name_is_not_who_spoke_before() -> None:
    text = (
        "„Wir schließen das Werk nicht“, sagte Anna Sommer. „Das glaube ich ihr nicht“, sagte ein Arbeiter."
    )
    assert [quote.speaker for quote in quotes("de", text, *NAMES)] == ["Anna Sommer", "ein Arbeiter"]


def test_a_pronoun_is_the_person_whom_the_sentence_before_began_with() -> None:
    text = (
        "„Wir schließen das Werk nicht“, sagte Anna Sommer.\n"
        "Paul Winter arbeitet seit Jahren dort. Er sagt: „Das glaube ich erst im nächsten Jahr.“"
    )
    assert [quote.speaker for quote in quotes("de", text, *NAMES)] == ["Anna Sommer", "Paul Winter"]


def test_the_first_part_of_a_compound_does_not_speak() -> None:
    text = "„Wir werden das Werk nicht schließen“, sagte Sommer-Vertreter Paul Winter."
    (quote,) = quotes("de", text, "Sommer", "Paul Winter")
    assert quote.speaker == "Paul Winter"


def test_an_organisation_that_is_told_something_does_not_speak() -> None:
    (quote,) = quotes(
        "de", "„Das werden wir nicht tun“, sagte ein Mann gestern der Nordbank.", "Nordbank", label="ORG"
    )
    assert quote.speaker == "ein Mann"
    assert quote.speaker_id is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Anna Sommer, die mit Paul Winter in einem Haus wohnt, erklärte: „Wir schließen das Werk nicht.“",
        ),
        (
            "fr",
            "Anna Sommer, qui connaît bien Paul Winter, a déclaré : « Nous ne fermerons pas cette usine. »",
        ),
        (
            "fr",
            "« Nous ne fermerons pas cette usine », a regretté Anna Sommer, parlant du projet que défend Paul Winter.",
        ),
        (
            "es",
            "Anna Sommer, la jefa de la fábrica, tuiteó que Paul Winter estaba “siendo él mismo y nada más”.",
        ),
        ("de", "Als Paul Winter kam, sagte Anna Sommer: „Wir schließen das Werk nicht.“"),
    ],
)
def test_who_stands_in_an_aside_does_not_speak(language: str, text: str) -> None:
    (quote,) = quotes(language, text, *NAMES)
    assert quote.speaker == "Anna Sommer"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "„Wir schließen das Werk“, sagte Anna Sommer. Paul Winter ging. „Es tut mir leid“, sagte die Ministerin.",
        ),
        (
            "fr",
            "« Nous fermons cette usine », dit Anna Sommer. Paul Winter partit. « Je le regrette », dit la ministre.",
        ),
        (
            "es",
            "«Vamos a cerrar la fábrica», dijo Anna Sommer. Paul Winter salió. «Lo siento mucho», dijo la ministra.",
        ),
        (
            "ru",
            "«Мы закроем этот завод», — сказала Anna Sommer. Paul Winter ушел. «Мне очень жаль», — добавила министр.",
        ),
    ],
)
def test_an_office_is_who_spoke_before(language: str, text: str) -> None:
    assert [quote.speaker for quote in quotes(language, text, *NAMES)] == ["Anna Sommer", "Anna Sommer"]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        (
            "de",
            "„Wir schließen das Werk“, sagte Anna Sommer. „Das glaube ich nicht“, sagte ein Minister.",
            "ein Minister",
        ),
        (
            "es",
            "«Vamos a cerrar la fábrica», dijo Anna Sommer. «No lo creo ni lo voy a creer», dijo una ministra del otro partido.",
            "una ministra del otro partido",
        ),
        (
            "es",
            "«Vamos a cerrar la fábrica», dijo Anna Sommer. «Ya no hay trabajo para todos», se señala en el documento.",
            None,
        ),
    ],
)
def test_some_office_or_paper_is_not_who_spoke_before(language: str, text: str, speaker: str | None) -> None:
    assert [quote.speaker for quote in quotes(language, text, *NAMES)] == ["Anna Sommer", speaker]


def test_a_verb_without_a_subject_may_have_an_object() -> None:
    text = "«No vamos a cerrar», dijo Anna Sommer en Madrid. «Lo prometí ya en mayo», dijo a los obreros de la fábrica."
    assert [quote.speaker for quote in quotes("es", text, *NAMES)] == ["Anna Sommer", "Anna Sommer"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "„Wir schließen nicht“, sagte Anna Sommer. „Ich gehe“, sagte er. „Das ist mir zu viel geworden.“",
        ),
        ("ru", "«Мы не закроем этот завод», — сказала Anna Sommer. «Я обещала это еще в мае»."),
    ],
)
def test_a_sentence_right_behind_goes_on(language: str, text: str) -> None:
    found = quotes(language, text, *NAMES)
    assert found[-1].speaker == found[-2].speaker == "Anna Sommer"


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("de", "Anna Sommer, Gründerin der Partei „Neue Heimat“, sagte: „Wir schließen das Werk nicht.“", "Anna Sommer"),
        ("de", "Anna Sommer nannte das Werk „ein Fass ohne jeden Boden“ und versicherte, die Leute hätten Arbeit.", "Anna Sommer"),
        ("de", "Anna Sommer kann sich denken, dass Paul Winter bleibt: „Wir schließen das Werk nicht.“", "Anna Sommer"),
        ("de", "Allen hier ist das klar, so Anna Sommer: „Wir schließen das Werk nicht.“", "Anna Sommer"),
        ("de", "Dennoch betont der Leiter des Werks: „Wir schließen das Werk nicht.“", "der Leiter des Werks"),
        ("de", "Während Anna Sommer noch zögerte, warnte der Leiter des Werks vor einem „Fass ohne jeden Boden“.", "der Leiter des Werks"),
        ("de", "Anna Sommer freut sich auf das Jahr. „Wir schließen das Werk nicht.“", "Anna Sommer"),
        ("fr", "Mme Anna Sommer a vu M. Paul Winter. « Nous ne fermerons pas cette usine », dit-elle.", "Anna Sommer"),
        ("fr", "« Nous ne fermerons pas cette usine », a déclaré Duval à la presse.", "Duval"),
        ("es", "Según fuentes policiales, la fábrica era “un lugar muy peligroso para todos”.", "fuentes policiales"),
        ("es", "Paul Winter fue a la fábrica. Anna Sommer fue más dura: «No vamos a cerrar esta fábrica».", "Anna Sommer"),
        ("ru", "По словам прокуроров, завод был «очень опасным местом для всех».", "прокуроров"),
        ("it", "Un'immagine che ricorda i tempi: «Non chiuderemo mai questa fabbrica».", None),
    ],
)  # fmt: skip
def test_who_speaks_is_found_beside_other_words(language: str, text: str, speaker: str | None) -> None:
    assert [quote.speaker for quote in quotes(language, text, *NAMES) if len(quote.quote) > 12] == [speaker]


@pytest.mark.parametrize("written", ["d’après", "d'après"])
def test_a_cue_is_as_the_text_writes_it(written: str) -> None:
    text = f"{written.capitalize()} Anna Sommer, « nous ne fermerons pas cette usine ici »."
    found = quotes("fr", text, "Anna Sommer")
    assert [(quote.speaker, quote.cue) for quote in found] == [("Anna Sommer", written)]


def test_a_surname_in_german_is_completed_by_the_given_name_that_stands_elsewhere() -> None:
    text = "Zur Wahl steht David Perteck. „Wir werden das Werk nicht schließen“, meint Perteck."
    assert [quote.speaker for quote in quotes("de", text)] == ["David Perteck"]
    text = "Zur Wahl steht die Polizei. „Wir werden das Werk nicht schließen“, meint Polizei."
    assert [quote.speaker for quote in quotes("de", text)] == [None]


PIECES = """
„|“|«|»|"|:|,|.|—|[|…|sagte|dijo|a|dit|сказал|heißt es in|selon elle|по его словам|en|Anna Sommer|Paul Winter|Wir gehen jetzt nach Hause|der Trainer|el autor
""".strip().split("|")


@given(
    st.sampled_from(sorted(reporting.languages())),
    st.lists(st.sampled_from([*PIECES, "представитель", "\n"]), max_size=30),
)
def test_every_text_has_quotations_with_true_offsets(language: str, pieces: list[str]) -> None:
    text = " ".join(pieces)
    for quote in quotes(language, text, *NAMES):
        assert text[quote.start : quote.end] == quote.quote
        if quote.speaker_start is not None and quote.speaker_end is not None:
            assert 0 <= quote.speaker_start < quote.speaker_end <= len(text)


@pytest.mark.parametrize(
    ("before", "speaker"),
    [
        ("La ministra Anna Sommer indicó que nadie la obligó a nada.", "Anna Sommer"),
        ("La ministra Anna Sommer llegó el lunes a la fábrica.", None),
        ("Paul Winter calló. La ministra Anna Sommer explicó el plan.", "Anna Sommer"),
    ],
)
def test_who_says_something_at_the_end_of_a_paragraph_speaks_in_the_next_one(
    before: str, speaker: str | None
) -> None:
    (quote,) = quotes("es", f"{before}\n\n«No vamos a cerrar esta fábrica.»", *NAMES)
    assert quote.speaker == speaker
