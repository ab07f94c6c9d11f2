"""The language of a code block is the one that its markup names."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.extract.markdown.code import language


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<pre><code class='language-Python x'>a</code></pre>", "python"),
        ("<pre class='lang-c++'>a</pre>", "c++"),
        ("<pre class='brush: js; gutter: true'>a</pre>", "js"),
        ("<div class='highlight highlight-source-shell'><pre>a</pre></div>", "shell"),
        ("<div class='highlight-rust notranslate'><div class=highlight><pre>a</pre></div></div>", "rust"),
        ("<div class='highlight-default'><pre>a</pre></div>", ""),
        ("<pre class='sourceCode haskell'>a</pre>", "haskell"),
        ("<pre data-lang=Go>a</pre>", "go"),
        ("<pre data-lang='<b>'>a</pre>", ""),
        ("<pre class='highlighter-rouge slang-x'>a</pre>", ""),
        ("<pre class=language-text>a</pre>", ""),
        ("<pre>a</pre>", ""),
    ],
)
def test_the_language_is_what_the_markup_says(markup: str, expected: str) -> None:
    element = next(lxml.html.fromstring(f"<body>{markup}</body>").iter("pre"))
    assert language(element) == expected
