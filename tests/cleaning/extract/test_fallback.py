"""What is read of a page that shows no main text."""

from __future__ import annotations

import pytest

from streams import cleaning
from streams.cleaning.decode.html import parse
from streams.cleaning.extract.fallback import from_description, from_scripts
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.records import Document, RawPage, Reason, Rejection
from streams.settings import Cleaning

BEGINNING = (
    "I would like to look at the planets from our garden, and have 300 crowns to spend. Which telescope do you "
    "recommend to a beginner, and what else should I buy…"
)
TITLE = "Which telescope for a beginner? - Astronomy forum"
URL = "https://forum.example/t/which-telescope-for-a-beginner/1555"


def shell(title: str = TITLE, description: str = BEGINNING, body: str = "<div id=app></div>") -> str:
    return (
        f'<html><head><title>{title}</title><meta property="og:description" content="{description}">'
        f"<script>{'x();' * 400}</script></head><body>{body}</body></html>"
    )


def cleaned(html: str, url: str = URL) -> Document | Rejection:
    return cleaning.clean(RawPage(id="1", url=url, content=html), Cleaning())


def test_of_a_shell_the_description_of_the_page_is_kept_and_evidence_says_so() -> None:
    document = cleaned(shell())
    assert isinstance(document, Document)
    assert document.text == BEGINNING
    assert [item.detail for item in document.evidence if item.signal == "extraction"] == [
        "the page shows no text; the text is its description"
    ]


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (shell(title="Astronomy forum"), URL),
        (shell(), "https://forum.example/"),
        (shell(), "https://forum.example/telescope"),
        (shell(description="Which telescope?"), URL),
    ],
    ids=["the site's title", "the front page", "one word alone", "a short description"],
)
def test_a_shell_whose_head_is_not_about_the_page_is_rejected(html: str, url: str) -> None:
    rejection = cleaned(html, url)
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.EMPTY_SHELL


def test_an_error_in_a_shell_is_not_outweighed_by_a_description() -> None:
    rejection = cleaned(shell(body="<h1>404 Not Found</h1><p>The page does not exist.</p>"))
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.SOFT_404


def test_a_description_counts_by_its_text_weight() -> None:
    declared = DeclaredMetadata(
        title="New telescope found", meta={"description": ["望遠鏡が港の上の庭で見つかった。"]}
    )
    url = "https://a.example/new-telescope-found"
    assert from_description(declared, url, 40) is not None
    assert from_description(declared, url, 80) is None


def test_scripts_without_prose_are_no_reading() -> None:
    tree = parse("<html><body><script>var a = 1;</script></body></html>")
    assert tree is not None
    assert from_scripts(tree) is None
