"""Characters that nobody sees."""

from __future__ import annotations

from markupsafe import Markup

from streams.inspector.visible import visible


def test_control_characters_are_named_and_markup_of_ours_is_left_alone() -> None:
    assert visible("a\x00\u2066b\n\tc") == "a⟨U+0000⟩⟨U+2066⟩b\n\tc"
    assert visible(Markup("<b>\u202e</b>")) == "<b>\u202e</b>"
    assert visible(None) == ""
    assert visible(3) == 3
