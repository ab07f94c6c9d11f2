"""The main text of a page: its article, and nothing beside."""

from __future__ import annotations

import pytest

from streams.cleaning.decode.html import parse
from streams.cleaning.extract import main_text
from streams.cleaning.extract.main_text import extract

LEAD = "Eleven years after the last boat sank, the town wants its ferry back. Two boats are on order."
TEXT = [
    "The council of Mirefield voted on Tuesday to reopen the old ferry, which ran from the fish market to Oldport.",
    "Two boats have been ordered from a yard in Oldport, and are to arrive before the summer holidays begin.",
    "The fare is to stay what it was in 2013. Children and dogs go free, as they always have on this river.",
    "Opponents say that the bridge, a mile upstream, serves everybody who has to cross, and costs nothing.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
TEASERS = "".join(
    f'<div class="row"><div class="cell"><a href="/{n}">Other news {n}</a><p>And more of the kind.</p></div></div>'
    for n in range(6)
)


def paragraphs(body: str) -> list[str]:
    tree = parse(f"<html><head><title>The ferry is back</title></head><body>{body}</body></html>")
    assert tree is not None
    return extract(tree).text.split("\n\n")


def test_the_article_is_read_and_its_neighbours_are_not() -> None:
    html = (
        f'<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav><article><h1>The ferry is back</h1>'
        f'{BODY}</article><aside class="related"><h3>Related stories</h3>{TEASERS}</aside><footer><p>© Mirefield Echo</p></footer>'
    )
    assert [text for text in paragraphs(html) if text != "The ferry is back"] == TEXT


def test_an_article_cut_by_advertisements_is_read_whole() -> None:
    parts = f'<div class="part">{BODY}</div><div class="advert">Buy!</div><div class="part">{BODY.replace("Two", "Three")}</div>'
    assert [text for text in paragraphs(f"<div>{parts}</div>") if text in BODY] == [*TEXT, TEXT[0], *TEXT[2:]]


def test_a_page_without_text_has_none() -> None:
    tree = parse("<html><body><img src=a.png></body></html>")
    assert tree is not None
    assert extract(tree).text == ""


def test_the_tree_is_left_as_it_was() -> None:
    tree = parse(f"<html><body><!-- c --><script>x</script><article>{BODY}</article></body></html>")
    assert tree is not None
    before = [element.tag for element in tree.iter()]
    extract(tree)
    assert [element.tag for element in tree.iter()] == before


def test_trafilatura_s_text_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = parse(f"<html><body><article><h1>The ferry is back</h1>{BODY}</article></body></html>")
    assert tree is not None
    assert extract(tree).evidence == ()
    monkeypatch.setattr(main_text, "_DOUBTFUL", 1.1)  # no page of ours is doubtful enough
    found = extract(tree)
    assert [item.signal for item in found.evidence] == ["extraction"]
    assert "trafilatura" in found.evidence[0].detail
    assert TEXT[0] in found.text
