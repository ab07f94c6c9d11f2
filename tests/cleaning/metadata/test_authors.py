"""Authors are people's names, from wherever a page names them; the house only where nobody else is named."""

from __future__ import annotations

import lxml.html
import pytest

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.authors import authors, who_began
from streams.cleaning.metadata.declared import collect_declared
from streams.records import Part

PROSE = "The council of Mirefield voted on Tuesday to reopen the old ferry, eleven years after the last boat sank at its moorings in a storm."
HOUSE = ("Mirefield Echo", "echo.example")


def found(body: str, head: str = "") -> tuple[str, ...]:
    page = f"<html><head>{head}</head><body><h1>The ferry is back</h1>{body}<p>{PROSE}</p></body></html>"
    signals = collect_declared(lxml.html.document_fromstring(page))
    return authors(
        signals, jsonld.article(signals.jsonld, tuple(heading.text for heading in signals.headings)), HOUSE
    )


def described(author: str) -> str:
    node = f'{{"@type": "NewsArticle", "headline": "The ferry is back", "author": {author}}}'
    return f'<script type="application/ld+json">{node}</script>'


def test_json_ld_names_the_authors() -> None:
    head = described('[{"@type": "Person", "name": "Ada Example"}, {"@type": "Person", "name": "Bo Sample"}]')
    assert found('<a rel="author">Cy Other</a>', head) == ("Ada Example", "Bo Sample")


def test_of_two_descriptions_the_one_that_names_all_and_more_counts() -> None:
    one = described('{"@type": "Person", "name": "Ada Example"}')
    two = described('[{"@type": "Person", "name": "Ada Example"}, {"@type": "Person", "name": "Bo Sample"}]')
    assert found("", one + two) == found("", two + one) == ("Ada Example", "Bo Sample")


def test_an_agency_stays_beside_a_person() -> None:
    head = described('[{"@type": "Person", "name": "Reuters"}, {"@type": "Person", "name": "Ada Example"}]')
    assert found("", head) == ("Reuters", "Ada Example")


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Ada Example, 3 May 2020</p>",
        "<p><strong>Ada Example</strong></p>",
        "<p><b>ADA EXAMPLE</b></p>",
        "<div><span>Ada Example |</span> <span>3.5.2020 14:05</span></div>",
    ],
)
def test_a_line_that_reads_as_a_byline_counts_where_only_the_house_is_named(line: str) -> None:
    names = found(line, described('{"@type": "Person", "name": "Mirefield Echo"}'))
    assert [name.title() for name in names] == ["Ada Example"]


def test_a_signature_at_the_right_of_the_end_counts() -> None:
    assert found(f'<p>{PROSE}</p><p style="text-align:right;"><strong>Ada Example</strong></p>') == (
        "Ada Example",
    )


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>What happened?</strong></p>",
        "<p><strong>Fares and times</strong></p>",
        "<p>Oldport</p>",
        "<p>By then it was too late</p>",
    ],
)
def test_other_lines_above_a_text_are_no_bylines(line: str) -> None:
    assert found(line, described('{"@type": "Organization", "name": "Mirefield Echo"}')) == (
        "Mirefield Echo",
    )


def test_a_stated_agency_is_believed_before_a_line() -> None:
    head = described('{"@type": "Organization", "name": "Reuters"}')
    assert found("<p><strong>Oldport Harbour</strong></p>", head) == ("Reuters",)


def test_other_articles_authors_are_not_the_articles() -> None:
    box = "".join(
        f'<div><div><h3>Story</h3><p>2 hours ago <a rel="author" href="/a/{n}">{n} Other</a></p></div></div>'
        for n in ("Cy", "Di")
    )
    byline = '<div class="byline">by <a rel="author" href="/a/ada">Ada Example</a> (@ada)</div>'
    assert found(f"{byline}<p>{PROSE}</p><div>{box}</div>") == ("Ada Example",)


def test_authors_that_stand_together_all_count() -> None:
    links = ", ".join(f'<a rel="author" href="/a/{n}">{n} Example</a>' for n in ("Ada", "Bo", "Cy", "Dora"))
    assert found(f"<p>By {links}</p>") == ("Ada Example", "Bo Example", "Cy Example", "Dora Example")


def test_a_threads_author_is_who_began_it() -> None:
    def post(kind: str, name: str) -> str:
        person = f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">{name}</b> 91 posts</span>'
        return f'<div itemscope itemtype="https://schema.org/{kind}"><p>{person}</p><p>{PROSE}</p></div>'

    assert found(post("Question", "bo77") + post("Answer", "Cy Other")) == ("bo77",)
    assert found(post("DiscussionForumPosting", "bo77") + post("Comment", "Cy Other")) == ("bo77",)
    assert found(post("DiscussionForumPosting", "bo77") * 2 + post("DiscussionForumPosting", "cy")) == (
        "bo77",
    )


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Written by</p><p>Ada Example</p>",
        "<div><div><span>By</span><span>Ada Example</span></div></div>",
        '<p class="x"><a href="/authors/ada-example">Ada Example</a></p>',
        "<p>Veröffentlicht von Ada Example</p>",
        '<div class="storyAuthorName">Ada Example</div>',
        '<div class="blog-author">Mar 6 Written by Ada Example</div>',
        '<p class="author-link">View all posts by Ada Example</p>',
    ],
)
def test_a_person_in_a_byline_comes_before_the_publisher(byline: str) -> None:
    house = described('{"@type": "Organization", "name": "Mirefield Echo"}')
    assert found(f"<div>{byline}</div>", house) == ("Ada Example",)
    assert found(f"<div>{byline}</div>") == ("Ada Example",)


def test_links_in_menus_and_footers_name_no_author() -> None:
    assert (
        found(
            '<nav><a href="/authors/cy">Cy Other</a></nav><footer><a href="/author/di">Di Other</a></footer>'
        )
        == ()
    )


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        (
            "<div class=byline>Written by <a href='/author/ada'>Ada Example</a> <a href='/author/bo'>Bo Sample</a> Updated today</div>",
            ("Ada Example", "Bo Sample"),
        ),
        (
            "<div class=post-author><span class=author-name>Ada Example</span> Marketing Director</div>",
            ("Ada Example",),
        ),
        ("<div class=byline>Written by Ada Example Bo</div>", ("Ada Example Bo",)),
    ],
)
def test_a_name_ends_where_the_markup_ends_it(byline: str, names: tuple[str, ...]) -> None:
    assert found(byline) == names


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("https://board.example/t/ferry", ("bo_b",)),
        ("https://board.example/t/ferry?page=1", ("bo_b",)),
        ("https://board.example/t/ferry/page-2", ()),
        ("https://board.example/t/ferry?start=20", ()),
    ],
)
def test_who_wrote_the_first_post_began_the_thread_on_its_first_page(
    address: str, names: tuple[str, ...]
) -> None:
    posts = [Part(author="bo_b", start=0, end=9), Part(author="Ada Example", start=9, end=20)]
    assert who_began(posts, address) == names
    assert who_began([Part(start=0, end=9), *posts], address) == who_began([], address) == ()


def test_a_team_is_the_author_where_no_person_is_named() -> None:
    assert found("", '<meta name="author" content="The Ferry Team">') == ("The Ferry Team",)


def test_of_two_meta_elements_the_one_with_all_names_of_the_other_counts() -> None:
    head = '<meta name="author" content="Ada Example"><meta name="citation_author" content="Example, Ada"><meta name="citation_author" content="Sample, Bo">'
    assert found("", head) == ("Ada Example", "Bo Sample")
