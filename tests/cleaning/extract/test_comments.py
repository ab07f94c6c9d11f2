"""Comments below an article are told by their structure, and what is made like them within an article is not."""

from __future__ import annotations

import lxml.html
import numpy as np
import pytest

from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.comments import comment_nodes
from streams.cleaning.extract.main_text import extract

STORY = [
    "The old ferry crosses the river again from Monday, four years after a flood tore its landing stage away.",
    "Two crews share the work, and a crossing costs what it cost before: two coins, and nothing for a bicycle.",
    "Shopkeepers on the northern bank had asked for it every spring, since the bridge is an hour's walk away.",
]
REMARKS = [
    "My father rowed the first of these boats, and nobody ever asked him for a ticket or for his opinion of it.",
    "With respect, the stage was rotten long before the flood came, as anyone who stood on it could have told you.",
    "Will there be a crossing after midnight, when the last train from the city has come in on the other bank?",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)
LISTS = {
    "list": "<h3>3 comments</h3><ul>{}</ul>/<li><strong>{name}</strong> wrote:<br><p>{text}</p></li>",
    "french": "<h3>3 réactions</h3><ul>{}</ul>/<li><b>{name}</b> a écrit :<br>{text}</li>",
    "german": "<div><h4>Kommentare</h4>{}</div>/<div><span>{name} schrieb am 6. März:</span><p>{text}</p></div>",
    "details": "<hr><p><a href='/in'>Log in</a> to post</p>{}/<details open><summary><h3>Re: ferry</h3><p>Posted Mar 6, 2024 by"
    " <b>{name}</b></p></summary><div><p>{text}</p></div></details>",
    "dated": "<section>{}</section>/<div><div>{name} says:</div><div>6 March 2024 at 9:12</div><p>{text}</p></div>",
    "table": "<table>{}</table>/<tr><td>{name} написал</td><td>{text}</td></tr>",
    "spanish": "<ol>{}</ol>/<li><p>{name} comentó:</p><blockquote>{text}</blockquote></li>",
}
URL = "https://echo.example/2024/03/ferry-returns-to-mirefield"


def below(kind: str, remarks: list[str] = REMARKS) -> str:
    around, item = LISTS[kind].split("/<", 1)
    return around.format(
        "".join(
            f"<{item.format(name=name, text=text)}"
            for name, text in zip(("ada", "brun", "cleo"), remarks, strict=True)
        )
    )


def page(body: str) -> lxml.html.HtmlElement:
    head = "<title>Ferry returns to Mirefield</title>"
    return lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")


def found(body: str) -> list[str]:
    """Return the texts of the nodes that hold comments."""
    blocks = read_blocks(page(body))
    prose = np.array([len(text) if len(text) >= 80 else 0 for text in blocks.texts])
    nodes = comment_nodes(blocks, prose)
    return [text for node in nodes for text in blocks.texts[blocks.starts[node] : blocks.ends[node]]]


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    "around", ["{}{}", "<div>{}{}</div>", "<div>{}<div id='x'>{}</div></div>", "<article>{}</article>{}"]
)
def test_comments_below_an_article_are_found_whole_and_nothing_else(kind: str, around: str) -> None:
    texts = found(f"<main><h1>Ferry returns to Mirefield</h1>{around.format(PARAGRAPHS, below(kind))}</main>")
    assert set(REMARKS) <= set(texts)
    assert not set(STORY) & set(texts)


@pytest.mark.parametrize("kind", LISTS)
def test_no_comment_is_in_the_text_of_an_article(kind: str) -> None:
    body = f"<main><div class='post'><h1>Ferry returns to Mirefield</h1>{PARAGRAPHS * 2}{below(kind)}</div></main>"
    text = extract(page(body), url=URL).text
    assert STORY[0] in text
    assert not [remark for remark in REMARKS if remark in text]
    assert "ada" not in text


def test_the_line_that_introduces_comments_goes_with_them() -> None:
    assert "Log in to post" in found(f"<main>{PARAGRAPHS}{below('details')}</main>")
    assert "3 comments" in found(f"<main>{PARAGRAPHS}{below('list')}</main>")


@pytest.mark.parametrize(
    "item",
    [
        "<div><p>{name} says:</p><p>{text}</p></div>",  # opinions that the author gathered
        "<div><h3>{name}</h3><p>{text}</p></div>",
        "<div><h3>Day 2</h3><p>{text}</p></div>",
        "<li>{text}</li>",
        "<div><p>6 March 2024</p><p>{text}</p></div>",
    ],
)
def test_parts_of_an_article_are_no_comments(item: str) -> None:
    items = "".join(item.format(name=name, text=text) for name, text in zip("abc", REMARKS, strict=True))
    assert found(f"<main>{PARAGRAPHS}<section>{items}</section></main>") == []


def test_posts_that_begin_the_page_are_its_text() -> None:
    assert found(f"<main>{below('list', STORY)}</main>") == []


def test_a_single_reply_and_a_page_without_text_have_no_comments() -> None:
    assert found(f"<main>{PARAGRAPHS}<ul><li><b>ada</b> wrote:<p>{REMARKS[0]}</p></li></ul></main>") == []
    assert found("") == []
