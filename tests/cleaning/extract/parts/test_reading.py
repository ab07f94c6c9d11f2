"""The posts of a thread and the entries of a live blog: who wrote each, when, and where it is in the text."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.extract.parts.reading import declares_parts
from streams.cleaning.extract.parts.reading import read_parts as read
from streams.cleaning.extract.passages import Passages, assemble
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.text import normalise
from streams.records import Part

SAID = [
    "The ferry has not run since the last boat sank, and nobody in the town hall answers letters.",
    "It never paid for itself. A bridge does, and it does not sink when a storm comes from the north.",
    "My grandfather built that boat. It was the captain who sank it, as everybody on the quay knows.",
]
NAMES = ["Ada Example", "bo_b", "Čedomir"]


def passages(body: str, without: str = "") -> Passages:
    """The passages of a page, all blocks but those with ``without`` in them."""
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    kept = [not without or without not in text for text in blocks.texts]
    return assemble(blocks, np.array(kept, bool))


def read_parts(found: Passages) -> tuple[Part, ...]:
    return read(found, collect_declared(found.blocks.elements[0]))


def said(found: Passages, parts: tuple[Part, ...]) -> list[tuple[str | None, str | None, str]]:
    return [(part.author, part.time, found.text[part.start : part.end]) for part in parts]


def thread(template: str) -> str:
    return "".join(template.format(name=NAMES[n], said=SAID[n], hour=10 + n, n=n) for n in range(3))


def test_posts_are_told_by_their_repetition_whatever_their_classes() -> None:
    post = "<div class='x{n} odd'><p><a href='/members/{n}'>{name}</a> <time datetime='2024-05-01T{hour}:00:00+02:00'>then</time></p><p>{said}</p></div>"
    found = passages(f"<h1>The ferry</h1><div>{thread(post)}</div><p>Powered by a board</p>", without="then")
    parts = read_parts(found)
    times = ["2024-05-01T08:00:00Z", "2024-05-01T09:00:00Z", "2024-05-01T10:00:00Z"]
    assert said(found, parts) == list(zip(NAMES, times, SAID, strict=True))
    assert {(part.time_precision, part.time_offset) for part in parts} == {("second", 120)}


def test_a_time_in_words_is_local_to_the_page() -> None:
    post = "<div class=post><p class=author>{name}</p><p>May 3, 2024, {hour}:15 pm</p><p>{said}</p></div>".replace(
        "{hour}", "1"
    )
    part = read_parts(passages(thread(post)))[0]
    assert (part.author, part.time, part.time_precision, part.time_offset) == (
        NAMES[0],
        "2024-05-03T13:15:00Z",
        "minute",
        None,
    )


def test_answers_inside_one_another_do_not_overlap() -> None:
    nested = ""
    for name, words in reversed(list(zip(NAMES, SAID, strict=True))):
        nested = f"<ul><li class=c><b class=username>{name}</b><time datetime=2024-05-01></time><p>{words}</p>{nested}</li></ul>"
    found = passages(nested)
    parts = read_parts(found)
    assert [part.author for part in parts] == NAMES
    assert [(part.time, part.time_precision) for part in parts] == [("2024-05-01T00:00:00Z", "day")] * 3
    assert [found.text[part.start : part.end].partition("\n\n")[2] for part in parts] == SAID


def test_who_is_quoted_did_not_write_the_post() -> None:
    post = "<div class=m><blockquote><a class=username href=/u/x>Eve</a> <p>An old quotation.</p></blockquote><p>{said}</p><p><a class=username href=/u/{n}>{name}</a></p></div>"
    assert [part.author for part in read_parts(passages(thread(post)))] == NAMES


def test_neither_an_edit_nor_a_mention_is_of_the_post() -> None:
    post = (
        "<div class=m><p>edited <span title='2024-06-01 10:00'>later</span></p><p class=author>{name}</p>"
        "<p>{said} <a class=user-mention href=/u/x>Eve</a></p><p>asked <span title='2024-05-01 {hour}:00Z'>then</span></p></div>"
    )
    parts = read_parts(passages(thread(post)))
    assert [(part.author, part.time) for part in parts] == [
        (NAMES[n], f"2024-05-01T1{n}:00:00Z") for n in range(3)
    ]


def test_a_question_above_like_made_answers_is_a_part() -> None:
    question = "<h1>Ferry</h1><div class=q><p>Why has the ferry not run for so many years, and will it ever come back to us?</p><p class=author>Zoë</p></div>"
    answer = "<article class=a><p>{said}</p><p class=author>{name}</p><time datetime=2024-05-01T{hour}:00Z></time></article>"
    parts = read_parts(passages(question + thread(answer)))
    assert [part.author for part in parts] == ["Zoë", *NAMES]


def test_schema_org_types_make_posts_alike() -> None:
    kinds = iter(["Question", "Answer", "Comment"])
    post = "".join(
        f"<{tag} itemscope itemtype='https://schema.org/{next(kinds)}'><p itemprop=text>{words}</p>"
        f"<span itemprop=author itemscope><meta itemprop=name content='{name}'></span><meta itemprop=dateCreated content=2024-05-01></{tag}>"
        for tag, words, name in zip(("div", "section", "li"), SAID, NAMES, strict=True)
    )
    found = passages(post)
    assert [(author, text) for author, _, text in said(found, read_parts(found))] == list(
        zip(NAMES, SAID, strict=True)
    )


def test_what_follows_on_an_answer_inside_a_post_is_no_part_of_the_answer() -> None:
    inner = f"<li class=c><b class=username>bo_b</b><p>{SAID[1]}</p></li>"
    body = f"<li class=c><b class=username>Ada</b><p>{SAID[0]}</p><ul>{inner}</ul><p>More of it.</p><p>And more.</p></li>"
    found = passages(f"<ul>{body}</ul>")
    assert [text.split("\n\n") for _, _, text in said(found, read_parts(found))] == [
        ["Ada", SAID[0]],
        ["bo_b", SAID[1]],
    ]


def test_posts_declared_in_json_ld_are_found_in_the_text() -> None:
    updates = [
        {"@type": "BlogPosting", "articleBody": f"<p>{words}</p><p>More.</p>", "datePublished": f"2024-05-01T1{n}:00:00Z", "author": {"name": name}}
        for n, (words, name) in enumerate(zip(SAID, NAMES, strict=True))
    ]  # fmt: skip
    live = json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})
    body = "".join(f"<p>{words}</p><p>More.</p>" for words in SAID[:2])
    found = passages(f"<script type='application/ld+json'>{live}</script><h1>Live</h1>{body}<h2>Other</h2>")
    expected = [(NAMES[n], f"2024-05-01T1{n}:00:00Z", f"{SAID[n]}\n\nMore.") for n in range(2)]
    assert said(found, read_parts(found)) == expected


def test_json_ld_tells_the_authors_of_posts_that_show_none() -> None:
    comments = [
        {"@type": "Comment", "text": words, "author": name} for words, name in zip(SAID, NAMES, strict=True)
    ]
    script = f"<script type='application/ld+json'>{json.dumps({'@type': 'DiscussionForumPosting', 'comment': comments})}</script>"
    post = "<div class=p><time datetime=2024-05-01T{hour}:00Z>then</time><p>{said}</p></div>"
    assert [part.author for part in read_parts(passages(script + thread(post)))] == NAMES


@pytest.mark.parametrize(
    "words",
    [
        "العبّارة لم تعد تعمل منذ سنوات، ولا أحد يجيب على الرسائل.",
        "渡轮自从最后一艘船沉没后就再也没有开过，镇政府里没有人回信。",
        "नाव तब से नहीं चली जब आखिरी जहाज डूबा, और कोई उत्तर नहीं देता।",
        "Le traversier n'a plus navigué depuis l'e\u0301te\u0301, et personne ne re\u0301pond aux lettres.",
        "เรือข้ามฟากไม่ได้วิ่งมาตั้งแต่เรือลำสุดท้ายจม",
        "🚢 The ferry 👩‍🚀 sank\u200b, and \u00adnobody\u2003answers 𝒽𝑒𝓇𝑒.",
    ],
)
def test_offsets_are_true_in_every_script(words: str) -> None:
    post = "<div class=m><a class=username href=/u/{n}>{name}</a><p>{words} {n}</p></div>"
    page = "".join(post.format(n=n, name=NAMES[n], words=words) for n in range(3))
    found = passages(page)
    expected = [f"{NAMES[n]}\n\n{normalise(words)} {n}" for n in range(3)]
    assert [text for _, _, text in said(found, read_parts(found))] == expected


def test_a_page_without_posts_has_no_parts() -> None:
    assert read_parts(passages("<div class=p><p>One.</p></div><div class=p><p>Two.</p></div>")) == ()
    article = f"<p class=author>Ada Example</p><time datetime=2024-05-01></time><p>{'</p><p>'.join(SAID)}</p>"
    assert read_parts(passages(article)) == ()


def test_a_page_declares_to_be_a_live_blog_or_a_thread() -> None:
    def declares(body: str) -> bool:
        found = passages(f"{body}<p>Text.</p>")
        return declares_parts(found, collect_declared(found.blocks.elements[0]))

    assert declares('<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>')
    assert declares("<div itemscope itemtype='http://schema.org/DiscussionForumPosting'><p>a</p></div>")
    assert not declares('<script type="application/ld+json">{"@type":"NewsArticle"}</script>')


TAGS = st.sampled_from(["div", "li", "p", "article", "td", "time", "a", "span", "b", "h2", "blockquote"])
ATTRIBUTES = st.sampled_from(
    ["", " class=post", " class='post x'", " class=author", " datetime=2024-05-01T10:00Z", " href=/u/a", " itemprop=author", " itemtype=https://schema.org/Comment", " title='2024-05-0'", " data-time=1700000000"]
)  # fmt: skip
PAGE = st.recursive(
    st.sampled_from(["Some words of it. ", "ada", "May 3, 2024", "2024-13-45 25:61", "x" * 70]),
    lambda inner: st.builds(
        lambda tag, written, parts: f"<{tag}{written}>{''.join(parts)}</{tag}>", TAGS, ATTRIBUTES, st.lists(inner, max_size=5)
    ),
    max_leaves=30,
)  # fmt: skip


@given(st.lists(PAGE, max_size=6), st.sampled_from(["", "words", "ada"]))
def test_parts_are_in_order_and_do_not_overlap(body: list[str], without: str) -> None:
    found = passages("".join(body), without)
    end = 0
    for part in read_parts(found):
        assert end <= part.start < part.end <= len(found.text)
        assert part.author or part.time
        end = part.end
