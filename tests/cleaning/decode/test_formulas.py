"""A formula is read once, as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse


def text(body: str) -> str:
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    return " ".join("".join(tree.itertext()).split())


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<msup><mi>a</mi><mn>2</mn></msup><mo>+</mo><mi>b</mi>", "a^2+b"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a+b)/2"),
        ("<msqrt><mi>x</mi><mi>y</mi></msqrt>", "sqrt(xy)"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", "∑_i^n"),
        ("<semantics><mi>E</mi><annotation encoding='application/x-tex'>E=mc^2</annotation></semantics>", "E=mc^2"),
        ("<semantics><mi>E</mi><annotation encoding='application/x-tex'>{\\displaystyle E}</annotation></semantics>", "E"),
        ("<semantics><mi>E</mi><annotation-xml encoding='MathML-Content'><ci>F</ci></annotation-xml></semantics>", "E"),
    ],
)  # fmt: skip
def test_a_formula_is_its_tex_or_its_characters_with_signs(markup: str, expected: str) -> None:
    assert text(f"<p>Here <math>{markup}</math> it is.</p>") == f"Here {expected} it is."


def test_tex_in_an_attribute_is_read() -> None:
    assert text("<p><math alttext='x^{2}'><msup><mi>x</mi><mn>2</mn></msup></math></p>") == "x^{2}"


def test_a_second_drawing_for_the_eye_is_dropped() -> None:
    drawn = "<span><span><math><mi>x</mi></math></span><span aria-hidden='true'>x</span></span>"
    assert text(f"<p>Let {drawn} be one.</p>") == "Let x be one."
    assert text("<p>A <span aria-hidden='true'>hidden</span> word.</p>") == "A hidden word."


@given(st.recursive(st.sampled_from(["<mi>x</mi>", "<mn>2</mn>", "y", ""]), lambda inner: st.builds(
    lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
    st.sampled_from(["mrow", "msup", "mfrac", "msqrt", "semantics", "annotation", "math"]),
    st.lists(inner, max_size=4))))  # fmt: skip
def test_the_text_around_a_formula_stays(markup: str) -> None:
    found = text(f"<p>before <math>{markup}</math> behind</p>")
    assert found.startswith("before ") and found.endswith(" behind")
