"""Makes characters visible that nobody sees, and that hide or turn around what stands beside them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

# Control characters but for tab and line feed, and those that show text in another order (https://trojansource.codes): a title with
# U+202E would turn the rest of its line around.
_HIDDEN = {
    *range(0x20),
    0x7F,
    *range(0x80, 0xA0),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0x200E,
    0x200F,
    0x061C,
}
_VISIBLE = {code: f"⟨U+{code:04X}⟩" for code in _HIDDEN - {0x09, 0x0A, 0x0D}}


def visible(value: Any) -> Any:
    """Text with a name in place of each control character; markup of ours and other values unchanged.

    >>> visible("a\\u202eb")
    'a⟨U+202E⟩b'
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.translate(_VISIBLE)
    return "" if value is None else value
