"""The lists of usual field names."""

from __future__ import annotations

from streams.intake import names


def test_no_two_lists_of_names_share_one() -> None:
    every = [name for names_ in (names.URL, names.BODY, names.FINAL_URL, names.STATUS, names.HEADERS, names.TIME, names.CONTENT_TYPE, names.ENCODING, names.ID) for name in names_]  # fmt: skip
    assert len({name.replace("_", "") for name in every if name != "_id"}) == len(every) - 1
