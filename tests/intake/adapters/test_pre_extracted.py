"""Articles that the crawler extracted."""

from __future__ import annotations

from intake.shapes import SHAPES, URL, read

from streams.intake.adapters import pre_extracted


def test_what_an_extracting_crawler_says_is_given_and_no_zone_is_made_up() -> None:
    page = read(SHAPES["extracted"])
    assert (page.form, page.given.title, page.given.authors) == ("text", "Trams", ("Ana Reis",))
    assert (page.given.published_at, page.given.published_offset) == ("2026-02-28T09:30:00Z", None)


def test_media_cloud_s_names_are_known() -> None:
    page = read(
        {
            "original_url": URL,
            "text_content": "Two trams met.",
            "article_title": "Trams",
            "publication_date": "2026-02-28",
        }
    )
    assert (page.url, page.content, page.given.title, page.given.published_at) == (
        URL,
        "Two trams met.",
        "Trams",
        "2026-02-28T00:00:00Z",
    )


def test_a_page_of_text_has_the_status_of_a_success() -> None:
    page = read(SHAPES["extracted"] | {"maintext": ""})
    assert (page.content, page.status, page.form) == ("", 200, "text")
    assert not pre_extracted.recognises({"maintext": "x"})
