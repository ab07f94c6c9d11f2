"""Where a page went, as a terminal shows it."""

from __future__ import annotations

import pytest
from cli.run import NO_BROKER, invoke
from inspector.made import enriched, rejection

from streams.cli.broker.where import _show
from streams.records import CleanDocument, DeadLetter, Entity, EntityFact, Fault, Lineage, Provenance, Reason
from streams.runtime.inspector.search import Found

SOURCE = Provenance(topic="pages.raw", partition=1, offset=7)


def test_without_a_broker_the_exit_code_is_3() -> None:
    assert invoke(*NO_BROKER, "where", "page-1").exit_code == 3


def test_what_names_no_page_is_wrong_usage_and_what_is_not_utf_8_is_looked_for() -> None:
    for page in ("", " "):
        assert invoke(*NO_BROKER, "where", page).exit_code == 2
    assert invoke(*NO_BROKER, "where", "https://a.example/\udcff").exit_code == 3


def test_each_record_of_the_way_has_its_place_and_facts_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clean = CleanDocument(
        id="page-1", url="u", text="t", provenance=SOURCE, lineage=Lineage(revision_of="page-0")
    )
    fact = EntityFact(
        document_id="page-1", url="u", canonical_url="u", entity=Entity(text="A", label="ORG", mentions=())
    )
    _show(
        [
            Found("pages.clean", "pages.clean/0/3", clean, False),
            Found(
                "pages.enriched", "pages.enriched/0/4", enriched(1, title="Evil\x1b[31m \u202etitle"), False
            ),
            Found("pages.entities", "pages.entities/0/5", fact, False),
            Found("pages.entities", "pages.entities/0/6", fact, False),
            Found(
                "pages.rejected",
                "pages.rejected/0/8",
                rejection(2, Reason.DUPLICATE_NEAR, similarity=0.9),
                True,
            ),
        ]
    )
    told = capsys.readouterr().out
    assert "pages.raw/1/7  read" in told
    assert "it revises page-0" in told
    assert "pages.entities  2 records" in told
    assert "1 copy of it" in told
    assert not set(told) & {"\x1b", "\u202e"}


def test_a_rejection_and_a_dead_letter_say_why(capsys: pytest.CaptureFixture[str]) -> None:
    letter = DeadLetter(
        id="pages.raw/0/1", reason=Fault.TIMEOUT, stage="enrich", error="PageTimeout", message="60 s"
    )
    _show(
        [
            Found("pages.rejected", "pages.rejected/0/8", rejection(2), False),
            Found("pages.deadletter", "pages.deadletter/0/1", letter, False),
        ]
    )
    told = capsys.readouterr().out
    assert "title_phrase: 'not found'" in told
    assert "timeout" in told
