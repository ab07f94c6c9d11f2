"""What a text says around the names for which something may stand."""

from __future__ import annotations

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import References
from streams.nlp.references.named import Named
from streams.records import Entity, Mention

TEXT = (
    "Gov. Ida Holm opened the harbour. Peter Lund, a young lawyer from Bergen, praised Holm; the mayor left."
)


def named(*spans: tuple[int, int], label: str = "PERSON") -> tuple[Named, EntityIndex]:
    mentions = tuple(Mention(start=a, end=b) for a, b in spans)
    entity = Entity(id="e1", text=TEXT[slice(*spans[0])], label=label, mentions=mentions)
    index = EntityIndex([entity])
    return Named(TEXT, entity, References(TEXT, index, ()), titled=False), index


def span(name: str) -> tuple[int, int]:
    at = TEXT.index(name)
    return at, at + len(name)


HOLM = span("Ida Holm"), (TEXT.index("Holm;"), TEXT.index(";"))


def test_mentions_are_counted_before_and_behind_an_offset() -> None:
    one, _ = named(*HOLM)
    at = TEXT.index("praised")
    assert (one.before(at), one.ahead(at)) == (1, 1)


def test_an_office_may_be_written_short() -> None:
    one, index = named(*HOLM)
    assert (one.office("governor", index), one.office("mayor", index)) == (2, 0)


def test_words_around_a_name_and_in_it_are_shared_with_a_description() -> None:
    one, index = named(span("Peter Lund"))
    assert one.shared(("young", "lund", "old"), index) == 2


def test_nothing_is_read_beyond_the_sentence() -> None:
    one, index = named(span("Peter Lund"))
    assert one.shared(("harbour", "opened"), index) == 0
    assert one.around(index)[0].before == ()


def test_the_gender_is_known_by_the_given_name_or_not_at_all() -> None:
    assert named(span("Peter Lund"))[0].gender() == 1
    assert named(span("Ida Holm"))[0].gender() == -1
    assert named(span("Bergen"))[0].gender() == 0


def test_a_ministry_is_no_company() -> None:
    text = "Norfund"
    entity = Entity(id="e1", text=text, label="ORG", mentions=(Mention(start=0, end=7),))
    one = Named(text, entity, References(text, EntityIndex([entity]), ()), titled=True)
    assert (one.fits("company"), one.fits("ministry")) == (1, 0)
