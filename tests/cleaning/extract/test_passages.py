"""Where in a document's text the blocks of its page are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.passages import Passages, assemble, without_residue
from streams.cleaning.residue import cut_residue
from streams.cleaning.text import normalise

ERROR = "Page not found\n\nThe page you requested could not be found. Please check the address and try again."


def passages(body: str, kept: list[bool] | None = None) -> Passages:
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    return assemble(blocks, np.array(kept if kept is not None else [True] * len(blocks.texts), bool))


def test_cells_of_a_row_stay_on_one_line() -> None:
    table = "<table><tr><td>Child<td>2</tr><tr><td>Dog<td>0</tr></table>"
    assert passages(table).text == "Child | 2\n\nDog | 0"
    assert passages(table, [True, False, True, True]).text == "Child\n\nDog | 0"


def test_code_keeps_its_line_breaks_and_indentation() -> None:
    assert (
        passages("<pre>if a:\n    b()\n\n\n\nelse:\n\tc()\n</pre><p>So.</p>").text
        == "if a:\n    b()\n\nelse:\n\tc()\n\nSo."
    )
    assert passages("<pre>  first<br>    second</pre>").text == "  first\n    second"
    assert passages("<pre><div>a:</div><div>  b</div></pre><pre>c</pre>").text == "a:\n  b\n\nc"


def test_characters_that_nobody_sees_are_left_out() -> None:
    found = passages("<p>so\u00adft \u200b and\u00a0wide</p><p>\u200b</p><p>e\u0301</p>")
    assert found.text == "soft and wide\n\n\u00e9"
    assert found.numbers == (0, 2)


def test_a_block_that_is_residue_is_left_out_and_the_others_move() -> None:
    story = [
        f"The harbour council voted on day {n} to rebuild the eastern pier, which a storm had broken."
        for n in range(3)
    ]
    body = "".join(f"<p>{line}</p>" for line in (story[0], *ERROR.split("\n\n"), *story[1:]))
    whole = passages(body)
    left = without_residue(whole, cut_residue(whole.text))
    assert left.numbers == (0, 3, 4)
    assert [left.text[start:end] for start, end in zip(left.starts, left.ends, strict=True)] == story


@given(st.lists(st.sampled_from(["a b", "  x\n\ty", "Share this article", "é\u200b", "The council voted for a pier.", *ERROR.split("\n\n")]), max_size=8),
       st.lists(st.sampled_from(["p", "pre", "li", "td"]), min_size=8, max_size=8))  # fmt: skip
def test_each_block_is_where_it_is_said_to_be(texts: list[str], tags: list[str]) -> None:
    whole = passages("".join(f"<{tag}>{text}</{tag}>" for text, tag in zip(texts, tags, strict=False)))
    left = without_residue(whole, cut_residue(whole.text))
    for found in (whole, left):
        end = 0
        for number, start, stop in zip(found.numbers, found.starts, found.ends, strict=True):
            assert end <= start < stop <= len(found.text)
            assert found.text[start:stop].split() == normalise(found.blocks.texts[number]).split()
            end = stop
        assert (end == len(found.text.rstrip())) or not found.numbers
