"""Descriptions come from the comment on a field, at the end of its line or above it."""

from __future__ import annotations

import pytest

from streams.records import Document, EntityFact, Fault, StatedTime, TimePrecision
from streams.schemas import descriptions


class Sample:
    """A class with ``code`` in it,
    on two lines, and :class:`~streams.records.Document`."""

    first: int  # behind
    # above,
    # on two lines
    second: str = "# no comment"
    third: int = 0


class Derived(Sample):
    first: int


def test_the_comment_of_a_field_stands_behind_or_above_it() -> None:
    assert descriptions.of_field(Sample, "first") == "behind"
    assert descriptions.of_field(Sample, "second") == "above, on two lines"


def test_a_field_without_a_comment_has_no_description() -> None:
    assert descriptions.of_field(Sample, "third") == ""
    assert descriptions.of_field(Derived, "first") == ""


def test_a_field_of_a_base_has_the_description_that_the_base_gives() -> None:
    assert descriptions.of_field(Derived, "second") == "above, on two lines"
    assert descriptions.of_field(EntityFact, "key").startswith("Of the record on Kafka")
    with pytest.raises(KeyError):
        descriptions.of_field(Document, "nothing")


def test_a_docstring_is_one_paragraph_of_plain_text() -> None:
    assert descriptions.of_class(Sample) == "A class with `code` in it, on two lines, and `Document`."
    assert ":class:" not in descriptions.of_class(StatedTime)


def test_a_member_of_an_enumeration_is_described_by_its_comment() -> None:
    assert descriptions.of_member(Fault, "UNDECODABLE") == "has a body that does not unpack"
    assert descriptions.of_member(TimePrecision, "YEAR") == "the year is known, no more"
    with pytest.raises(KeyError):
        descriptions.of_member(Fault, "NOTHING")
