"""Inline Markdown: text stays text, and marks are written only where they are read as marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_markdown import plain

from streams.cleaning.extract.markdown.addresses import Addresses
from streams.cleaning.extract.markdown.inline import heading, inline, paragraph
from streams.cleaning.extract.markdown.runs import Run, Style

ADDRESS = Addresses("https://example.org/a/b?c#d")


def line(*runs: tuple[str, Style] | str) -> str:
    return inline([Run(*run) if isinstance(run, tuple) else Run(run, Style()) for run in runs], ADDRESS)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (["a ", ("b", Style(strong=True)), " c"], "a **b** c"),
        ([("a ", Style(emphasis=True)), "b"], "*a* b"),
        (["a", ("b", Style(strong=True)), "c"], "a**b**c"),
        (["a", ("(b)", Style(strong=True)), "c"], "a(b)c"),  # no CommonMark parser reads a**(b)**c as strong
        ([("a", Style(strong=True)), ("b", Style(emphasis=True))], "a*b*"),
        ([("x`y", Style(code=True))], "``x`y``"),
        ([("`", Style(code=True))], "`` ` ``"),
        ([("to it", Style(href="x y"))], "[to it](https://example.org/a/x%20y)"),
        ([("to ", Style(href="x")), ("it", Style(href="x", strong=True))], "[to **it**](https://example.org/a/x)"),
        (["no!", ("yes", Style(href="x"))], "no\\![yes](https://example.org/a/x)"),
        ([("there", Style(href="#there"))], "there"),
        ([("run", Style(href="javascript:alert(1)"))], "run"),
        (["[1] a*b_c_ <b> `x` &amp; ~~z~~"], "\\[1\\] a\\*b_c\\_ \\<b> \\`x\\` \\&amp; \\~\\~z\\~\\~"),
        (["about ~5 of snake_case"], "about ~5 of snake_case"),
        (["a\u00ad b\n  c "], "a b c"),
    ],
)  # fmt: skip
def test_runs_become_marks_or_text(runs: list[tuple[str, Style] | str], expected: str) -> None:
    assert line(*runs) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a", "\\# a"),
        ("1. a", "1\\. a"),
        ("1984", "1984"),
        ("10.5 m", "10.5 m"),
        ("- a", "\\- a"),
        ("---", "\\---"),
        ("> a", "\\> a"),
        ("a # b", "a # b"),
    ],
)
def test_the_beginning_of_a_line_makes_no_block(text: str, expected: str) -> None:
    assert paragraph(text) == expected


def test_signs_at_the_end_of_a_heading_are_kept() -> None:
    assert [plain(heading(2, text)) for text in ("C #", "C#", "##", "a ##")] == ["C #", "C#", "##", "a ##"]


def test_an_image_has_its_text_and_address() -> None:
    runs = [Run("A ", Style()), Run("[map]", Style(href="x"), "/m (1).png"), Run(" of it", Style())]
    assert inline(runs, ADDRESS) == "A ![\\[map\\]](https://example.org/m%20%281%29.png) of it"
    assert inline([Run("x", Style(), "data:image/png;base64,AAAA")], ADDRESS) == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/x", "https://example.org/x"),
        ("//other.example/x", "https://other.example/x"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("?q=1&copy;=2", "https://example.org/a/b?q=1&amp;copy;=2"),
        ("x|y*z", "https://example.org/a/x%7Cy%2Az"),
        ("https://example.org/a/b?c#e", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
        ("http:", None),
        ("x" * 3_000, None),
        ("", None),
    ],
)
def test_addresses_are_absolute_and_safe(written: str, expected: str | None) -> None:
    assert ADDRESS(written) == expected


STYLES = st.builds(
    Style, st.sampled_from([None, None, "x", "/y?a=(b)", "#z", "ftp://a"]), st.booleans(), st.booleans(), st.booleans()
)  # fmt: skip
TEXTS = st.one_of(
    st.text("ab *_`[]()!<>&;~\\#-+=|1.\u00e9\u4e2d\u201c\u2026\U0001f600\u20ac", max_size=8),
    st.text(max_size=6),
)
RUNS = st.lists(st.builds(Run, TEXTS, STYLES, st.none()), max_size=6)


@given(RUNS, st.booleans())
def test_text_never_becomes_markup(runs: list[Run], in_table: bool) -> None:
    made = inline(runs, ADDRESS, in_table)
    source = f"| h |\n| --- |\n| {made} |" if in_table else paragraph(made)
    assert not in_table or "|" not in made
    assert "\n" not in made
    found = seen(plain(source)).removeprefix("h" if in_table else "")
    assert found == seen("".join(run.text for run in runs))


def seen(text: str) -> str:
    """The characters of ``text`` that are seen, composed."""
    shown = "".join(character for character in text if character.isprintable() and not character.isspace())
    return unicodedata.normalize("NFC", shown)
