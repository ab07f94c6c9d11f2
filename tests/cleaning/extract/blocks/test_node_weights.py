"""Weights of nodes by attribute are those of all of their tokens."""

from __future__ import annotations

import lxml.html

from streams.cleaning.extract.blocks.node_weights import NodeWeights
from streams.cleaning.extract.blocks.tokens import node_tokens
from streams.cleaning.extract.blocks.tree import read_blocks

PAGE = """<html><body><div class="post row post" id="post-14" role=main><h2 id="what-is-new" class=title>New</h2>
<p class="row lead" itemprop=description>Text</p><p>More</p></div><div class="post row post" id="post-15">Next</div></body></html>"""


def test_each_node_has_the_weights_of_its_tokens_and_the_page_the_rows_of_all() -> None:
    tree = read_blocks(lxml.html.document_fromstring(PAGE))
    tokens = [node_tokens(tag, names) for tag, names in zip(tree.tags, tree.names, strict=True)]
    words = sorted(set().union(*tokens))
    weights = {word: (at, 2 * at + 1, -at) for at, word in enumerate(words[::2], 1)}
    rows = {word: at for at, word in enumerate(words[1:])}
    nodes = NodeWeights(weights, rows)
    for _ in range(2):  # with nothing known, and with all of it
        sums, found = nodes.of(tree)
        for own, line in zip(tokens, sums.tolist(), strict=True):
            assert line == [sum(weights[word][at] for word in own if word in weights) for at in range(3)]
        assert found == set(rows.values())
    assert {"c:post", "i:post", "r:main", "c:title", "r:description"} <= set(words)
    assert "i:what" not in words
