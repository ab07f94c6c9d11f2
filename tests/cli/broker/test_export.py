"""What an export says at its end."""

from __future__ import annotations

from pathlib import Path

from cli.run import NO_BROKER, invoke

from streams.cli.broker.export import Written, said


def test_records_that_delete_a_key_are_counted_with_what_to_do_about_them() -> None:
    told = said(Written(1_200, 3, view="pages_quotes_current"), "pages.quotes", Path("x.duckdb"))
    assert told.splitlines() == [
        "1,200 records of pages.quotes written to x.duckdb",
        "3 rows with _deleted = true: what these keys named is gone, and their older rows are outdated. "
        "The view pages_quotes_current shows only what is valid now",
    ]
    lake = said(Written(2, 1), "pages.quotes", Path("lake"))
    assert "\n1 row with _deleted = true" in lake
    assert lake.endswith("Of each key, use only the newest row, and nothing if that one is deleted")


def test_messages_that_are_no_records_of_the_topic_are_counted() -> None:
    assert said(Written(2), "pages.quotes", Path("lake")) == "2 records of pages.quotes written to lake"
    assert "\n4 messages skipped: not records of pages.quotes" in said(
        Written(2, 0, 4), "pages.quotes", Path("lake")
    )


def test_notes_of_replays_that_are_left_out_are_counted_with_where_they_can_be_read() -> None:
    told = said(Written(3, notes=1), "pages.deadletter", Path("lake"))
    assert told.splitlines() == [
        "3 records of pages.deadletter written to lake",
        "1 note of replayed dead letters left out: crawlmill deadletters list has them in replayed_to",
    ]


def test_without_a_broker_the_exit_code_is_3(tmp_path: Path) -> None:
    assert invoke(*NO_BROKER, "export", "pages.quotes", "-o", str(tmp_path / "lake")).exit_code == 3
