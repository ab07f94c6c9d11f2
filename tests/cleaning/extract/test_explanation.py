"""Why blocks were kept or cut."""

from __future__ import annotations

import pytest

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.explanation import BlockChoice, Fate, block_fate, explain_blocks
from streams.records import Document, Residue, ResidueKind

PROSE = "<p>" + "The council voted to reopen the old ferry on Tuesday evening. " * 3 + "</p>"


def test_each_block_has_its_choice_path_and_words() -> None:
    tree = parse(
        f'<html><body><nav class="menu"><ul><li><a href=/>Home</a></ul></nav><article><h1>Ferry</h1>{PROSE * 5}</article>'
        '<footer class="site-footer"><p>Copyright Mirefield Echo</p></footer></body></html>'
    )
    assert tree is not None
    found = explain_blocks(tree, "https://example.org/ferry")
    assert [choice.kept for choice in found[2:7]] == [True] * 5
    assert not found[0].kept and not found[-1].kept
    assert found[0].path.endswith("nav>ul>li")
    assert found[0].chance < 0.5 < found[3].chance
    assert any(
        word in ("t:nav", "t:footer", "c:footer", "s:copyright", "i:footer") for word in found[-1].words
    )


def test_a_page_without_text_has_no_choices() -> None:
    tree = parse("<html><body><img src=a.png></body></html>")
    assert tree is not None
    assert explain_blocks(tree, "https://example.org/") == []


@pytest.mark.parametrize(
    ("kept", "text", "fate"),
    [
        (True, "The council voted.", Fate.KEPT),
        (True, "This page  cannot be found\n", Fate.RESIDUE),
        (True, "Share this", Fate.KEPT),
        (True, "The ferry.\nShare this story on Echo", Fate.PART),
        (False, "This page cannot be found", Fate.CUT),
    ],
)
def test_a_chosen_block_that_was_cut_as_residue_is_not_kept(kept: bool, text: str, fate: Fate) -> None:
    pieces = ("This page cannot be found", "Share this story on Echo")
    document = Document(
        id="a", url="u", text="The council voted.",
        residue=tuple(Residue(kind=ResidueKind.SHARE, text=piece, at=0, evidence="") for piece in pieces),
    )  # fmt: skip
    assert block_fate(BlockChoice(text, "html>body>p", 0.9, kept, ()), document) is fate
