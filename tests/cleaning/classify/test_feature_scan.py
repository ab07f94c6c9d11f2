"""Features of a page: visible blocks with links and chrome, hidden content, counts."""

from __future__ import annotations

import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.classify.feature_scan import scan_features
from streams.cleaning.classify.features import Features
from streams.cleaning.decode.html import parse
from streams.records import RawPage

PAGE = RawPage(id="1", url="https://example.org/news/pier", content="")
SENTENCE = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken."


def scanned(html: str) -> Features:
    tree = lxml.html.document_fromstring(html)
    before = lxml.html.tostring(tree)
    features = scan_features(PAGE, tree)
    assert lxml.html.tostring(tree) == before
    return features


def test_each_block_has_its_kind_weight_and_share_of_links() -> None:
    found = scanned(f"<h1>Pier</h1><p>{SENTENCE}</p><div><a href=/x>Home</a> now</div>")
    assert [(block.kind, block.text, block.weight) for block in found.blocks] == [
        ("h1", "Pier", 4), ("p", SENTENCE, len(SENTENCE)), ("div", "Home now", 8),
    ]  # fmt: skip
    assert [block.linked for block in found.blocks] == [0.0, 0.0, 0.5]
    assert found.headings == ("Pier",)
    assert (found.weight, found.prose, found.paragraphs) == (4 + len(SENTENCE) + 8, len(SENTENCE), 1)


def test_text_in_chrome_is_counted_and_is_no_prose() -> None:
    found = scanned(f"<footer><p>{SENTENCE}</p></footer><nav><a href=/>{SENTENCE}</a></nav>")
    assert found.prose == 0 and found.weight == 2 * len(SENTENCE)
    assert [block.chrome for block in found.blocks] == [True]  # menus are not kept
    assert found.links == found.home_links == 1


def test_teasers_after_links_count_a_quarter() -> None:
    found = scanned(f"<div><a href=/a>Ferry resumes to the islands</a></div><p>{SENTENCE}</p>")
    assert found.prose == len(SENTENCE) // 4


def test_encoded_data_is_no_prose() -> None:
    assert scanned(f"<p>{'x1y2' * 40}</p>").prose == 0


def test_forms_inputs_and_images_are_counted() -> None:
    found = scanned(
        "<form><input name=u><input type=password><input type=hidden><input type=submit></form><img src=a>"
    )
    assert (found.forms, found.inputs, found.passwords, found.images) == (1, 2, 1, 1)


def test_hidden_content_is_collected_and_is_no_text() -> None:
    found = scanned(
        "<title>Pier</title><meta property=og:type content=article><meta name=generator content='Hugo 1'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
        "<script src=/a.js>run()</script><noscript>Enable scripts</noscript><!-- made by hand --><style>p{}</style><p id=A class='b C'>x"
    )
    assert found.title == "Pier" and found.generator == "Hugo 1" and found.comments == "made by hand"
    assert found.declared == ("JSON-LD NewsArticle", "og:type article") and found.free is False
    assert found.scripts == 2 and found.script_text == "/a.js\nrun()" and found.noscript == "Enable scripts"
    assert [block.text for block in found.blocks] == ["x"]
    assert found.tokens == {"a", "b", "c"}


def test_tokens_of_the_body_are_kept_apart() -> None:
    found = scanned("<body class=error404><p class=x>y")
    assert (found.body_tokens, found.tokens) == ({"error404"}, {"x"})


def test_plain_text_is_a_block_a_line() -> None:
    found = scan_features(PAGE, None, f"Pier\n\n{SENTENCE}\n")
    assert found.plain and [block.text for block in found.blocks] == ["Pier", SENTENCE]
    assert found.prose == len(SENTENCE) and found.paragraphs == 1


TAGS = ["<p>", "</p>", "<a href=/>", "</a>", "<nav>", "</nav>", "<h1>", "<form>", "</form>", "<script>", "</script>", "<!--x-->", "<title>", "</title>", "<br>", "<article>", "word ", SENTENCE]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_the_counts_of_any_page_agree(pieces: list[str]) -> None:
    tree = parse("".join(pieces))
    if tree is None:
        return
    found = scan_features(PAGE, tree)
    assert 0 <= found.prose <= found.weight and 0 <= found.linked <= found.weight
    assert all(0.0 <= block.linked <= 1.0 and block.weight >= len(block.text) > 0 for block in found.blocks)
    assert sum(block.weight for block in found.blocks) <= found.weight
    assert found.links == len(tree.findall(".//a"))
