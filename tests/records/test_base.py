"""Fields are copied between records by name."""

from __future__ import annotations

import pytest

from streams.records import Evidence, Message, carry


def test_the_named_fields_are_carried_and_no_others() -> None:
    assert carry(Message(value=b"v", key=b"k"), ("value", "topic")) == {"value": b"v", "topic": ""}


def test_an_unknown_field_cannot_be_carried() -> None:
    with pytest.raises(AttributeError, match="colour"):
        carry(Message(value=None), ("colour",))


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Evidence(signal="status", detail="404").signal = "title"  # type: ignore[misc]
