"""Two texts side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.inspector.diff import MOST_WORDS, Row, difference


def _side(rows: list[Row], side: int) -> str:
    return "\n".join(text for row in rows if (text := "".join(piece.text for piece in row[side])))


def test_words_that_differ_are_marked_and_paragraphs_stand_beside_each_other() -> None:
    found = difference("Same one.\n\nThe red door.\n\nEnd.", "Same one.\n\nThe blue door.\n\nEnd.")
    assert len(found.rows) == 3
    assert [(piece.text, piece.differs) for piece in found.rows[1].left] == [
        ("The ", False),
        ("red", True),
        (" door.", False),
    ]
    assert 0.8 < found.similarity < 1


def test_a_paragraph_that_one_side_lacks_stands_alone() -> None:
    found = difference("One.\nTwo.\nThree.", "One.\nThree.")
    assert [bool(row.right) for row in found.rows] == [True, False, True]


def test_of_a_beginning_only_what_it_has_is_compared() -> None:
    found = difference("Lead.\nOne two three.\nMore.", "One two", beginning=True)
    assert [(row.left[0].text, bool(row.right)) for row in found.rows] == [
        ("Lead.", False),
        ("One two", True),
    ]
    assert found.similarity == 1


def test_equal_texts_are_equal() -> None:
    found = difference("A text.\nWith lines.", "A text.\nWith lines.")
    assert found.similarity == 1
    assert not any(piece.differs for row in found.rows for piece in (*row.left, *row.right))


@given(st.text("ab \n.", max_size=80), st.text("ab \n.", max_size=80))
def test_each_side_is_its_text(left: str, right: str) -> None:
    rows = difference(left, right).rows
    assert _side(rows, 0) == "\n".join(line for line in left.split("\n") if line.strip())
    assert _side(rows, 1) == "\n".join(line for line in right.split("\n") if line.strip())


def test_long_texts_are_compared_at_their_beginning() -> None:
    """Of words that repeat, too, which make a comparison slow."""
    found = difference("a b " * 100_000, "b a " * 100_000)
    assert found.cut
    assert len(_side(found.rows, 0)) <= 2 * MOST_WORDS
